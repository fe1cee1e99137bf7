// Lookaside files: OpenPGP signatures beside a registry, one file each (containers-registries.d, signature-protocols).
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import type { ReadEvidence } from "./evidence.ts";

/** `signature-1` and so on, until one is missing; the path is of the repository without its host. */
export function lookasidePath(path: string, digest: Digest, number: number): string {
  return `${path}@${digest.replace(":", "=")}/signature-${number}`;
}

/**
 * Whether containers/image takes the file for a signature (internal/signature/signature.go, FromBlob): a compressed,
 * one-pass signed or signed message by its first byte, or its own format, which begins with a zero and a name.
 */
export function beginsLikeSignature(bytes: Uint8Array): boolean {
  const [first = 0x7f] = bytes;
  if (first === 0)
    return /^\0(?:simple-signing|sigstore-json)\n/.test(Buffer.from(bytes.subarray(0, 32)).toString("latin1"));
  const tag = (first & 0x40) === 0 ? (first >> 2) & 0x0f : first & 0x3f;
  return (first & 0x80) !== 0 && [2, 4, 8].includes(tag);
}

/** A file is one signature, whatever is in it: what it holds is looked at when it is verified. */
export function readLookasideFile(bytes: Uint8Array, announcedFor: Digest, url: string): ReadEvidence {
  return {
    evidence: [
      {
        format: "openpgp-lookaside",
        kind: "signature",
        announcedFor,
        announcedPredicate: null,
        source: { via: "lookaside", url },
        manifest: null,
        layer: null,
        blob: bytes,
        blobDigest: digestOf(bytes),
        signatureIndex: 0,
      },
    ],
    problems: [],
  };
}

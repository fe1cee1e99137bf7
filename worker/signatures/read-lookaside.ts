// Lookaside files: OpenPGP signatures beside a registry, one file each (containers-registries.d, signature-protocols).
import { type Digest, digestOf } from "../../policies/words/digest.ts";
import type { ReadEvidence } from "./evidence.ts";

/** `signature-1` and so on, until one is missing; the path is of the repository without its host. */
export function lookasidePath(path: string, digest: Digest, number: number): string {
  return `${path}@${digest.replace(":", "=")}/signature-${number}`;
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

// Evidence: one signature or attestation as it was found, with every byte that is needed to look at it again.
import type { EvidenceFormat, EvidenceKind, FindingCode } from "../../policies/trust/finding.ts";
import { canonicalDigest } from "../../policies/words/canonical-json.ts";
import type { Digest } from "../../policies/words/digest.ts";

/** Where evidence was found. What it says about itself there is never believed. */
export type EvidenceSource =
  | { readonly via: "tag"; readonly tag: string }
  | { readonly via: "referrers-api" }
  | { readonly via: "referrers-tag"; readonly tag: string }
  | { readonly via: "lookaside"; readonly url: string }
  | { readonly via: "file" };

export type EvidenceLayer = {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
};

export type EvidenceManifest = {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
};

export type Evidence = {
  readonly format: EvidenceFormat;
  readonly kind: EvidenceKind;
  /** The digest of the manifest that this is said to speak of. */
  readonly announcedFor: Digest;
  /** What its finder was told it is: a statement that says otherwise is not what it was announced as. */
  readonly announcedPredicate: string | null;
  readonly source: EvidenceSource;
  /** Null for a lookaside's file and a bare bundle. */
  readonly manifest: EvidenceManifest | null;
  readonly layer: EvidenceLayer | null;
  /** The payload, the envelope, the bundle, or the lookaside's file. */
  readonly blob: Uint8Array;
  readonly blobDigest: Digest;
  /** Which signature of an envelope with several, from 0. */
  readonly signatureIndex: number;
};

/** Something that was announced as evidence and is none that can be looked at. It is shown, never dropped. */
export type EvidenceProblem = {
  readonly format: EvidenceFormat;
  readonly kind: EvidenceKind;
  readonly announcedFor: Digest;
  readonly source: EvidenceSource;
  readonly digest: Digest;
  readonly code: FindingCode;
  readonly message: string;
};

export type ReadEvidence = { readonly evidence: readonly Evidence[]; readonly problems: readonly EvidenceProblem[] };

/** The content address of a piece of evidence: everything of it that a verdict depends on. */
export function evidenceDigest(evidence: Evidence): Digest {
  const { format, kind, announcedFor, announcedPredicate, layer, blobDigest, signatureIndex } = evidence;
  // In the order of RFC 8785, in which it is written fastest.
  return canonicalDigest({
    announcedFor,
    announcedPredicate,
    blobDigest,
    format,
    kind,
    layer: layer === null ? null : { annotations: layer.annotations, mediaType: layer.mediaType },
    signatureIndex,
  });
}

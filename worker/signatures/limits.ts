// Limits of signature evidence: how much of a stranger's bytes is read before it is left alone as too much.

export type SignatureLimits = {
  /** A `.sig`, `.att` or bundle manifest. The distribution specification asks registries to take 4 MiB. */
  readonly manifestBytes: number;
  /** Signatures or attestations in one manifest. */
  readonly layersPerManifest: number;
  /** A simple-signing payload, and all annotations of one layer. */
  readonly payloadBytes: number;
  /** A bundle, or a DSSE envelope: whole SBOMs travel in them. */
  readonly bundleBytes: number;
  /** A file of a lookaside, and what it holds when decompressed. */
  readonly lookasideBytes: number;
  readonly jsonDepth: number;
  /** Members and elements of one JSON document. */
  readonly jsonValues: number;
  /** Signatures in one DSSE envelope. */
  readonly signaturesPerEnvelope: number;
  /** Log entries, timestamps or certificates that come with one signature; each costs a signature check. */
  readonly proofsPerSignature: number;
};

/** cosign refuses more than 128 MiB and 1,000 layers; what real publishers make is far below the numbers here. */
export const defaultSignatureLimits: SignatureLimits = {
  manifestBytes: 4 * 1024 * 1024,
  layersPerManifest: 1000,
  payloadBytes: 256 * 1024,
  bundleBytes: 64 * 1024 * 1024,
  lookasideBytes: 256 * 1024,
  jsonDepth: 64,
  jsonValues: 4_000_000,
  signaturesPerEnvelope: 16,
  proofsPerSignature: 16,
};

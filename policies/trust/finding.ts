// Findings: what cryptography says of one piece of evidence, as plain JSON, apart from any judgement by policy.
import type { Digest } from "../words/digest.ts";

/** Where and how a signature or attestation is kept (contract.md, section 3). */
export type EvidenceFormat = "cosign-tag" | "cosign-referrer" | "sigstore-bundle" | "openpgp-lookaside";

/** An SBOM, a provenance or a report that somebody signed is an attestation: it is never counted as a signature. */
export type EvidenceKind = "signature" | "attestation";

/** The reason codes of contract.md, section 2, that cryptography alone can give. */
export type FindingCode =
  | "SIGNATURE_ERROR"
  | "DIGEST_MISMATCH"
  | "PAYLOAD_FORMAT"
  | "PAYLOAD_TYPE"
  | "SUBJECT_MISMATCH"
  | "PREDICATE_TYPE"
  | "MALFORMED"
  | "CERT_CHAIN"
  | "CERT_EXPIRED"
  | "SCT"
  | "NO_TRUSTED_TIME"
  | "TLOG_SET"
  | "TLOG_PROOF"
  | "TLOG_BODY"
  | "TSA"
  | "KEY_WINDOW"
  | "KEY_REVOKED"
  | "ALG_UNSUPPORTED"
  | "LIMIT_EXCEEDED"
  | "REGISTRY_ERROR"
  | "TRUST_ROOT_INVALID";

export type FindingReason = { readonly code: FindingCode; readonly message: string };

/** What a certificate names its holder by. `other` is Fulcio's user name; an e-mail is what containers/image can ask for. */
export type CertificateSubject = { readonly type: "email" | "uri" | "dns" | "other"; readonly value: string };

/** Who made a signature. Fingerprints are `sha256:` and the hexadecimal SHA-256 of the DER public key. */
export type FoundSigner =
  | {
      readonly type: "key";
      readonly fingerprint: string;
      /** `given`: a key that the caller named. `log`: nobody named it; a proven log entry carries it. */
      readonly foundIn: "given" | "log";
    }
  | {
      readonly type: "identity";
      readonly fingerprint: string;
      readonly issuer: string;
      readonly subjects: readonly CertificateSubject[];
      /** Fulcio's extensions by their names in its documentation, such as `sourceRepositoryURI`. */
      readonly extensions: Readonly<Record<string, string>>;
      readonly certificate: { readonly notBeforeMs: number; readonly notAfterMs: number; readonly digest: Digest };
    }
  | {
      readonly type: "openpgp";
      /** Of the primary key, upper-case hexadecimal, as policies and gpg write it. */
      readonly fingerprint: string;
      /** Of the key or subkey that really signed. */
      readonly signingKey: string;
    };

/** A moment that somebody trusted vouches for. OpenPGP's own creation time is the signer's word and is not one. */
export type ProvenTime = { readonly from: "log" | "timestamp"; readonly atMs: number; readonly authority: string };

/** `unknown`: of a log that no trust root lists, which proves and disproves nothing. */
export type ProofState = "holds" | "fails" | "absent" | "unknown";

/** One transparency log entry that came with the signature. */
export type LogEntryFinding = {
  readonly kind: string;
  readonly version: string;
  /** Hexadecimal key id of the log. */
  readonly logId: string;
  readonly log: string | null;
  /** The index that the promise signs, else the one that the inclusion proof proves; null while neither holds. */
  readonly logIndex: number | null;
  /** Only a promise (SET) signs it: null without. */
  readonly integratedAtMs: number | null;
  readonly promise: ProofState;
  readonly inclusion: ProofState;
  /** Whether the entry speaks of this signature, this payload and this key or certificate. */
  readonly body: "holds" | "fails" | "unsupported";
};

/** Where a provenance says that the source came from, in the order of how directly it says so. */
export type ProvenanceSource = { readonly uri: string; readonly revision: string | null; readonly member: string };

/** An image among what a build was made from. `sha256`: as the provenance writes it, hexadecimal. */
export type ImageMaterial = { readonly uri: string; readonly sha256: string | null };

/** What SLSA provenance v0.2 or v1 says, uninterpreted. */
export type ProvenanceFacts = {
  readonly builder: string | null;
  readonly buildType: string | null;
  readonly sources: readonly ProvenanceSource[];
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Left out where there are none. */
  readonly images?: readonly ImageMaterial[];
};

/** What the signed bytes say. Null in a finding while no key or certificate is known to have signed them. */
export type SignedClaims =
  | {
      readonly type: "simple-signing";
      readonly digest: string;
      /** `docker-reference` as it is. */
      readonly reference: string;
      /** Its repository in the normal spelling (`host/path`), null where it names none. */
      readonly repository: string | null;
      readonly tag: string | null;
      readonly creator: string | null;
      readonly createdAtMs: number | null;
    }
  | {
      readonly type: "statement";
      readonly statementType: string;
      readonly predicateType: string;
      /** Digests of the subjects that have the form of one; whether this manifest is among them. */
      readonly subjects: readonly Digest[];
      readonly subjectMatches: boolean;
      readonly provenance: ProvenanceFacts | null;
    }
  | { readonly type: "message"; readonly digest: Digest };

/**
 * What was found in one piece of evidence. It names everything that it was judged with, so that it stays true while
 * policies change: only where other keys or roots are given than `tried` is another look at the stored bytes necessary.
 */
export type SignatureFinding = {
  /** Content address of the evidence: the same bytes found twice are one finding. */
  readonly evidence: Digest;
  readonly format: EvidenceFormat;
  readonly kind: EvidenceKind;
  /** The manifest for which the evidence was found. */
  readonly manifest: Digest;
  /**
   * true: whole and for this manifest. false: never, whoever is trusted. null: cannot be said with what was given
   * (`SIGNATURE_ERROR`: no key that was given, or that a proven log entry or a certificate carries, made it).
   */
  readonly valid: boolean | null;
  readonly reasons: readonly FindingReason[];
  /** The bare arithmetic, whatever else is wrong: consumers that ignore log and time go by it. */
  readonly signature: { readonly holds: boolean | null; readonly algorithm: string | null };
  readonly claims: SignedClaims | null;
  /** Also where an SCT is all that is missing, since containers/image asks for none; null where who it is does not hold. */
  readonly signer: FoundSigner | null;
  readonly times: readonly ProvenTime[];
  readonly log: readonly LogEntryFinding[];
  /** Of a bundle that could be read, such as `0.3`: cosign 3 passes over older ones. Left out elsewhere. */
  readonly bundleVersion?: string;
  /** The digest by cosign's reading of a signed payload that has no single meaning. Left out elsewhere. */
  readonly looseDigest?: string;
  /** Of a lookaside's file that does not begin like a signature: containers/image then reads none. Left out elsewhere. */
  readonly isForeign?: true;
  /** What came with the signature, whether or not it holds: consumers differ in what they need. */
  readonly attached: { readonly certificate: boolean; readonly chain: boolean; readonly timestamps: number };
  /** The root under which certificate, log and time hold; null where none was needed or none does. */
  readonly trustRoot: { readonly name: string; readonly digest: Digest } | null;
  readonly tried: {
    readonly keys: readonly string[];
    /** Each a fingerprint and the digest of the whole key: a key that says something else of itself is another. */
    readonly openpgp: readonly string[];
    readonly trustRoots: readonly Digest[];
    /** The version of the checks that were made; left out: of a program that did not tell. */
    readonly checks?: number;
  };
  /** The moment at which time alone makes this invalid (an OpenPGP key or signature expires); null: never. */
  readonly validUntilMs: number | null;
  /** The moment at which time alone ends what speaks against it (a signature from the future). Left out elsewhere. */
  readonly validFromMs?: number;
};

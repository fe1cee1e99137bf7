// Verification of one piece of evidence: from its bytes, keys and roots to a finding. Nothing of a stranger's is thrown on.
import type { FindingReason, SignatureFinding } from "../../policies/trust/finding.ts";
import { checksVersion } from "./checks-version.ts";
import { readClaims, simpleSigningClaims } from "./claims.ts";
import { type Evidence, type EvidenceProblem, evidenceDigest } from "./evidence.ts";
import type { SignatureLimits } from "./limits.ts";
import { readLooseDigest } from "./loose-payload.ts";
import type { SignedMaterial } from "./material.ts";
import type { OpenpgpKey } from "./openpgp-keys.ts";
import { verifyOpenpgp } from "./openpgp-signature.ts";
import { bundleMaterial } from "./read-bundle.ts";
import { cosignAttestationMaterial, cosignSignatureMaterial } from "./read-cosign.ts";
import { beginsLikeSignature } from "./read-lookaside.ts";
import { simpleSigningMediaType } from "./read-manifest.ts";
import { toSignatureError } from "./signature-error.ts";
import { openpgpType } from "./simple-signing.ts";
import type { TrustRoot } from "./trust-root.ts";
import { type GivenKeys, verifyMaterial } from "./verify-material.ts";

/** Everything that evidence is verified with. It is read and checked before: nothing here can be wrong. */
export type GivenTrust = GivenKeys & {
  readonly openpgp: readonly OpenpgpKey[];
  readonly roots: readonly TrustRoot[];
};

/** These say that nothing can be said: whether it is invalid depends on what is believed, or on another look. */
const undecided: readonly FindingReason["code"][] = [
  "SIGNATURE_ERROR",
  "ALG_UNSUPPORTED",
  "LIMIT_EXCEEDED",
  "REGISTRY_ERROR",
  "TRUST_ROOT_INVALID",
];

function validityOf(reasons: readonly FindingReason[]): boolean | null {
  if (reasons.length === 0) return true;
  return reasons.every(({ code }) => undecided.includes(code)) ? null : false;
}

/** What cryptography says of this evidence. `nowMs` matters for OpenPGP alone, whose keys expire. */
export async function verifyEvidence(
  evidence: Evidence,
  trust: GivenTrust,
  nowMs: number,
  limits: SignatureLimits,
): Promise<SignatureFinding> {
  try {
    return evidence.format === "openpgp-lookaside"
      ? await verifyLookaside(evidence, trust, nowMs, limits)
      : verifySigstore(evidence, trust, limits);
  } catch (thrown) {
    const error = toSignatureError(thrown, "MALFORMED", "the evidence cannot be read");
    const foreign = isForeign(evidence) ? ({ isForeign: true } as const) : {};
    return {
      ...emptyFinding(evidence, trust),
      ...foreign,
      ...verdictOf([{ code: error.code, message: error.message }]),
    };
  }
}

function isForeign({ format, blob }: Evidence): boolean {
  return format === "openpgp-lookaside" && !beginsLikeSignature(blob);
}

/** What was announced and could not be read is a finding too: it must not make an image look unsigned. */
export function findingOfProblem(problem: EvidenceProblem): SignatureFinding {
  const { format, kind, announcedFor, digest, code, message } = problem;
  return {
    ...nothingFound,
    evidence: digest,
    format,
    kind,
    manifest: announcedFor,
    tried: { keys: [], openpgp: [], trustRoots: [], checks: checksVersion },
    ...verdictOf([{ code, message }]),
  };
}

const nothingFound = {
  signature: { holds: null, algorithm: null },
  claims: null,
  signer: null,
  times: [],
  log: [],
  attached: { certificate: false, chain: false, timestamps: 0 },
  trustRoot: null,
  validUntilMs: null,
} as const;

function verdictOf(reasons: readonly FindingReason[]): Pick<SignatureFinding, "valid" | "reasons"> {
  return { valid: validityOf(reasons), reasons };
}

function emptyFinding(evidence: Evidence, trust: GivenTrust): SignatureFinding {
  const isOpenpgp = evidence.format === "openpgp-lookaside";
  return {
    ...nothingFound,
    evidence: evidenceDigest(evidence),
    format: evidence.format,
    kind: evidence.kind,
    manifest: evidence.announcedFor,
    valid: null,
    reasons: [],
    tried: {
      keys: isOpenpgp ? [] : [...trust.keys.map(({ fingerprint }) => fingerprint), ...trust.unsupportedKeys],
      openpgp: isOpenpgp ? trust.openpgp.map(({ exactly }) => exactly) : [],
      trustRoots: isOpenpgp ? [] : trust.roots.map(({ digest }) => digest),
      checks: checksVersion,
    },
  };
}

/** `artifact`: the signed bytes of a message signature, where the caller has them. */
export function verifySigstore(
  evidence: Evidence,
  trust: GivenTrust,
  limits: SignatureLimits,
  artifact: Uint8Array | null = null,
): SignatureFinding {
  const material = materialOf(evidence, artifact, limits);
  const { holds, algorithm, signer, proofs, restsOnRoot, reasons } = verifyMaterial(material, trust, trust.roots);
  const read = holds === true ? readClaims(material.content, evidence.announcedFor, evidence.kind, limits) : undefined;
  return {
    ...emptyFinding(evidence, trust),
    ...verdictOf([...reasons, ...mediaTypeReasons(evidence), ...(read?.reasons ?? [])]),
    signature: { holds, algorithm },
    claims: read?.claims ?? null,
    ...(read?.claims === null ? looseClaims(material) : {}),
    signer,
    times: proofs.times,
    log: proofs.entries.map(({ finding }) => finding),
    ...(material.bundleVersion === null ? {} : { bundleVersion: material.bundleVersion }),
    attached: {
      certificate: material.certificate !== null,
      chain: material.chainAttached,
      timestamps: material.timestamps.length,
    },
    trustRoot: restsOnRoot && proofs.root !== null ? { name: proofs.root.name, digest: proofs.root.digest } : null,
  };
}

/** What cosign takes for a signature wherever it stands, and hosts do not. */
function mediaTypeReasons({ format, kind, layer }: Evidence): readonly FindingReason[] {
  const isOther =
    format !== "sigstore-bundle" &&
    kind === "signature" &&
    layer !== null &&
    layer.mediaType !== simpleSigningMediaType;
  return isOther
    ? [
        {
          code: "PAYLOAD_TYPE",
          message: `a layer of type ${JSON.stringify(layer.mediaType.slice(0, 100))} is no signature`,
        },
      ]
    : [];
}

function looseClaims({ content }: SignedMaterial): Pick<SignatureFinding, "looseDigest"> {
  const looseDigest = content.type === "simple-signing" ? readLooseDigest(content.payload) : undefined;
  return looseDigest === undefined ? {} : { looseDigest };
}

function materialOf(evidence: Evidence, artifact: Uint8Array | null, limits: SignatureLimits): SignedMaterial {
  const { format, kind, announcedFor, blob, layer, signatureIndex } = evidence;
  if (format === "sigstore-bundle") return bundleMaterial(blob, announcedFor, artifact, limits);
  const annotations = layer?.annotations ?? {};
  return kind === "signature"
    ? cosignSignatureMaterial(blob, annotations, limits)
    : cosignAttestationMaterial(blob, annotations, signatureIndex, limits);
}

async function verifyLookaside(
  evidence: Evidence,
  trust: GivenTrust,
  nowMs: number,
  limits: SignatureLimits,
): Promise<SignatureFinding> {
  const { payload, algorithm, madeBy, doubt, validUntilMs, validFromMs } = await verifyOpenpgp(
    evidence.blob,
    trust.openpgp,
    nowMs,
    limits.lookasideBytes,
  );
  const empty = emptyFinding(evidence, trust);
  if (madeBy === null) {
    return {
      ...empty,
      ...verdictOf([{ code: "SIGNATURE_ERROR", message: "no key that is known made this signature" }]),
    };
  }
  const { claims, reasons } = simpleSigningClaims(payload, openpgpType, evidence.announcedFor, limits);
  const doubts: readonly FindingReason[] = doubt === null ? [] : [{ code: doubt.code, message: doubt.message }];
  return {
    ...empty,
    ...verdictOf([...doubts, ...reasons]),
    signature: { holds: true, algorithm },
    claims,
    signer: { type: "openpgp", ...madeBy },
    validUntilMs,
    ...(validFromMs === null ? {} : { validFromMs }),
  };
}

// The verifications of one digest in one repository, member for member (contract.md, section 3).
import type { Reason, UnknownField, Verdict } from "../plan/switch-plan.ts";
import { withUnknown } from "../plan/unknown-fields.ts";
import type { ManifestEvidence } from "./found-evidence.ts";
import type { AttestationJudgement } from "./judge-attestation.ts";
import { judgeManifest, type ManifestJudgement } from "./judge-manifest.ts";
import type { SignatureJudgement } from "./judge-signature.ts";
import { type ShownSigner, shownSigner } from "./shown-signer.ts";
import { isLogged, timeText } from "./signing-time.ts";
import type { TrustIndex } from "./trust-rules.ts";

type Part = { readonly unknown?: readonly UnknownField[] };

export type SignatureBody = Part & {
  readonly format: string;
  /** The manifest that it was found for. */
  readonly manifest: string;
  /** The manifest that carries it; null: none does. */
  readonly carrier: string | null;
  /** Content address of the signature itself. */
  readonly evidence: string;
  readonly valid: boolean | null;
  readonly reasons: readonly Reason[];
  readonly signer: ShownSigner | null;
  readonly accepted: boolean;
  /** Null: it names no repository. */
  readonly signedIdentity: string | null;
  readonly transparencyLog: { readonly logIndex: number | null; readonly integratedTime: string | null } | null;
  readonly timestamp: string | null;
  readonly firstSeen: string | null;
  /** Whether the registry still showed it at the last complete look. */
  readonly shown: boolean;
};

export type AttestationBody = Part & {
  readonly format: string;
  readonly evidence: string;
  readonly predicateType: string | null;
  readonly valid: boolean | null;
  readonly reasons: readonly Reason[];
  readonly signer: ShownSigner | null;
  readonly accepted: boolean;
  readonly subjectMatches: boolean | null;
  readonly builder: string | null;
  readonly sourceRepository: string | null;
  readonly sourceRevision: string | null;
  readonly firstSeen: string | null;
  readonly shown: boolean;
};

export type VerificationsBody = Part & {
  readonly digest: string;
  readonly repository: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly policy: string | null;
  readonly policyDigest: string | null;
  readonly trustRootDigest: string | null;
  readonly checkedAt: string | null;
  readonly recheckAt: string | null;
  readonly signatures: readonly SignatureBody[];
  readonly attestations: readonly AttestationBody[];
};

export type Verifications = {
  readonly body: VerificationsBody;
  readonly judgement: ManifestJudgement;
  /** The next moment at which time alone changes it; null: none. */
  readonly changesAt: number | null;
};

export function verifications(
  index: TrustIndex,
  repository: string,
  evidence: ManifestEvidence,
  now: number,
): Verifications {
  const rules = index.rulesFor(repository);
  const judgement = judgeManifest(evidence, rules, now);
  const { checkedAt, recheckAt } = judgement;
  const body = {
    digest: evidence.digest,
    repository,
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    policy: rules.policy?.document.id ?? null,
    policyDigest: rules.policyDigest,
    trustRootDigest: judgement.trustRoot,
    checkedAt: checkedAt === null ? null : timeText(checkedAt),
    recheckAt: recheckAt === null ? null : timeText(recheckAt),
    signatures: judgement.signatures.map(signatureBody),
    attestations: judgement.attestations.map(attestationBody),
  };
  const never =
    judgement.verdict === "pending"
      ? "signatures of this image were not looked for yet"
      : "no look for its signatures was ever complete";
  return {
    body: withUnknown(body, { checkedAt: never, recheckAt: "no next look is planned yet" }),
    judgement,
    changesAt: judgement.changesAt,
  };
}

/** Who made it cannot be said where no key that is known, and none that it brings, fits. */
const unknownSigner = "no key that is known here made it";

function signatureBody(judged: SignatureJudgement): SignatureBody {
  const { found, valid, reasons, verdict } = judged;
  const { finding } = found;
  const { claims } = finding;
  const stamp = finding.times.find(({ from }) => from === "timestamp");
  return withUnknown(
    {
      format: finding.format,
      manifest: finding.manifest,
      carrier: found.carrier,
      evidence: finding.evidence,
      valid,
      reasons,
      signer: shownSigner(judged),
      accepted: verdict === "verified",
      signedIdentity: claims?.type === "simple-signing" ? claims.reference : null,
      transparencyLog: logOf(judged),
      timestamp: stamp === undefined ? null : timeText(stamp.atMs),
      firstSeen: timeText(found.firstSeenAt),
      shown: found.shown,
    },
    { signer: unknownSigner, valid: reasons[0]?.message ?? "it could not be judged" },
  );
}

function logOf({ found }: SignatureJudgement): SignatureBody["transparencyLog"] {
  const { finding } = found;
  if (!isLogged(finding)) return null;
  const entry = finding.log.find(({ body, logIndex }) => body === "holds" && logIndex !== null);
  const integratedAtMs = entry?.integratedAtMs ?? null;
  return {
    logIndex: entry?.logIndex ?? null,
    integratedTime: integratedAtMs === null ? null : timeText(integratedAtMs),
  };
}

function attestationBody(judged: AttestationJudgement): AttestationBody {
  const { signed, valid, reasons, satisfies } = judged;
  const { finding } = signed.found;
  return withUnknown(
    {
      format: finding.format,
      evidence: finding.evidence,
      predicateType: judged.predicateType,
      valid,
      reasons,
      signer: shownSigner(signed),
      accepted: satisfies.length > 0,
      subjectMatches: judged.subjectMatches,
      builder: judged.builder,
      sourceRepository: judged.sourceRepository,
      sourceRevision: judged.sourceRevision,
      firstSeen: timeText(signed.found.firstSeenAt),
      shown: signed.found.shown,
    },
    {
      signer: unknownSigner,
      valid: "it could not be judged",
      predicateType: unknownSigner,
      subjectMatches: unknownSigner,
    },
  );
}

// Judging one manifest in one repository: the verdict over all its signatures and attestations (contract.md, section 2).
import { type Verdict, verdicts } from "../plan/switch-plan.ts";
import type { Digest } from "../words/digest.ts";
import { countSigners } from "./count-signers.ts";
import type { ManifestEvidence, SignatureLook } from "./found-evidence.ts";
import { type AttestationJudgement, type AttestationRule, judgeAttestation } from "./judge-attestation.ts";
import { judgeSignature, type SignatureJudgement } from "./judge-signature.ts";
import { mergeReasons, reason, type TrustReason } from "./reasons.ts";
import { momentsOf, nextMoment } from "./signing-time.ts";
import type { PolicyRules, TrustRules } from "./trust-rules.ts";

export type ManifestJudgement = {
  readonly digest: Digest;
  readonly verdict: Verdict;
  readonly reasons: readonly TrustReason[];
  readonly signatures: readonly SignatureJudgement[];
  readonly attestations: readonly AttestationJudgement[];
  /** The root that the verdict rests on; null: it rests on none. */
  readonly trustRoot: Digest | null;
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  /** The next moment at which time alone changes this; null: none. */
  readonly changesAt: number | null;
};

type Outcome = {
  readonly verdict: Verdict;
  readonly reasons: readonly TrustReason[];
  readonly trustRoot?: Digest | null;
};

/** Evidence that was found counts, whether or not the registry shows it still. */
export function judgeManifest(evidence: ManifestEvidence, rules: TrustRules, now: number): ManifestJudgement {
  const { digest, found, look } = evidence;
  const ofKind = (kind: "signature" | "attestation") => found.filter(({ finding }) => finding.kind === kind);
  const signatures = ofKind("signature").map((each) => judgeSignature(each, rules, now));
  const attestations = ofKind("attestation").map((each) => judgeAttestation(each, rules, now));

  const counted = signatures.filter(({ verdict }) => verdict === "verified");
  const outcomes: readonly Outcome[] = [
    ...(rules.policy === null || counted.length === 0 ? [] : judgeTogether(counted, attestations, rules.policy)),
    ...signatures.filter(({ verdict }) => verdict !== "verified"),
    ofLook(look, attestations.length > 0),
  ];
  const verdict = verdicts.find((each) => outcomes.some((outcome) => outcome.verdict === each)) ?? "indeterminate";
  const deciding = outcomes.filter((outcome) => outcome.verdict === verdict);
  return {
    digest,
    verdict,
    reasons: mergeReasons([...deciding.flatMap(({ reasons }) => reasons), ...failureOf(look)]),
    signatures,
    attestations,
    trustRoot: deciding.find(({ trustRoot }) => (trustRoot ?? null) !== null)?.trustRoot ?? null,
    checkedAt: look?.checkedAt ?? null,
    recheckAt: look?.recheckAt ?? null,
    changesAt: nextMoment([look?.recheckAt ?? null, ...momentsOfEvidence(evidence, rules)], now),
  };
}

/** What all signatures by signers that count come to, which is `verified` where they are enough. */
function judgeTogether(
  counted: readonly SignatureJudgement[],
  attestations: readonly AttestationJudgement[],
  policy: PolicyRules,
): readonly Outcome[] {
  const { threshold } = policy.document;
  const trustRoot = counted.find((each) => each.trustRoot !== null)?.trustRoot ?? null;
  const made = counted.map(({ makerName, counted: signers }) => ({
    maker: makerName,
    signers: signers.map(({ id }) => id),
  }));
  const reached = countSigners(made);
  if (reached < threshold) {
    const message = `signed by ${reached} of the policy's signers, and it wants ${threshold}: have others sign, too`;
    const signatures = counted.map(({ found }) => found.finding.evidence);
    const signers = [...new Set(made.flatMap((each) => each.signers))];
    return [
      { verdict: "untrusted", reasons: [reason("THRESHOLD", message, { signatures, reached, threshold, signers })] },
    ];
  }
  const required = policy.document.attestations.filter((rule) => rule.required);
  const missing = required.flatMap((rule) => whatLacks(rule, attestations));
  if (missing.length === 0) return [{ verdict: "verified", reasons: [], trustRoot }];
  // What could not be looked at may be the attestation that is wanted.
  const unclear = attestations.filter(({ signed }) => signed.verdict === "indeterminate");
  return [
    { verdict: "untrusted", reasons: missing },
    ...unclear.map(({ signed }): Outcome => ({ verdict: "indeterminate", reasons: signed.reasons })),
  ];
}

function whatLacks(rule: AttestationRule, attestations: readonly AttestationJudgement[]): readonly TrustReason[] {
  if (attestations.some(({ satisfies }) => satisfies.includes(rule))) return [];
  const mismatches = attestations.flatMap((each) => each.mismatches).filter((each) => each.rule === rule);
  if (mismatches.length > 0) return mismatches.flatMap(({ reasons }) => reasons);
  const message = `the trust policy wants an attestation of ${rule.predicateType} by ${rule.signers.join(" or ")}, and there is none: attach one`;
  return [reason("ATTESTATION_MISSING", message, { predicateType: rule.predicateType, signers: rule.signers })];
}

/** What the looks alone come to: nobody signed it, or nobody knows. */
function ofLook(look: SignatureLook | null, isAttested: boolean): Outcome {
  if (look === null) {
    const message = "This catalog has not looked for signatures of this image yet.";
    return { verdict: "pending", reasons: [reason("PENDING", message)] };
  }
  if (look.checkedAt === null) {
    return { verdict: "indeterminate", reasons: [registryError(look)] };
  }
  const message = isAttested
    ? "it has attestations and no signature: attestations say how it was made, not that its publisher stands by it; sign it"
    : "the registry was asked and has no signature of it: sign it";
  return { verdict: "unsigned", reasons: [reason("NO_SIGNATURE", message)] };
}

/** A failed look leaves the verdict as it was, and says so. */
function failureOf(look: SignatureLook | null): readonly TrustReason[] {
  return look !== null && look.failingSince !== null ? [registryError(look)] : [];
}

function registryError({ failure, checkedAt }: SignatureLook): TrustReason {
  const what =
    checkedAt === null ? "no look for signatures was ever complete" : "the last look for signatures was not complete";
  return reason("REGISTRY_ERROR", failure === null ? what : `${what}: ${failure}`);
}

function momentsOfEvidence({ found }: ManifestEvidence, { policy }: TrustRules): readonly (number | null)[] {
  return [
    ...found.flatMap(({ finding }) => [finding.validUntilMs, finding.validFromMs ?? null]),
    ...(policy?.signers ?? []).flatMap((signer) => momentsOf(signer)),
  ];
}

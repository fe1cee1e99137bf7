// Judging one attestation: whether somebody whom the policy lets say such a thing said what the policy wants.
import { matchesPattern } from "../words/pattern.ts";
import type { FoundEvidence } from "./found-evidence.ts";
import { judgeSignature, type SignatureJudgement } from "./judge-signature.ts";
import { shownSource, sourceMatches } from "./provenance-source.ts";
import { reason, type TrustReason } from "./reasons.ts";
import type { PolicyRules, TrustRules } from "./trust-rules.ts";

export type AttestationRule = PolicyRules["document"]["attestations"][number];

export type AttestationJudgement = {
  /** Who made it and whether he may speak at all, as of a signature. */
  readonly signed: SignatureJudgement;
  readonly valid: boolean | null;
  readonly reasons: readonly TrustReason[];
  /** Null: nobody known made it, so nothing of what it says is believed. */
  readonly predicateType: string | null;
  readonly subjectMatches: boolean | null;
  readonly builder: string | null;
  readonly sourceRepository: string | null;
  readonly sourceRevision: string | null;
  /** The rules of the policy that it satisfies. */
  readonly satisfies: readonly AttestationRule[];
  /** What keeps it from satisfying a rule for its predicate by a signer of that rule. */
  readonly mismatches: readonly { readonly rule: AttestationRule; readonly reasons: readonly TrustReason[] }[];
};

export function judgeAttestation(found: FoundEvidence, rules: TrustRules, now: number): AttestationJudgement {
  const signed = judgeSignature(found, withoutLog(rules), now);
  const claims = found.finding.claims?.type === "statement" ? found.finding.claims : null;
  const provenance = claims?.provenance ?? null;
  const source = provenance === null ? { repository: null, revision: null } : shownSource(provenance);
  const asked = (rules.policy?.document.attestations ?? []).filter(
    ({ predicateType }) => predicateType === claims?.predicateType,
  );
  const counted = new Set(signed.counted.map(({ id }) => id));
  const judged = asked
    .filter(({ signers }) => signers.some((id) => counted.has(id)))
    .map((rule) => ({ rule, reasons: mismatchesOf(found, rule) }));
  const mismatches = judged.filter(({ reasons }) => reasons.length > 0);
  const satisfies = judged.flatMap(({ rule, reasons }) => (reasons.length === 0 ? [rule] : []));
  return {
    signed,
    valid: signed.valid,
    reasons: [...whyNotSigned(signed), ...(satisfies.length > 0 ? [] : mismatches.flatMap(({ reasons }) => reasons))],
    predicateType: claims?.predicateType ?? null,
    subjectMatches: claims?.subjectMatches ?? null,
    builder: provenance?.builder ?? null,
    sourceRepository: source.repository,
    sourceRevision: source.revision,
    satisfies,
    mismatches,
  };
}

/** `transparencyLog` speaks of signatures; an attestation is none. */
function withoutLog(rules: TrustRules): TrustRules {
  const { policy } = rules;
  if (policy === null || policy.document.transparencyLog === "optional") return rules;
  return { ...rules, policy: { ...policy, document: { ...policy.document, transparencyLog: "optional" } } };
}

/** That nobody declared who may sign is said of the image, not of each thing about it. */
function whyNotSigned({ reasons }: SignatureJudgement): readonly TrustReason[] {
  return reasons.filter(({ code }) => code !== "NO_POLICY");
}

function mismatchesOf({ finding }: FoundEvidence, rule: AttestationRule): readonly TrustReason[] {
  const provenance = finding.claims?.type === "statement" ? finding.claims.provenance : null;
  const signatures = [finding.evidence];
  const reasons: TrustReason[] = [];
  const builder = provenance?.builder ?? null;
  if (rule.builder !== undefined && (builder === null || !matchesPattern(rule.builder, builder))) {
    const message =
      builder === null
        ? `it names no builder, and the policy wants ${rule.builder}`
        : `built by ${JSON.stringify(builder.slice(0, 200))}, and the policy wants ${rule.builder}`;
    reasons.push(reason("BUILDER_MISMATCH", message, { signatures, wanted: rule.builder, found: builder }));
  }
  const wanted = rule.sourceRepository;
  if (wanted !== undefined && (provenance === null || !sourceMatches(provenance, wanted))) {
    const source = provenance === null ? null : shownSource(provenance).repository;
    const message =
      source === null
        ? `it names no source, and the policy wants ${wanted}`
        : `built from ${JSON.stringify(source.slice(0, 200))}, and the policy wants ${wanted}`;
    reasons.push(reason("SOURCE_MISMATCH", message, { signatures, wanted, found: source }));
  }
  return reasons;
}

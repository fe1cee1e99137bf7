// Believed provenance: what those who may speak for a repository say of how a manifest was built.
import { parseTimestamp } from "../images/timestamp.ts";
import type { ProvenanceFacts } from "./finding.ts";
import type { FoundEvidence } from "./found-evidence.ts";
import { judgeAttestation } from "./judge-attestation.ts";
import type { TrustRules } from "./trust-rules.ts";

/**
 * Signed, whole, about this manifest, and by a signer of the repository's policy. Where no policy speaks for it,
 * whoever signed is as good as who wrote the annotations.
 */
export function believedProvenance(found: FoundEvidence, rules: TrustRules, now: number): ProvenanceFacts | null {
  const { claims } = found.finding;
  if (claims?.type !== "statement" || claims.provenance === null || !claims.subjectMatches) return null;
  const { signed, valid } = judgeAttestation(found, rules, now);
  const maySpeak = rules.policy === null || signed.counted.length > 0;
  return valid === true && maySpeak ? claims.provenance : null;
}

/** When builds ended, by their provenance, epoch milliseconds: a reproducible build may have been made more than once. */
export type FinishTimes = { readonly firstMs: number; readonly lastMs: number };

/**
 * Null where nobody says when whom a policy lets speak. A stranger's word, which may tell what an image was built on, is
 * not enough here: by two such times a tag is said to have gone back.
 */
export function finishTimes(found: readonly FoundEvidence[], rules: TrustRules, now: number): FinishTimes | null {
  if (rules.policy === null) return null;
  const times = found.flatMap((each) => {
    const { claims } = each.finding;
    if (claims?.type !== "statement" || claims.provenance?.finishedAt == null) return [];
    const finishedAt = believedProvenance(each, rules, now)?.finishedAt ?? null;
    return finishedAt === null ? [] : (parseTimestamp(finishedAt) ?? []);
  });
  return times.length === 0 ? null : { firstMs: Math.min(...times), lastMs: Math.max(...times) };
}

// First sight: whether a verdict rests on when a catalog says it first saw a signature, which nobody can prove.
import type { ManifestEvidence } from "../../policies/trust/found-evidence.ts";
import { judgeManifest } from "../../policies/trust/judge-manifest.ts";
import type { TrustRules } from "../../policies/trust/trust-rules.ts";

/** True where it is `verified`, and would not be for whoever sees the same signatures for the first time now. */
export function restsOnFirstSight(rules: TrustRules, evidence: ManifestEvidence, now: number): boolean {
  if (judgeManifest(evidence, rules, now).verdict !== "verified") return false;
  const found = evidence.found.map((each) => ({ ...each, firstSeenAt: now }));
  return judgeManifest({ ...evidence, found }, rules, now).verdict !== "verified";
}

// The file's words: whether a verdict rests on what a file of kept evidence says and nobody can prove.
import type { FoundEvidence, ManifestEvidence } from "../../policies/trust/found-evidence.ts";
import { judgeManifest } from "../../policies/trust/judge-manifest.ts";
import type { TrustRules } from "../../policies/trust/trust-rules.ts";

/** True where it is `verified`, and would not be for whoever sees the same signatures for the first time now. */
export function restsOnFirstSight(rules: TrustRules, evidence: ManifestEvidence, now: number): boolean {
  const found = evidence.found.map((each) => ({ ...each, firstSeenAt: now }));
  return isLost(rules, evidence, found, now);
}

/** True where it is `verified`, and would not be by those signatures alone that name the repository. */
export function restsOnRepository(rules: TrustRules, evidence: ManifestEvidence, now: number): boolean {
  const found = evidence.found.filter(({ finding }) => finding.kind === "attestation" || namesRepository(finding));
  return isLost(rules, evidence, found, now);
}

/** A bundle's statement is of a digest, wherever that is. */
function namesRepository({ claims }: FoundEvidence["finding"]): boolean {
  return claims?.type === "simple-signing" && claims.repository !== null;
}

function isLost(rules: TrustRules, evidence: ManifestEvidence, found: readonly FoundEvidence[], now: number): boolean {
  if (judgeManifest(evidence, rules, now).verdict !== "verified") return false;
  return judgeManifest({ ...evidence, found }, rules, now).verdict !== "verified";
}

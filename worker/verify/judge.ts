// Judging for the store: the verdict of one manifest by the rules in force, as listings and events use it.
import type { JudgementRow } from "../../db/judgements.ts";
import { finishTimes } from "../../policies/trust/believed-provenance.ts";
import type { FoundEvidence } from "../../policies/trust/found-evidence.ts";
import { judgeManifest } from "../../policies/trust/judge-manifest.ts";
import type { TrustIndex } from "../../policies/trust/trust-rules.ts";

export type LookState = {
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureReason: string | null;
};

export function judgeLook(
  index: TrustIndex,
  manifest: { readonly repositoryId: number; readonly repository: string; readonly digest: string },
  found: readonly FoundEvidence[],
  look: LookState,
  now: number,
): JudgementRow {
  const rules = index.rulesFor(manifest.repository);
  const { checkedAt, recheckAt, failingSince, failureReason: failure } = look;
  const evidence = { digest: manifest.digest, found, look: { checkedAt, recheckAt, failingSince, failure } };
  const judgement = judgeManifest(evidence, rules, now);
  return {
    repositoryId: manifest.repositoryId,
    digest: manifest.digest,
    verdict: judgement.verdict,
    policyDigest: rules.policyDigest,
    trustRoot: judgement.trustRoot,
    judgedAt: now,
    changesAt: judgement.changesAt,
    finished: finishTimes(found, rules, now),
  };
}

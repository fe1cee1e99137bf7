// A consumer's verdict, over all of its versions (contract.md, section 2, "Consumers").
import type { ConsumerTrust, ConsumerVerdict, Verdict } from "../../plan/switch-plan.ts";
import type { TrustReason } from "../reasons.ts";
import type { Range } from "./consumer-versions.ts";

export type RangeOutcome = Range & {
  /** Whether these versions can read what they are given. */
  readonly reads: boolean;
  readonly accepts: boolean;
};

/** `outcomes`: from the oldest to the newest. `refusal`: why it refuses, where it does. */
export function consumerTrust(
  plan: Verdict,
  outcomes: readonly RangeOutcome[],
  refusal: () => readonly TrustReason[],
): ConsumerTrust {
  const first = outcomes.findIndex(({ reads }) => reads);
  const current = first < 0 ? [] : outcomes.slice(first);
  // Whoever reads `verified` may have any version from there on.
  const isVerified = current.length > 0 && current.every(({ accepts }) => accepts);
  return {
    verdict: verdictOf(plan, isVerified),
    reasons: isVerified ? [] : refusal(),
    since: current[0]?.from ?? null,
    byVersion: first < 0 ? [] : rangesOf(plan, outcomes),
  };
}

export function verdictOf(plan: Verdict, accepts: boolean): ConsumerVerdict {
  if (accepts) return "verified";
  return plan === "verified" ? "not-enforceable" : plan;
}

/** Nothing where all versions agree. */
function rangesOf(plan: Verdict, outcomes: readonly RangeOutcome[]): ConsumerTrust["byVersion"] {
  const ranges: { from: string; to: string | null; verdict: ConsumerVerdict }[] = [];
  for (const { from, to, accepts } of outcomes) {
    const verdict = verdictOf(plan, accepts);
    const last = ranges.at(-1);
    if (last?.verdict === verdict) last.to = to;
    else ranges.push({ from, to, verdict });
  }
  return ranges.length > 1 ? ranges : [];
}

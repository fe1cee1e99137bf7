// The best verdict: of an index and of what it leads to.
import { expect, test } from "vitest";
import type { Verdict } from "../../../../policies/plan/switch-plan.ts";
import { bestVerdict } from "../../../../policies/trust/best-verdict.ts";

test.each<{ judged: readonly (Verdict | null)[]; best: Verdict }>([
  { judged: ["unsigned", "verified"], best: "verified" },
  { judged: ["verified", "invalid"], best: "verified" },
  { judged: ["unsigned", null], best: "unsigned" },
  { judged: [null], best: "pending" },
  { judged: [], best: "pending" },
])("of $judged it is $best", ({ judged, best }) => {
  expect(bestVerdict(judged)).toBe(best);
});

// Exit codes of verifying: one verdict, and several.
import { expect, test } from "vitest";
import { verdictExit, worstExit } from "../../../../bin/verify/verified.ts";
import { verdicts } from "../../../../policies/plan/switch-plan.ts";

test("only verified ends with 0; what is not known is not what is refused", () => {
  expect(Object.fromEntries(verdicts.map((verdict) => [verdict, verdictExit(verdict)]))).toEqual({
    verified: 0,
    indeterminate: 3,
    pending: 3,
    untrusted: 1,
    "no-policy": 1,
    invalid: 1,
    unsigned: 1,
  });
});

test.each([
  { codes: [], worst: 0 },
  { codes: [0, 0], worst: 0 },
  { codes: [0, 3], worst: 3 },
  { codes: [3, 1, 0], worst: 1 },
  { codes: [1, 2], worst: 2 },
] as const)("of $codes the worst is $worst", ({ codes, worst }) => {
  expect(worstExit(codes)).toBe(worst);
});

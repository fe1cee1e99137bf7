// The decision: one row for each sentence of contract.md, and that nothing added ever makes it milder.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Circumstances, decide } from "../../../../policies/plan/decide.ts";
import { type PlanHazard, type Severity, type Verdict, verdicts } from "../../../../policies/plan/switch-plan.ts";

function hazard(severity: Severity, status: PlanHazard["status"], id: PlanHazard["id"] = "downgrade"): PlanHazard {
  return { id, severity, status, title: "", advice: "", evidence: {}, needs: [], source: "" };
}

const reason = (code: string) => ({ code, message: "", evidence: {} });

const codes: Readonly<Record<Verdict, string>> = {
  verified: "INDEX_UNSIGNED",
  indeterminate: "REGISTRY_ERROR",
  pending: "PENDING",
  untrusted: "WRONG_KEY",
  "no-policy": "NO_POLICY",
  invalid: "DIGEST_MISMATCH",
  unsigned: "NO_SIGNATURE",
};

function trust(verdict: Verdict): Circumstances["trust"] {
  return { verdict, reasons: [reason(codes[verdict])] };
}

/** Everything is well: the plan allows. */
function well(change: Partial<Circumstances> = {}): Circumstances {
  return { hazards: [], trust: trust("verified"), signature: "required", isStale: false, isRollback: false, ...change };
}

describe("block", () => {
  test.each([
    {
      sentence: "a hazard of severity block is present",
      change: { hazards: [hazard("block", "present")] },
      reasons: ["downgrade"],
    },
    {
      sentence: "the verdict is invalid",
      change: { trust: trust("invalid"), signature: null },
      reasons: ["DIGEST_MISMATCH"],
    },
    {
      sentence: "the verdict is untrusted",
      change: { trust: trust("untrusted"), signature: "expected" as const },
      reasons: ["WRONG_KEY"],
    },
    {
      sentence: "it is unsigned and the policy requires a signature",
      change: { trust: trust("unsigned") },
      reasons: ["NO_SIGNATURE"],
    },
    {
      sentence: "it is indeterminate and the policy requires a signature",
      change: { trust: trust("indeterminate") },
      reasons: ["REGISTRY_ERROR"],
    },
    {
      sentence: "it is pending and the policy requires a signature",
      change: { trust: trust("pending") },
      reasons: ["PENDING"],
    },
  ])("where $sentence", ({ change, reasons }) => {
    expect(decide(well(change))).toEqual({ decision: "block", decisionReasons: reasons });
  });

  test("names everything that blocks, and nothing that would only have warned", () => {
    const hazards = [hazard("block", "present", "downgrade"), hazard("warn", "present", "etc-merge")];
    expect(decide(well({ hazards, trust: trust("pending"), isStale: true })).decisionReasons).toEqual([
      "downgrade",
      "PENDING",
    ]);
  });
});

describe("warn", () => {
  const expected = { signature: "expected" as const };
  test.each([
    {
      sentence: "a hazard of severity warn is present",
      change: { hazards: [hazard("warn", "present")] },
      reasons: ["downgrade"],
    },
    {
      sentence: "one of severity block is unknown",
      change: { hazards: [hazard("block", "unknown")] },
      reasons: ["downgrade"],
    },
    {
      sentence: "it is unsigned where a signature is expected",
      change: { trust: trust("unsigned"), ...expected },
      reasons: ["NO_SIGNATURE"],
    },
    {
      sentence: "it is indeterminate where a signature is expected",
      change: { trust: trust("indeterminate"), ...expected },
      reasons: ["REGISTRY_ERROR"],
    },
    {
      sentence: "it is pending where a signature is expected",
      change: { trust: trust("pending"), ...expected },
      reasons: ["PENDING"],
    },
    {
      sentence: "it is pending and no policy speaks for it",
      change: { trust: trust("pending"), signature: null },
      reasons: ["PENDING"],
    },
    {
      sentence: "it is unsigned and no policy speaks for it",
      change: { trust: trust("unsigned"), signature: null },
      reasons: ["NO_SIGNATURE"],
    },
    {
      sentence: "nobody declared who may sign",
      change: { trust: trust("no-policy"), signature: null },
      reasons: ["NO_POLICY"],
    },
    { sentence: "nobody looked for more than seven days", change: { isStale: true }, reasons: ["STALE"] },
    { sentence: "the tag went back to an older build", change: { isRollback: true }, reasons: ["TAG_ROLLBACK"] },
  ])("where $sentence", ({ change, reasons }) => {
    expect(decide(well(change))).toEqual({ decision: "warn", decisionReasons: reasons });
  });

  test("names everything that warns, each once", () => {
    const hazards = [hazard("warn", "present"), hazard("block", "unknown")];
    expect(decide(well({ hazards, isStale: true, isRollback: true })).decisionReasons).toEqual([
      "downgrade",
      "STALE",
      "TAG_ROLLBACK",
    ]);
  });

  test("names the verdict itself where it came without a code", () => {
    const bare = { verdict: "no-policy" as const, reasons: [] };
    expect(decide(well({ trust: bare })).decisionReasons).toEqual(["NO_POLICY"]);
  });
});

describe("allow", () => {
  test.each([
    { title: "all is well", change: {} },
    { title: "the index alone has no signature, and the verdict is verified", change: { trust: trust("verified") } },
    { title: "an info hazard is present", change: { hazards: [hazard("info", "present")] } },
    { title: "an info hazard is unknown", change: { hazards: [hazard("info", "unknown")] } },
    { title: "a warn hazard is unknown", change: { hazards: [hazard("warn", "unknown")] } },
    { title: "all hazards are absent", change: { hazards: [hazard("block", "absent"), hazard("warn", "absent")] } },
  ])("where $title", ({ change }) => {
    expect(decide(well(change))).toEqual({ decision: "allow", decisionReasons: [] });
  });
});

describe("any decision", () => {
  const rank = { allow: 0, warn: 1, block: 2 };
  const anyHazard = fc
    .tuple(
      fc.constantFrom<Severity>("block", "warn", "info"),
      fc.constantFrom<PlanHazard["status"]>("present", "absent", "unknown"),
    )
    .map(([severity, status]) => hazard(severity, status));
  const any = fc.record<Circumstances>({
    hazards: fc.array(anyHazard, { maxLength: 3 }),
    trust: fc.constantFrom(...verdicts).map(trust),
    signature: fc.constantFrom("required", "expected", null),
    isStale: fc.boolean(),
    isRollback: fc.boolean(),
  });

  test("has a reason unless it allows", () => {
    fc.assert(
      fc.property(any, (circumstances) => {
        const { decision, decisionReasons } = decide(circumstances);
        expect(decisionReasons.length === 0).toBe(decision === "allow");
      }),
    );
  });

  test("is never made milder by a hazard, by age, by a step back or by a stricter policy", () => {
    fc.assert(
      fc.property(any, anyHazard, (circumstances, more) => {
        const before = rank[decide(circumstances).decision];
        const added: Partial<Circumstances>[] = [
          { hazards: [...circumstances.hazards, more] },
          { isStale: true },
          { isRollback: true },
          { signature: "required" },
        ];
        for (const change of added)
          expect(rank[decide({ ...circumstances, ...change }).decision]).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test("is never made milder by a worse status of a hazard", () => {
    const worse = { absent: 0, unknown: 1, present: 2 };
    const statuses = fc.constantFrom<PlanHazard["status"]>("present", "absent", "unknown");
    fc.assert(
      fc.property(
        any,
        fc.constantFrom<Severity>("block", "warn", "info"),
        statuses,
        statuses,
        (circumstances, severity, a, b) => {
          const [low, high] = worse[a] <= worse[b] ? [a, b] : [b, a];
          const of = (status: PlanHazard["status"]) =>
            rank[decide({ ...circumstances, hazards: [...circumstances.hazards, hazard(severity, status)] }).decision];
          expect(of(high)).toBeGreaterThanOrEqual(of(low));
        },
      ),
    );
  });
});

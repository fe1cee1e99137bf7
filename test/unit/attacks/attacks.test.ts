// The attack table: what is shown, found, verified and judged of each case, and what each consumer does with it.
import { describe, expect, test } from "vitest";
import { type AttackCase, outcomeOf, planAttack } from "../../kit/attacks/attack-world.ts";
import { shownEvidence } from "../../kit/attacks/from-evidence.ts";
import { keyCases } from "../../kit/attacks/key-cases.ts";
import { placeCases } from "../../kit/attacks/place-cases.ts";
import { policyCases } from "../../kit/attacks/policy-cases.ts";

const tables: Readonly<Record<string, readonly AttackCase[]>> = {
  "keys and formats": keyCases,
  "what a policy says": policyCases,
  "registries, mirrors and lookasides": placeCases,
  evidence: shownEvidence,
};
const all = Object.values(tables).flat();

describe.each(Object.entries(tables))("%s", (_, cases) => {
  test.each(cases)("$attack: $expected ($source)", async (row) => {
    const trust = await planAttack(row);
    expect(outcomeOf(trust)).toBe(row.expected);
    for (const { verdict, reasons } of Object.values(trust.consumers)) {
      expect(["verified", trust.verdict === "verified" ? "not-enforceable" : trust.verdict]).toContain(verdict);
      expect(reasons.length > 0).toBe(verdict !== "verified");
    }
    const { bootc, podman } = trust.consumers;
    const isEnforced = [bootc, podman].some(({ verdict }) => verdict === "verified");
    expect([trust.hostFiles.length > 0, trust.policyScope !== null]).toEqual([isEnforced, isEnforced]);
  });
});

describe("the table", () => {
  test("has at least 150 cases, each an attack or format of its own, with its source", () => {
    expect(all.length).toBeGreaterThanOrEqual(150);
    expect(new Set(all.map(({ attack }) => attack)).size).toBe(all.length);
    expect(all.filter(({ source }) => source.length < 10)).toEqual([]);
  });
});

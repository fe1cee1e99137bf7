// Client readings: no host is given files that its skopeo cannot read, however its version is written, and it is told why.
import { describe, expect, test } from "vitest";
import { isOlderSkopeo } from "../../../../policies/plan/client-reading.ts";
import { factsOf } from "../../../../policies/plan/host-facts.ts";
import { key, policy } from "../trust/trust-builders.ts";
import { planOf, signedByAlice } from "./signed-plan.ts";

const flag = "--enforce-container-sigpolicy";
const strict = { default: [{ type: "reject" }], transports: { docker: { "": [{ type: "insecureAcceptAnything" }] } } };
const open = { default: [{ type: "insecureAcceptAnything" }] };

function planFor(clientVersions: object | undefined, keys = ["alice", "bob"], policyJson: object = strict) {
  const said = { policyJson, registriesD: {}, ...(clientVersions === undefined ? {} : { clientVersions }) };
  const parsed = factsOf(said);
  if (parsed.outcome === "invalid") throw new Error(parsed.reason);
  const { facts } = parsed;
  const plan = planOf({
    ...signedByAlice,
    trust: [policy(keys.map((name) => key(name)))],
    host: { policyJson: facts.policyJson, registriesD: {} },
    said: { document: null, facts },
  });
  return { plan, conflict: plan.hazards.find(({ id }) => id === "host-policy-conflict") };
}

describe("where several keys want a list of them, a host whose skopeo", () => {
  test.each(["1.14.3", "1.16.0", "skopeo version 1.16.1", "1:1.14.3-1.fc40", "1.17.0-dev", "1.17-rc1"])(
    "is %s is given no files and no flag, and told why",
    (skopeo) => {
      const { plan, conflict } = planFor({ bootc: "1.1.0", skopeo });
      expect(plan.trust).toMatchObject({ hostFiles: [], policyScope: null });
      expect(plan.trust.consumers.bootc).toMatchObject({ verdict: "verified", since: "skopeo 1.17" });
      expect(JSON.stringify(plan.commands)).not.toContain(flag);
      expect(plan.commands.notEnforced).toContain(`the host's skopeo (${skopeo}) cannot read the files`);
      expect(conflict).toMatchObject({
        status: "present",
        severity: "warn",
        evidence: { skopeo, since: "skopeo 1.17" },
      });
      expect(conflict?.advice).toContain("would refuse every pull: skopeo 1.17 and newer do it");
      expect(plan.decision).toBe("warn");
      expect(plan.decisionReasons).toContain("host-policy-conflict");
    },
  );

  test.each(["1.17", "1.17.0", "1.22.2", "2.0.0", "1.18.0-dev"])("is %s is given all of it", (skopeo) => {
    const { plan, conflict } = planFor({ skopeo });
    expect(plan.commands.bootc).toContain(flag);
    expect(plan.trust.hostFiles.length).toBeGreaterThan(0);
    expect(conflict).toBeUndefined();
  });

  test.each([undefined, {}, { bootc: "1.1.0" }, { skopeo: null }, { skopeo: "of the last year" }])(
    "was not told of (%j) is asked for it",
    (clientVersions) => {
      const { plan, conflict } = planFor(clientVersions);
      expect(conflict).toMatchObject({
        status: "unknown",
        evidence: { since: "skopeo 1.17" },
        needs: [{ fact: "clientVersions", command: "bootc --version && skopeo --version" }],
      });
      expect(plan.commands.bootc).toContain(flag);
    },
  );

  test("is too old is told of what else stands in the way, too", () => {
    const { conflict } = planFor({ skopeo: "1.14.3" }, ["alice", "bob"], open);
    expect(conflict?.evidence).toMatchObject({ conflicts: [{ kind: "accepts-by-default" }] });
    expect(conflict?.advice).toContain("accepts anything by default");
  });
});

describe("where one key is in force", () => {
  test("every skopeo that checks a policy reads its path, so nobody is asked", () => {
    for (const clientVersions of [undefined, { skopeo: "1.13.0" }, { skopeo: "1.14.3" }]) {
      const { plan, conflict } = planFor(clientVersions, ["alice"]);
      expect(plan.commands.bootc).toContain(flag);
      expect(conflict).toBeUndefined();
    }
  });

  test("one that checks none is not said to", () => {
    const { plan, conflict } = planFor({ skopeo: "1.12.0" }, ["alice"]);
    expect(plan.commands.bootc).not.toContain(flag);
    expect(plan.commands.notEnforced).toContain("checks no signature when bootc pulls: skopeo 1.13 and newer do");
    expect(conflict?.status).toBe("present");
  });
});

test.each([
  ["1.9.3", "skopeo 1.13", true],
  ["1.13", "skopeo 1.13", false],
  ["1.22.1", "skopeo 1.22.2", true],
  ["10.0.0", "skopeo 1.22.2", false],
  ["1.17.0~rc1", "skopeo 1.17", true],
  ["none", "skopeo 1.17", null],
  ["1", "skopeo 1.17", null],
])("%s before %s: %s", (text, since, isOlder) => expect(isOlderSkopeo(text, since)).toBe(isOlder));

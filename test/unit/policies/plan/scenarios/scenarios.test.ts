// Hosts and targets: each row of the table has the hazards, the decision and the reasons that its sources tell.
import { describe, expect, test } from "vitest";
import { hazardIds } from "../../../../../policies/plan/switch-plan.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { hostWith, imageOf, planFor } from "./world.ts";

function planOf({ from, booted = {}, host, facts, to, image = {}, channels, bootedChannels }: Scenario) {
  return planFor({
    target: to,
    image,
    channels,
    bootedChannels,
    host: from === null ? undefined : hostWith(from, host),
    ...(facts === undefined ? {} : { facts }),
    booted: from === null || booted === null ? undefined : imageOf(from, booted),
  });
}

test("the table has a row for each accident that is known, and no title twice", () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(60);
  expect(new Set(scenarios.map(({ title }) => title)).size).toBe(scenarios.length);
  const seen = new Set(scenarios.flatMap(({ present }) => present.map((each) => each.split(" ")[0])));
  // Which images are bound to one no source tells yet.
  expect(hazardIds.filter((id) => !seen.has(id))).toEqual(["bound-images"]);
});

describe.each(scenarios)("$title ($source)", (scenario) => {
  const plan = planOf(scenario);
  const idsOf = (status: string) => plan.hazards.filter((hazard) => hazard.status === status).map(({ id }) => id);

  test("has these hazards", () => {
    const present = plan.hazards.filter(({ status }) => status === "present");
    expect(present.map(({ id, severity }) => `${id} ${severity}`)).toEqual(scenario.present);
    expect(idsOf("unknown")).toEqual(expect.arrayContaining([...(scenario.unknown ?? [])]));
    expect(idsOf("absent")).toEqual(expect.arrayContaining([...(scenario.absent ?? [])]));
    expect(plan.hostHazards).toBe("asked");
    expect(plan.hazards.map(({ id }) => id)).toEqual(hazardIds);
  });

  test("has this decision", () => {
    expect([plan.decision, plan.decisionReasons]).toEqual([scenario.decision, expect.anything()]);
  });

  test("gives these commands", () => {
    const { notEnforced, ...commands } = plan.commands;
    if (scenario.commands === "none") {
      expect(Object.values(commands).filter((command) => command !== null)).toEqual([]);
      expect(notEnforced).toBeNull();
      return;
    }
    const { ref } = plan.target;
    const flag = scenario.commands === "enforced" ? ["--enforce-container-sigpolicy"] : [];
    const origin = scenario.commands === "enforced" ? "ostree-image-signed:docker://" : "ostree-unverified-registry:";
    const { bootc, rpmOstree, install } = commands;
    const given = { bootc: ["bootc", "switch", ...flag, ref], rpmOstree: ["rpm-ostree", "rebase", `${origin}${ref}`] };
    const without = Object.fromEntries((scenario.lacks ?? []).map((command) => [command, null]));
    expect({ bootc, rpmOstree }).toEqual({ ...given, ...without });
    expect(install?.includes("--enforce-container-sigpolicy")).toBe(scenario.commands === "enforced");
    expect(notEnforced === null).toBe(scenario.commands === "enforced");
  });

  test("says what to do, and whom to ask", () => {
    for (const { status, advice, needs, source } of plan.hazards) {
      expect(source).toMatch(/^https:\/\//);
      if (status !== "absent") expect(advice).toMatch(/[.`]$/);
      for (const need of needs) expect(need.command).not.toBe("");
    }
  });
});

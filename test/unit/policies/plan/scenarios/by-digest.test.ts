// By digest: the same hosts and images, whose tag is not named. What the tag told is unknown then, and never absent.
import { describe, expect, test } from "vitest";
import { type HazardStatus, hazardIds } from "../../../../../policies/plan/switch-plan.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import { digestOfImage, hostWith, imageOf, planFor } from "./world.ts";

const byDigest = (reference: string) =>
  reference.includes("@") ? reference : `${reference.slice(0, reference.lastIndexOf(":"))}@${digestOfImage(reference)}`;

type Names = { readonly from: (reference: string) => string; readonly to: (reference: string) => string };
const asItIs = (reference: string) => reference;

function planOf({ from, booted = {}, host, facts, to, image = {}, channels, bootedChannels }: Scenario, names: Names) {
  return planFor({
    target: names.to(to),
    image,
    channels,
    bootedChannels,
    host: from === null ? undefined : hostWith(names.from(from), { digest: digestOfImage(from), ...host }),
    ...(facts === undefined ? {} : { facts }),
    booted: from === null || booted === null ? undefined : imageOf(from, booted),
  });
}

const rank = { allow: 0, warn: 1, block: 2 };

describe.each([
  { title: "the target is named by its digest", names: { from: asItIs, to: byDigest } },
  { title: "the host follows a digest", names: { from: byDigest, to: asItIs } },
  { title: "both are digests", names: { from: byDigest, to: byDigest } },
])("where $title", ({ names }) => {
  test.each(scenarios)("$title", (scenario) => {
    const [byTag, plan] = [planOf(scenario, { from: asItIs, to: asItIs }), planOf(scenario, names)];
    const statusesOf = ({ hazards }: typeof plan) =>
      new Map<string, HazardStatus>(hazards.map((h) => [h.id, h.status]));
    const [before, after] = [statusesOf(byTag), statusesOf(plan)];
    const lost = hazardIds.filter((id) => before.get(id) !== "absent" && after.get(id) === "absent");
    expect(lost).toEqual([]);
    if (byTag.decision !== "allow") expect(rank[plan.decision]).toBeGreaterThan(rank.allow);
  });
});

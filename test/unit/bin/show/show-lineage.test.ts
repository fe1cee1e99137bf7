// A lineage as people read it.
import { expect, test } from "vitest";
import { showLineage } from "../../../../bin/show/show-lineage.ts";
import type { Lineage } from "../../../../server/api/lineage-routes.ts";

const digest = `sha256:${"a".repeat(64)}`;
const plain = { paint: (_: unknown, text: string) => text, width: 80, verbose: false };
const lineage: Lineage = {
  ref: "ghcr.io/team/remix:latest",
  digest,
  bases: [
    { ref: "quay.io/distro/edition:stable", digest, evidence: "layers", lagDays: 0, lagBuilds: 0 },
    { ref: "quay.io/distro/base:44", digest, evidence: "annotation", lagDays: 9, lagBuilds: 2 },
    {
      ref: "quay.io/old/base:1",
      digest: null,
      evidence: "labels",
      lagDays: null,
      lagBuilds: null,
      unknown: [
        { field: "digest", reason: "it is named without a digest" },
        { field: "lagDays", reason: "no channel was seen" },
      ],
    },
  ],
  derived: [{ repository: "ghcr.io/someone/\u001b[31mtheirs", evidence: "provenance" }],
  inheritedLabels: ["containers.bootc", "vendor"],
  inheritedAnnotations: [],
  unknown: [{ field: "bases", reason: "nothing names its base" }],
};

test("bases from the top down, each with how it is known and how far it is behind", () => {
  const text = showLineage(lineage, plain);
  expect(text).toMatch(/on quay.io\/distro\/edition:stable\n.*\n.*its layers are the lowest\n.*the newest build/);
  expect(text).toMatch(/on quay.io\/distro\/base:44\n.*\n.*annotation.*\n.*2 builds, 9 days/);
  expect(text).toMatch(/unknown: it is named without a digest\n.*only a name says so\n.*unknown: no channel was seen/);
  expect(text).toContain("unknown: nothing names its base");
  expect(text).toContain("1 repository builds on it");
  expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test("what was inherited is told on demand, and nothing that a terminal would act on is written", () => {
  expect(showLineage(lineage, plain)).not.toContain("vendor");
  expect(showLineage(lineage, { ...plain, verbose: true })).toContain("containers.bootc, vendor");
  expect(showLineage(lineage, plain)).not.toContain("\u001b");
});

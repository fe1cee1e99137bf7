// Releases: what Renovate is told of a channel, and what it is not offered.
import { expect, test } from "vitest";
import { isOffered, makeReleases } from "../../../../server/choices/make-releases.ts";
import { samplePlan } from "../../bin/show/plans.ts";
import { project } from "../../policies/documents/documents.ts";

const plan = samplePlan();
const { digest } = plan.target;
const ref = { tag: plan.target.tag ?? "", created: plan.target.created ?? "" };

test.each([
  { verdict: "verified", decision: "allow", offered: true },
  { verdict: "verified", decision: "warn", offered: true },
  { verdict: "verified", decision: "block", offered: false },
  { verdict: "no-policy", decision: "warn", offered: false },
  { verdict: "pending", decision: "warn", offered: false },
] as const)("$verdict and $decision: offered $offered", ({ verdict, decision, offered }) => {
  expect(isOffered(samplePlan({ decision, trust: { verdict } }))).toBe(offered);
});

test("a channel is a version with its digest, and what is not known is left out", () => {
  expect(makeReleases([plan], { projects: [] }, null, null)).toEqual({
    releases: [{ version: ref.tag, digest, releaseTimestamp: ref.created }],
  });
  const silent = samplePlan({ target: { created: null } });
  expect(makeReleases([silent], { projects: [] }, null, null)).toEqual({ releases: [{ version: ref.tag, digest }] });
});

test.each(["retired", "deprecated", "ended"] as const)("what is %s is deprecated", (status) => {
  const { releases } = makeReleases([samplePlan({ lifecycle: { status } })], { projects: [] }, null, null);
  expect(releases[0]?.isDeprecated).toBe(true);
});

test("the project says where it is at home, and the history what changed", () => {
  const desk = project("desk", {
    homepage: "https://desk.example",
    source: [
      { url: "../desk.git", forge: "git" },
      { url: "https://forge.example/desk", forge: "github" },
    ],
  });
  const made = makeReleases([plan], { projects: [desk] }, "desk", (tag) => `https://it.example/${tag}`);
  expect(made).toMatchObject({ homepage: "https://desk.example", sourceUrl: "https://forge.example/desk" });
  expect(made.releases[0]?.changelogUrl).toBe(`https://it.example/${ref.tag}`);
});

// Switch plans: every field of the contract is there, and nothing that is unknown is guessed.
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import type { PlanInput } from "../../../../policies/plan/plan-input.ts";
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";
import {
  day,
  desk,
  digest,
  entry,
  facts,
  fate,
  fedora,
  image,
  input,
  inputByDigest,
  layers,
  now,
  single,
  tag,
} from "./plan-builders.ts";

const planOf = (made: PlanInput): SwitchPlan => makePlan(made).plan;

/** The members of contract.md's example, as it writes them; what stands in lists is described by the types. */
const contract = {
  target: {
    ref: 0,
    repository: 0,
    tag: 0,
    digest: 0,
    pin: 0,
    platform: { os: 0, architecture: 0, variant: 0, digest: 0 },
    architectures: 0,
    version: 0,
    created: 0,
    kernel: 0,
    osRelease: { id: 0, versionId: 0 },
    kind: 0,
    official: 0,
    project: 0,
    bootable: 0,
    facets: 0,
    olderThan: 0,
  },
  trust: {
    verdict: 0,
    reasons: 0,
    manifests: { index: 0, platform: 0 },
    policy: 0,
    policyDigest: 0,
    trustRootDigest: 0,
    checkedAt: 0,
    recheckAt: 0,
    signers: 0,
    consumers: {
      cosign: { verdict: 0, reasons: 0, since: 0, byVersion: 0 },
      bootc: { verdict: 0, reasons: 0, since: 0, byVersion: 0 },
      podman: { verdict: 0, reasons: 0, since: 0, byVersion: 0 },
    },
    hostFiles: 0,
    policyScope: 0,
  },
  lifecycle: { level: 0, deprecated: 0, successor: 0, endOfLife: 0, status: 0 },
  delta: { from: 0, layersShared: 0, layersNew: 0, bytesShared: 0, bytesNew: 0 },
  hostHazards: 0,
  hazards: 0,
  decision: 0,
  decisionReasons: 0,
  commands: { bootc: 0, rpmOstree: 0, kickstart: 0, cloudInit: 0, ignition: 0, install: 0, notEnforced: 0 },
  observedAt: 0,
  staleSince: 0,
  unknown: 0,
};

/** Paths of the contract that the value lacks. */
function missing(shape: object, value: unknown, path = ""): string[] {
  return Object.entries(shape).flatMap(([name, inner]: [string, unknown]) => {
    const here = path === "" ? name : `${path}.${name}`;
    const has = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!has) return [here];
    return typeof inner === "object" && inner !== null ? missing(inner, Reflect.get(value, name), here) : [];
  });
}

/** Fields whose null the contract explains, or whose null is the answer: there is none. */
const meant = [
  /^target\.(tag|project|olderThan|platform\.variant)$/,
  /^trust\.(policy|policyDigest|trustRootDigest|policyScope|manifests\.index|consumers\.\w+\.since)$/,
  /^lifecycle\.successor$/,
  /^commands\./,
  /^staleSince$/,
  /\.evidence\./,
];

/** Nulls that neither have a meaning nor are named by the object they stand in and by the plan. */
function unexplained(plan: SwitchPlan): string[] {
  const walk = (value: object, path: string): string[] =>
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      const here = path === "" ? name : `${path}.${name}`;
      if (typeof inner === "object" && inner !== null) return walk(inner, here);
      if (inner !== null || meant.some((pattern) => pattern.test(here))) return [];
      const own: unknown = Reflect.get(value, "unknown");
      const named = Array.isArray(own) && own.some(({ field, reason }) => field === name && reason.length > 0);
      return named && plan.unknown.some(({ field }) => field === here) ? [] : [here];
    });
  return walk(plan, "");
}

const silent = facts({
  version: null,
  created: null,
  kernel: null,
  bootable: null,
  os: null,
  architecture: null,
  unknown: {},
});
const older = { digest: digest(9), version: null, created: null, since: now - day };

const situations: readonly { readonly title: string; readonly made: PlanInput }[] = [
  { title: "a followed tag", made: input() },
  { title: "a digest", made: inputByDigest() },
  { title: "a digest of which nobody recorded a look", made: inputByDigest({ image: image({ observedAt: null }) }) },
  { title: "another architecture", made: input({ request: { architecture: "riscv64" } }) },
  { title: "a single manifest", made: input({ image: single() }) },
  { title: "a single manifest whose config says nothing", made: input({ image: single({ facts: silent }) }) },
  { title: "a single manifest that was not inspected", made: input({ image: single({ facts: null }) }) },
  {
    title: "an entry that was not inspected",
    made: input({ image: image({ entries: [entry(1, {}, { facts: null })] }) }),
  },
  {
    title: "an entry without a platform that was not inspected",
    made: input({ image: image({ entries: [entry(1, null, { facts: null })] }) }),
  },
  { title: "an artifact", made: input({ image: single({ kind: "artifact", facts: null }) }) },
  { title: "an empty index", made: input({ image: image({ entries: [] }) }) },
  {
    title: "a repository that nobody declares",
    made: input({
      documents: { trust: [], sources: [], releases: [] },
      repository: { kind: null, official: null, distribution: null, project: null },
      tag: tag({ facets: null }),
    }),
  },
  { title: "a tag that went back", made: input({ tag: tag({ olderThan: older }) }) },
  { title: "a tag that fails since yesterday", made: input({ tag: tag({ failingSince: now - day }) }) },
  { title: "a tag that nobody looked at", made: input({ tag: tag({ observedAt: null }) }) },
  { title: "a host whose image is not known", made: input({ request: { from: digest(7) } }) },
  {
    title: "everything asked for",
    made: input({ request: { verbose: true, from: digest(7) }, from: single({ layers: layers([1, 2]) }) }),
  },
];

describe("every plan", () => {
  test.each(situations)("has every field of the contract: $title", ({ made }) => {
    expect(missing(contract, planOf(made))).toEqual([]);
  });

  test.each(situations)("says why each field is null: $title", ({ made }) => {
    expect(unexplained(planOf(made))).toEqual([]);
  });

  test.each(situations)("is JSON: $title", ({ made }) => {
    const plan = planOf(made);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test.each(situations)("has commands exactly where it does not block: $title", ({ made }) => {
    const { decision, commands } = planOf(made);
    for (const command of Object.values(commands)) expect(command === null).toBe(decision === "block");
  });
});

describe("the target", () => {
  test("of a repository that nobody declares is of no known project, nor of none", () => {
    const repository = { kind: null, official: null, distribution: null, project: null };
    const of = (change: object) =>
      planOf(input({ repository: { ...repository, ...change } })).target.unknown?.map(({ field }) => field) ?? [];
    expect(of({})).toEqual(expect.arrayContaining(["kind", "official", "project"]));
    expect(of({ kind: "remix", official: false })).not.toContain("project");
  });

  test("of a tag is pinned by the tag, and names the platform's manifest", () => {
    expect(planOf(input()).target).toMatchObject({
      ref: "registry.example/desk/os:stable",
      repository: "registry.example/desk/os",
      tag: "stable",
      digest: digest(0x111),
      pin: "tag",
      platform: { os: "linux", architecture: "amd64", variant: null, digest: digest(0x64) },
      architectures: ["amd64", "arm64"],
      version: "44.20261101",
      created: "2026-11-01T00:00:00Z",
      kernel: "7.2.0-1.fc44.x86_64",
      osRelease: { id: null, versionId: "44" },
      kind: "remix",
      official: false,
      project: "desk",
      bootable: true,
      facets: { desktop: "kde" },
      olderThan: null,
    });
  });

  test("of a digest is pinned by it, and its commands name it", () => {
    const plan = planOf(inputByDigest());
    expect(plan.target).toMatchObject({ tag: null, pin: "digest", ref: `registry.example/desk/os@${digest(0x111)}` });
    expect(plan.commands.bootc).toEqual(["bootc", "switch", `registry.example/desk/os@${digest(0x111)}`]);
  });

  test.each([
    {
      title: "one value as text, several as a list",
      facets: { desktop: ["kde"], use: ["gaming", "iot"] },
      is: { desktop: "kde", use: ["gaming", "iot"] },
    },
    { title: "the source's for a tag that is not followed", facets: null, is: { desktop: "gnome" } },
  ])("has facets: $title", ({ facets: row, is }) => {
    const documents = { sources: [{ ...desk, facets: { desktop: "gnome" } }] };
    expect(planOf(input({ tag: tag({ facets: row }), documents })).target.facets).toEqual(is);
  });

  test("by digest has no facet that patterns of tags decide", () => {
    const facetPatterns = [{ tag: "*-gnome", set: { desktop: "gnome" } }];
    const patterned = { ...desk, facets: { desktop: "kde", use: "gaming" }, facetPatterns };
    const { target } = planOf(inputByDigest({ documents: { sources: [patterned] } }));
    expect(target.facets).toEqual({ use: "gaming" });
    expect(target.unknown).toContainEqual({ field: "facets", reason: expect.stringContaining("channel") });
  });

  test("shows the newer build that the tag named before", () => {
    const { target } = planOf(input({ tag: tag({ olderThan: { ...older, version: "44.2" } }) }));
    expect(target.olderThan).toMatchObject({
      digest: digest(9),
      version: "44.2",
      created: null,
      since: "2026-11-19T10:00:00Z",
    });
  });
});

describe("trust that nobody has looked at", () => {
  test("is pending everywhere, under the policy that speaks", () => {
    const { trust } = planOf(input());
    const consumer = { verdict: "pending", since: null, byVersion: [] };
    expect(trust).toMatchObject({
      verdict: "pending",
      manifests: { index: "pending", platform: "pending" },
      policy: "example",
      policyDigest: expect.stringMatching(/^sha256:/),
      checkedAt: null,
      signers: [],
      consumers: { cosign: consumer, bootc: consumer, podman: consumer },
      hostFiles: [],
      policyScope: null,
    });
    expect(trust.reasons.map(({ code }) => code)).toEqual(["PENDING"]);
  });

  test("has no verdict of an index where the tag names a manifest", () => {
    expect(planOf(input({ image: single() })).trust.manifests).toEqual({ index: null, platform: "pending" });
  });

  test("gives no command that insists on a signature", () => {
    expect(JSON.stringify(planOf(input()).commands)).not.toMatch(/sigpolicy|image-signed/);
  });
});

describe("the lifecycle", () => {
  const lifecycleOf = (change: Parameters<typeof input>[0]) => planOf(input(change)).lifecycle;

  test("comes from the release that the kernel and the distribution tell", () => {
    expect(lifecycleOf({})).toMatchObject({
      endOfLife: "2027-05-12",
      status: "supported",
      deprecated: false,
      successor: null,
    });
  });

  test.each([
    {
      title: "no document speaks of the release",
      change: { documents: { releases: [] } },
      reason: "no release document",
    },
    { title: "its document has no date", change: { documents: { releases: [fedora(null)] } }, reason: "names no end" },
    {
      title: "the version is not known",
      change: { image: single({ facts: facts({ kernel: null }) }) },
      reason: "version",
    },
  ])("has no end where $title, and says so", ({ change, reason }) => {
    const lifecycle = lifecycleOf(change);
    expect(lifecycle).toMatchObject({ endOfLife: null, status: "unknown" });
    expect(lifecycle.unknown).toContainEqual({ field: "endOfLife", reason: expect.stringContaining(reason) });
  });

  test("has no level before anything was assessed", () => {
    expect(lifecycleOf({}).unknown).toContainEqual({ field: "level", reason: expect.stringContaining("not assessed") });
    expect(lifecycleOf({ repository: { project: null } }).unknown).toContainEqual({
      field: "level",
      reason: expect.stringContaining("no project"),
    });
  });

  test("names a successor before the day of deprecation", () => {
    const documents = { projects: [fate({ deprecated: "2027-01-01", successor: "registry.example/desk/new" })] };
    expect(lifecycleOf({ documents })).toMatchObject({
      deprecated: false,
      successor: "registry.example/desk/new",
      status: "supported",
    });
  });
});

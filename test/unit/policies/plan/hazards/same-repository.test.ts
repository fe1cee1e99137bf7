// Within one repository: what runs passes for the target only where both are known to be the same.
import { describe, expect, test } from "vitest";
import { makePlan } from "../../../../../policies/plan/make-plan.ts";
import { planRequestOf } from "../../../../../policies/plan/plan-request.ts";
import type { HazardId } from "../../../../../policies/plan/switch-plan.ts";
import { source } from "../../documents/documents.ts";
import { digest, facts as factsOf, input, single, tag } from "../plan-builders.ts";

const certificate = "ab".repeat(32);
const patterns = [
  { tag: "sealed*", set: { backend: "composefs", "secure-boot": "unsigned", bootloader: "systemd" } },
  { tag: "nvidia", set: { hardware: "nvidia", "secure-boot": certificate } },
  { tag: "keys-*", set: { "secure-boot": certificate } },
  { tag: "plain-*", set: { bootloader: "grub" } },
];

type Case = {
  /** The tag that the host follows, and its kernel. */
  readonly from: string;
  readonly kernel?: string | null;
  /** A tag, or nothing for a digest. */
  readonly to: string | null;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly distribution?: string;
  readonly kind?: "base" | "remix";
  readonly facets?: Readonly<Record<string, string>>;
};

function planOf({ from, to, facts = {}, distribution = "fedora", kind = "remix", ...rest }: Case) {
  const { kernel = "7.2.0-1.fc44.x86_64", facets = { backend: "ostree" } } = rest;
  const desk = source("desk", {
    namespace: "desk",
    kind,
    distribution,
    project: "desk",
    facets,
    facetPatterns: patterns,
  });
  const booted = {
    image: {
      image: { image: `registry.example/desk/os:${from}`, transport: "registry" },
      imageDigest: digest(0x999),
      architecture: "amd64",
    },
    ostree: {},
  };
  const host = { apiVersion: "org.containers.bootc/v1", kind: "BootcHost", status: { booted } };
  const target = `registry.example/desk/os${to === null ? `@${digest(0x111)}` : `:${to}`}`;
  const parsed = planRequestOf({ target, arch: "amd64", host, facts }, { verbose: true });
  if (parsed.outcome === "refused") throw new Error(parsed.reason);
  const asked = input({
    repository: { kind, distribution },
    tag: to === null ? null : tag({ name: to, facets: null }),
    image: single({ facts: factsOf({ kernel }) }),
    from: single({ digest: digest(0x999), facts: factsOf({ kernel }) }),
    documents: { sources: [desk] },
  });
  return makePlan({ ...asked, request: parsed.request }).plan;
}

function judged(id: HazardId, asked: Case) {
  const hazard = planOf(asked).hazards.find((each) => each.id === id);
  return { status: hazard?.status, needs: hazard?.needs.map(({ fact }) => fact) };
}

const on = { secureBoot: true, enrolledKeys: [] };

describe("secure-boot-key", () => {
  test.each([
    { title: "the next build of the tag", from: "a", to: "a", facts: on, is: "absent" },
    { title: "another tag, of whose signer nothing is known", from: "a", to: "b", facts: on, is: "unknown" },
    { title: "a digest", from: "a", to: null, facts: on, is: "unknown" },
    { title: "a tag that nobody signed", from: "a", to: "sealed", facts: on, is: "present" },
    { title: "the same, where the host runs one", from: "sealed-1", to: "sealed-2", facts: on, is: "present" },
    { title: "a tag with a key that is not enrolled", from: "a", to: "nvidia", facts: on, is: "present" },
    {
      title: "a tag with the key of what runs",
      from: "keys-1",
      to: "keys-2",
      facts: { secureBoot: true },
      is: "absent",
    },
    {
      title: "a tag with that key and with other modules",
      from: "keys-1",
      to: "nvidia",
      facts: { secureBoot: true },
      is: "unknown",
    },
    {
      title: "a tag with a key, where nobody knows that of what runs",
      from: "a",
      to: "keys-1",
      facts: { secureBoot: true },
      is: "unknown",
    },
  ])("is $is for $title", ({ is, ...asked }) => {
    expect(judged("secure-boot-key", asked).status).toBe(is);
  });
});

describe("bootloader-mismatch", () => {
  test.each([
    { title: "the next build of the tag", from: "a", to: "a", is: "absent" },
    { title: "another tag", from: "a", to: "b", is: "unknown" },
    { title: "a tag for another boot loader", from: "plain-1", to: "sealed", is: "present" },
    { title: "a tag for that of the host", from: "a", to: "plain-1", is: "absent" },
  ])("is $is for $title", ({ is, ...asked }) => {
    expect(judged("bootloader-mismatch", asked).status).toBe(is);
  });
});

describe("backend-change", () => {
  const silent = {};
  test.each([
    { title: "a sealed tag", from: "a", to: "sealed", facets: { backend: "ostree" }, is: "present" },
    { title: "a digest, which may be of one", from: "a", to: null, facets: { backend: "ostree" }, is: "unknown" },
    { title: "another tag of a source that is silent", from: "a", to: "b", facets: silent, is: "unknown" },
    { title: "the next build of what runs", from: "a", to: "a", facets: silent, is: "absent" },
  ])("is $is for $title", ({ is, ...asked }) => {
    expect(judged("backend-change", asked).status).toBe(is);
  });
});

describe("a distribution that no table knows", () => {
  const foundry = { distribution: "foundry", kind: "base", kernel: "7.1.4-200.fd43" } as const;
  const calm = { secureBoot: false, gpu: [], freeBytes: 1e12, etcModified: [], filesystem: "btrfs" };

  test.each([
    { title: "the host says that it is one", osRelease: { id: "foundry", versionId: "43" } },
    { title: "the host says nothing", osRelease: null },
    { title: "the host is a remix of it", osRelease: { id: "mine", versionId: "43" } },
  ])("is one family, where $title", ({ osRelease }) => {
    const plan = planOf({ ...foundry, from: "42", to: "43", facts: { ...calm, osRelease } });
    const statuses = new Map(plan.hazards.map(({ id, status }) => [id, status]));
    expect(statuses.get("distribution-family-change")).toBe("absent");
    expect(statuses.get("filesystem-unsupported")).toBe("absent");
  });

  test("asks a host of another one for nothing that it has sent", () => {
    const says = { ...calm, osRelease: { id: "mine", versionId: "43" } };
    const moved = (facts: Readonly<Record<string, unknown>>) => {
      const parsed = planRequestOf({ target: "registry.example/desk/os:43", arch: "amd64", facts }, { verbose: true });
      if (parsed.outcome === "refused") throw new Error(parsed.reason);
      const asked = input({ repository: { distribution: "elsewhere", kind: "base" }, image: single() });
      const { hazards } = makePlan({ ...asked, request: parsed.request }).plan;
      const hazard = hazards.find(({ id }) => id === "distribution-family-change");
      return { status: hazard?.status, needs: hazard?.needs.map(({ fact }) => fact) };
    };
    expect(moved(says)).toEqual({ status: "unknown", needs: [] });
    expect(moved(calm)).toEqual({ status: "unknown", needs: ["osRelease"] });
  });
});

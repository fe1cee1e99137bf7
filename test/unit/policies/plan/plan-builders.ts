// Builders for these tests: a policy set, an image and a question about it, in which a test changes one thing.
import type { PolicySet } from "../../../../policies/documents/policy-set.ts";
import type { ImageFacts } from "../../../../policies/images/image-facts.ts";
import type { PlanEntry, PlanImage, PlanInput, PlanRequest, PlanTag } from "../../../../policies/plan/plan-input.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import type { Platform } from "../../../../policies/words/platform.ts";
import { parseReference, type Reference } from "../../../../policies/words/reference.ts";
import { project, release, source, trust } from "../documents/documents.ts";

export const now = Date.parse("2026-11-20T10:00:00Z");
export const day = 24 * 60 * 60 * 1000;
export const digest = (n: number) => `sha256:${n.toString(16).padStart(64, "0")}`;

export function referenceTo(text: string): Reference {
  const parsed = parseReference(text);
  if (parsed.outcome === "invalid") throw new Error(parsed.reason);
  return parsed.reference;
}

type Documents = Partial<Pick<PolicySet, "trust" | "projects" | "releases" | "sources">>;

export function policySet(documents: Documents = {}): PolicySet {
  const files = { "keys/alice.pub": { sha256: digest(0xa), encoding: "utf8" as const, content: "key" } };
  const nothing = { registries: [], sources: [], trust: [], projects: [], releases: [], layouts: {} };
  return { digest: digest(0xf01de4), ...nothing, files, ...documents };
}

export const expected = trust("example", ["registry.example/desk"], { signature: "expected" });
export const required = trust("example", ["registry.example/desk"], { signature: "required" });
export const desk = source("desk", { namespace: "desk", distribution: "fedora", project: "desk" });

/** Fedora 44, with its end of life. */
export const fedora = (endOfLife: string | null) => release("fedora", "44", { endOfLife });

/** What a project says became of the repository. */
export const fate = (fate: object) => project("desk", { repositories: { "registry.example/desk/os": fate } });

export function facts(change: Partial<ImageFacts> = {}): ImageFacts {
  return {
    os: "linux",
    architecture: "amd64",
    variant: null,
    created: "2026-11-01T00:00:00Z",
    version: "44.20261101",
    kernel: "7.2.0-1.fc44.x86_64",
    osRelease: { id: null, versionId: null },
    bootable: true,
    title: "Desk",
    description: null,
    licenses: null,
    source: null,
    logo: null,
    expiresAfter: null,
    layerCount: 2,
    layerBytes: 300,
    unknown: { "osRelease.id": "no label says it", "osRelease.versionId": "no label says it" },
    ...change,
  };
}

export const layers = (...sizes: readonly (readonly [number, number])[]) =>
  sizes.map(([n, sizeBytes]) => ({ digest: digest(n), sizeBytes }));

export function entry(n: number, platform: Partial<Platform> | null, change: Partial<PlanEntry> = {}): PlanEntry {
  const full = platform === null ? null : { os: "linux", architecture: "amd64", variant: null, ...platform };
  const own = full === null ? {} : { architecture: full.architecture };
  return { digest: digest(n), platform: full, zstd: false, facts: facts(own), layers: null, ...change };
}

export function image(change: Partial<PlanImage> = {}): PlanImage {
  return {
    digest: digest(0x111),
    kind: "index",
    facts: null,
    annotations: {},
    layers: null,
    entries: [entry(0x64, {}), entry(0xa64, { architecture: "arm64" })],
    observedAt: now - 60_000,
    ...change,
  };
}

export function single(change: Partial<PlanImage> = {}): PlanImage {
  return image({ kind: "image", facts: facts(), entries: [], ...change });
}

export function tag(change: Partial<PlanTag> = {}): PlanTag {
  return {
    name: "stable",
    observedAt: now - 60_000,
    failingSince: null,
    facets: { desktop: ["kde"] },
    olderThan: null,
    ...change,
  };
}

export function request(change: Partial<PlanRequest> = {}): PlanRequest {
  return {
    reference: referenceTo("registry.example/desk/os:stable"),
    architecture: "amd64",
    from: null,
    verbose: false,
    ...change,
  };
}

type Change = Partial<Omit<PlanInput, "request" | "repository" | "policies">> & {
  readonly request?: Partial<PlanRequest>;
  readonly repository?: Partial<PlanInput["repository"]>;
  readonly documents?: Documents;
};

/** A followed tag of a remix of Fedora 44 that is still supported, under a policy that expects signatures. */
export function input({ request: asked, repository, documents, ...change }: Change = {}): PlanInput {
  const set = policySet({ trust: [expected], releases: [fedora("2027-05-12")], sources: [desk], ...documents });
  return {
    now,
    policies: indexPolicies(set, null),
    request: request(asked),
    repository: {
      name: "registry.example/desk/os",
      kind: "remix",
      official: false,
      distribution: "fedora",
      project: "desk",
      ...repository,
    },
    tag: tag(),
    image: image(),
    from: null,
    ...change,
  };
}

/** The same question about a digest. */
export function inputByDigest(change: Change = {}): PlanInput {
  const reference = referenceTo(`registry.example/desk/os@${digest(0x111)}`);
  return input({ tag: null, ...change, request: { reference, ...change.request } });
}

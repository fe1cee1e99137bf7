// Visible documents: what tells of private registries is left out, everything else is as it stands.
import { describe, expect, test } from "vitest";
import { documentDigest } from "../../../../policies/documents/policy-digest.ts";
import { visibleDocuments } from "../../../../server/catalog/visible-documents.ts";
import { policySetOf } from "../../../kit/catalog.ts";

const signers = [{ id: "us", identity: { issuer: "https://token.example", subject: "https://git.example/*" } }];
const set = policySetOf({
  registries: [
    { host: "public.example", dialect: "oci", mirrorOf: "private.example/x" },
    { host: "private.example", dialect: "oci", visibility: "private" },
    { host: "private.example:5000", dialect: "oci", credentials: { username: "U", password: "P" } },
    { host: "shown.example", dialect: "oci", credentials: { username: "U", password: "P" }, visibility: "public" },
  ],
  sources: [
    { id: "a", registry: "public.example", repositories: ["x/y"], kind: "base", project: "both" },
    { id: "b", registry: "private.example", repositories: ["x/y"], kind: "base", project: "hidden" },
    { id: "c", registry: "private.example:5000", repositories: ["x/y"], kind: "base", project: "both" },
    { id: "d", registry: "shown.example", repositories: ["x/y"], kind: "base" },
  ],
  trust: [
    { id: "public", scopes: ["public.example/x"], signers },
    { id: "mixed", scopes: ["public.example", "private.example/x", "private.example:5000"], signers },
    { id: "private", scopes: ["private.example"], signers },
    { id: "alike", scopes: ["private.example.org/x"], signers },
  ],
  projects: [
    { id: "both", name: "Both", repositories: { "private.example/x/y": {}, "public.example/x/y": {} } },
    { id: "hidden", name: "Hidden", repositories: { "private.example/x/y": {} } },
    { id: "nobody", name: "Nobody", successor: "hidden" },
    {
      id: "moved",
      name: "Moved",
      successor: "both",
      repositories: {
        "public.example/a": { deprecated: "2026-01-01", successor: "private.example/x/y:1" },
        "public.example/b": { successor: "public.example/x/y" },
      },
    },
  ],
  releases: [{ os: "fedora", version: "44", source: "https://docs.example" }],
});
const visible = visibleDocuments(set);

describe("visibleDocuments", () => {
  test.each([
    { kind: "registries", ids: ["public.example", "shown.example"] },
    { kind: "sources", ids: ["a", "d"] },
    { kind: "trust", ids: ["public", "mixed", "alike"] },
    { kind: "projects", ids: ["both", "nobody", "moved"] },
    { kind: "releases", ids: ["fedora-44"] },
  ] as const)("of $kind: $ids", ({ kind, ids }) => {
    expect(visible[kind].map(({ id }) => id)).toEqual(ids);
  });

  test("of a document that speaks of both, what names the private is left out, and its digest is the whole one's", () => {
    const mixed = visible.trust.find(({ id }) => id === "mixed");
    expect(mixed?.document).toMatchObject({ scopes: ["public.example"] });
    const whole = set.trust.find(({ id }) => id === "mixed");
    expect(whole === undefined ? undefined : documentDigest(whole)).toBe(mixed?.digest);
    const both = visible.projects.find(({ id }) => id === "both");
    expect(both?.document).toMatchObject({ repositories: { "public.example/x/y": {} } });
    expect(visible.projects.find(({ id }) => id === "nobody")?.document).toMatchObject({ successor: null });
    expect(visible.projects.find(({ id }) => id === "moved")?.document).toMatchObject({
      successor: "both",
      repositories: {
        "public.example/a": { deprecated: "2026-01-01" },
        "public.example/b": { successor: "public.example/x/y" },
      },
    });
    expect(JSON.stringify(visible)).not.toContain("private.example/");
  });
});

// The policy index: it says what the documents say, and says it again without working it out.
import { describe, expect, test } from "vitest";
import { trustDigest } from "../../../../policies/documents/policy-digest.ts";
import { distributionOf, indexPolicies } from "../../../../policies/plan/policy-index.ts";
import type { PublicGoodRoot } from "../../../../policies/trust/trust-rules.ts";
import { project, registry, source, trust } from "../documents/documents.ts";
import { digest, expected, fate, policySet } from "./plan-builders.ts";

const name = "registry.example/desk/os";

describe("indexPolicies", () => {
  test("finds the policy that speaks, with the digest of what is judged by it", () => {
    const set = policySet({ trust: [expected, trust("wide", ["registry.example"])] });
    const index = indexPolicies(set, null);
    expect(index.standingOf(name).trust).toEqual({
      id: "example",
      digest: trustDigest(set, expected, null),
      signature: "expected",
    });
    expect(index.standingOf("registry.example/other/os").trust?.id).toBe("wide");
    expect(index.standingOf("elsewhere.example/desk/os").trust).toBeNull();
  });

  test("takes the public-good root in force into the digest", () => {
    const identity = { issuer: "https://issuer.example", subject: "https://ci.example" };
    const keyless = trust("keyless", ["registry.example"], { signers: [{ id: "ci", identity }] });
    const set = policySet({ trust: [keyless] });
    const digestWith = (root: PublicGoodRoot | null) => indexPolicies(set, root).standingOf(name).trust?.digest;
    expect(digestWith({ digest: digest(1), content: "{}" })).not.toBe(digestWith(null));
  });

  test("finds what became of a repository", () => {
    const set = policySet({ projects: [fate({ deprecated: "2026-05-01", successor: "registry.example/desk/new" })] });
    expect(indexPolicies(set, null).standingOf(name)).toMatchObject({
      deprecatedOn: "2026-05-01",
      successor: "registry.example/desk/new",
    });
  });

  test.each([
    { name, successor: "private.example/desk/os:44", shown: null },
    { name: "private.example/desk/os", successor: "private.example/desk/new", shown: "private.example/desk/new" },
  ])("leads from $name to $successor only those who may go there", ({ name, successor, shown }) => {
    const projects = [project("desk", { repositories: { [name]: { successor } } })];
    const set = {
      ...policySet({ projects }),
      registries: [registry({ host: "private.example", visibility: "private" })],
    };
    expect(indexPolicies(set, null).standingOf(name).successor).toBe(shown);
  });

  describe("facets", () => {
    const named = source("desk", {
      namespace: "desk",
      facets: { desktop: "gnome", backend: "ostree" },
      facetPatterns: [
        { match: "*-open", set: { hardware: "nvidia-open" } },
        { tag: "*-nvidia", set: { hardware: "nvidia" } },
        { tag: "lts*", set: { family: "centos", desktop: "gnome" } },
        { tag: "sealed*", set: { backend: "composefs" } },
      ],
    });
    const index = indexPolicies(policySet({ sources: [named] }), null);
    const plain = { desktop: ["gnome"], backend: ["ostree"] };

    test.each([
      { title: "of a tag are known", tags: ["lts-1"], values: { ...plain, family: ["centos"] }, open: [] },
      { title: "of another tag are those of the repository", tags: ["a"], values: plain, open: [] },
      {
        title: "of a digest are open as far as tags may set them",
        tags: [],
        values: {},
        open: ["hardware", "family", "desktop", "backend"],
      },
      {
        title: "of a digest whose tags agree are known",
        tags: ["lts-1", "lts-2"],
        values: { ...plain, family: ["centos"] },
        open: [],
      },
      { title: "on which tags do not agree are open", tags: ["lts", "a"], values: plain, open: ["family"] },
      {
        title: "are open whichever tag comes first",
        tags: ["a", "lts-nvidia"],
        values: plain,
        open: ["hardware", "family"],
      },
    ])("$title", ({ tags, values, open }) => {
      expect(index.facetsOf(name, tags)).toEqual({ values, open });
    });

    test("that the name of the repository settles are known of any digest", () => {
      expect(index.facetsOf("registry.example/desk/os-open", [])).toEqual({
        values: { hardware: ["nvidia-open"] },
        open: ["family", "desktop", "backend"],
      });
    });

    test("of what no source declares are not there", () => {
      expect(index.facetsOf("registry.example/other/os", ["a"])).toBeUndefined();
    });

    test("depend on the tag where a pattern of tags may set one", () => {
      expect(index.dependsOnTag(name)).toBe(true);
      expect(index.dependsOnTag("registry.example/other/os")).toBe(false);
      const plainly = source("desk", { namespace: "desk", facetPatterns: [{ match: "*", set: { desktop: "kde" } }] });
      expect(indexPolicies(policySet({ sources: [plainly] }), null).dependsOnTag(name)).toBe(false);
    });

    test("tell the distribution, unless a tag that is not known may have set it", () => {
      expect(distributionOf(index.facetsOf(name, ["lts"]), "fedora")).toBe("centos");
      expect(distributionOf(index.facetsOf(name, ["a"]), "fedora")).toBe("fedora");
      expect(distributionOf(index.facetsOf(name, []), "fedora")).toBeNull();
      expect(distributionOf(undefined, "fedora")).toBe("fedora");
    });
  });

  test("works nothing out twice", () => {
    const index = indexPolicies(policySet({ trust: [expected] }), null);
    expect(index.standingOf(name)).toBe(index.standingOf(name));
  });
});

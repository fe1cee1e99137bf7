// The policy index: it says what the documents say, and says it again without working it out.
import { describe, expect, test } from "vitest";
import { trustDigest } from "../../../../policies/documents/policy-digest.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import type { PublicGoodRoot } from "../../../../policies/trust/trust-rules.ts";
import { project, registry, trust } from "../documents/documents.ts";
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

  test("works nothing out twice", () => {
    const index = indexPolicies(policySet({ trust: [expected] }), null);
    expect(index.standingOf(name)).toBe(index.standingOf(name));
  });
});

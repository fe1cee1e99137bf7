// Which source speaks for a repository.
import { describe, expect, test } from "vitest";
import { coversPath, sourceOf } from "../../../../policies/documents/source-of.ts";
import { source } from "./documents.ts";

const sources = [
  source("b-namespace", { namespace: "team" }),
  source("a-namespace", { namespace: "team", include: ["os-*"], exclude: ["*-old"] }),
  source("deep", { namespace: "team/deep" }),
  source("z-names", { repositories: ["team/os-gnome", "other/os"] }),
  source("elsewhere", { registry: "mirror.example", namespace: "team" }),
];

describe("sourceOf", () => {
  test.each([
    ["registry.example/team/os-gnome", "z-names", ["a-namespace", "b-namespace"]],
    ["registry.example/team/os-kde", "a-namespace", ["b-namespace"]],
    ["registry.example/team/os-old", "b-namespace", []],
    ["registry.example/team/app", "b-namespace", []],
    ["registry.example/team/deep/os", "b-namespace", ["deep"]],
    ["registry.example/other/os", "z-names", []],
    ["mirror.example/team/app", "elsewhere", []],
  ])("%s is of %s", (repository, id, others) => {
    const claim = sourceOf({ sources }, repository);
    expect(claim?.source.id).toBe(id);
    expect(claim?.others.map((each) => each.id)).toEqual(others);
  });

  test.each([
    "registry.example/other/app",
    "registry.example/team",
    "registry.example/teams/os",
    "quay.io/team/os",
    "team/os",
    "",
  ])("%j is of nobody", (repository) => {
    expect(sourceOf({ sources }, repository)).toBeUndefined();
  });
});

test("patterns are compared below the namespace, and a star stays within one segment", () => {
  expect(coversPath(source("x", { namespace: "a", include: ["os-*"] }), "a/os-1/extra")).toBe(false);
  expect(coversPath(source("x", { namespace: "a", include: ["*/os"] }), "a/b/os")).toBe(true);
  expect(coversPath(source("x", { namespace: "a", include: ["a/os"] }), "a/os")).toBe(false);
  expect(coversPath(source("x", { namespace: "a", exclude: ["*"] }), "a/b/os")).toBe(true);
});

test("ten thousand listed repositories are each found without reading the list again", () => {
  const paths = Array.from({ length: 10_000 }, (_, index) => `team/os-${index}`);
  const many = [source("many", { repositories: paths })];
  const started = performance.now();
  for (const path of paths) expect(sourceOf({ sources: many }, `registry.example/${path}`)?.source.id).toBe("many");
  expect(performance.now() - started).toBeLessThan(3000);
});

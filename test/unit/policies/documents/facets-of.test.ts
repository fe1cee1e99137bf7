// What a channel of a repository is for.
import { expect, test } from "vitest";
import { facetsOf } from "../../../../policies/documents/facets-of.ts";
import { source } from "./documents.ts";

const facets = { desktop: "kde", use: ["workstation", "gaming", "gaming"] };
const facetPatterns = [
  { match: "*-nvidia-open", set: { hardware: "nvidia-open" } },
  { match: "*-nvidia*", set: { hardware: "nvidia", driver: "closed" } },
  { match: "*-gnome*", set: { desktop: "gnome" } },
  { tag: "*-cosmic", set: { desktop: "cosmic" } },
];
const namespaced = source("x", { namespace: "team", facets, facetPatterns });
const listed = source("x", { repositories: ["team/os", "solo"], facets, facetPatterns });

test.each([
  ["team/os", "stable", { desktop: ["kde"], use: ["workstation", "gaming"] }],
  [
    "team/os-nvidia",
    "stable",
    { desktop: ["kde"], driver: ["closed"], hardware: ["nvidia"], use: ["workstation", "gaming"] },
  ],
  // Each facet for itself: the second pattern still sets what the first says nothing of.
  [
    "team/os-nvidia-open",
    "stable",
    { desktop: ["kde"], driver: ["closed"], hardware: ["nvidia-open"], use: ["workstation", "gaming"] },
  ],
  ["team/os-gnome", "stable-cosmic", { desktop: ["gnome"], use: ["workstation", "gaming"] }],
  ["team/os", "stable-cosmic", { desktop: ["cosmic"], use: ["workstation", "gaming"] }],
])("%s:%s", (path, tag, expected) => {
  expect(facetsOf(namespaced, path, tag)).toEqual(expected);
  expect(facetsOf(listed, path, tag)).toEqual(expected);
});

test("a path of one segment is compared whole, and a pattern with a slash with the whole path", () => {
  expect(facetsOf(listed, "solo-gnome", "latest")).toMatchObject({ desktop: ["gnome"] });
  const whole = source("x", { repositories: ["team/os"], facetPatterns: [{ match: "team/*", set: { stream: "a" } }] });
  expect(facetsOf(whole, "team/os", "latest")).toEqual({ stream: ["a"] });
});

test("without a namespace in common the part below it is what is compared", () => {
  const deep = source("x", {
    namespace: "a/b",
    facetPatterns: [
      { match: "b/*", set: { stream: "wrong" } },
      { match: "os", set: { stream: "right" } },
    ],
  });
  expect(facetsOf(deep, "a/b/os", "latest")).toEqual({ stream: ["right"] });
});

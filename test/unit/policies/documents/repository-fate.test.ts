// What became of repositories.
import { describe, expect, test } from "vitest";
import { fateOf, isPublishedRollback } from "../../../../policies/documents/repository-fate.ts";
import { project, source } from "./documents.ts";

const digest = `sha256:${"a".repeat(64)}`;
const set = {
  sources: [source("x", { namespace: "team", project: "team" }), source("y", { repositories: ["other/os"] })],
  projects: [
    project("team"),
    project("old", {
      repositories: {
        "registry.example/team/old": {
          deprecated: "2026-05-01",
          successor: "registry.example/team/os:stable",
          rollbacks: [{ tag: "stable", digest }],
        },
        "registry.example/other/os": {},
      },
    }),
  ],
};

describe("fateOf", () => {
  test.each([
    ["2026-04-30T23:59:59.999Z", false],
    ["2026-05-01T00:00:00Z", true],
  ])("at %s deprecated is %s", (at, deprecated) => {
    expect(fateOf(set, "registry.example/team/old", Date.parse(at))).toEqual({
      deprecatedOn: "2026-05-01",
      deprecated,
      successor: "registry.example/team/os:stable",
    });
  });

  test.each(["registry.example/other/os", "registry.example/team/os", "constructor"])(
    "nothing became of %s",
    (repository) => {
      expect(fateOf(set, repository, Date.now())).toEqual({ deprecatedOn: null, deprecated: false, successor: null });
    },
  );
});

test.each([
  ["registry.example/team/old", "stable", digest, true],
  ["registry.example/team/old", "testing", digest, false],
  ["registry.example/team/old", "stable", `sha256:${"b".repeat(64)}`, false],
  ["registry.example/team/os", "stable", digest, false],
])("a rollback of %s:%s to %s is published: %s", (repository, tag, to, published) => {
  expect(isPublishedRollback(set, repository, tag, to)).toBe(published);
});

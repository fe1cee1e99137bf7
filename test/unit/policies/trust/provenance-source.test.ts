// Tests of provenance sources: where a build says it came from, and what only lay on its way.
import { describe, expect, test } from "vitest";
import type { ProvenanceFacts, ProvenanceSource } from "../../../../policies/trust/finding.ts";
import { shownSource, sourceMatches, strippedSource } from "../../../../policies/trust/provenance-source.ts";

test.each([
  ["git+https://github.com/desk/os@refs/heads/main", "https://github.com/desk/os"],
  ["git+https://github.com/desk/os.git@refs/tags/v1", "https://github.com/desk/os"],
  ["https://github.com/desk/os.git", "https://github.com/desk/os"],
  ["https://github.com/desk/os", "https://github.com/desk/os"],
  ["git+ssh://git@forge.example/desk/os.git@main", "ssh://git@forge.example/desk/os"],
  ["https://user@forge.example/desk/os@main", "https://user@forge.example/desk/os"],
  ["git+git+https://github.com/desk/os", "git+https://github.com/desk/os"],
  ["https://github.com/desk/os.git.git", "https://github.com/desk/os.git"],
  ["https://github.com/desk/os#main", "https://github.com/desk/os#main"],
  ["", ""],
])("%s is %s", (uri, stripped) => {
  expect(strippedSource(uri)).toBe(stripped);
});

const source = (uri: string, member: string, revision: string | null = null): ProvenanceSource => ({
  uri,
  member,
  revision,
});
const facts = (
  sources: readonly ProvenanceSource[],
  buildType = "https://actions.github.io/buildtypes/workflow/v1",
): ProvenanceFacts => ({
  ...{ builder: null, buildType, sources, startedAt: null, finishedAt: null },
});

const desk = "git+https://github.com/desk/os@refs/heads/main";
const mallory = "git+https://github.com/mallory/os@refs/heads/main";
const commit = "0123456789abcdef0123456789abcdef01234567";
const pattern = "https://github.com/desk/*";
const tekton = "tekton.dev/v1/PipelineRun";

describe("what the build was made from", () => {
  test.each([
    { title: "a workflow's repository", sources: [source(desk, "externalParameters.workflow")], matches: true },
    { title: "v0.2's configSource", sources: [source(desk, "invocation.configSource")], matches: true },
    { title: "another repository", sources: [source(mallory, "externalParameters.workflow")], matches: false },
    {
      title: "a stranger's build that fetches the right repository beside its own",
      sources: [source(mallory, "externalParameters.workflow"), source(desk, "resolvedDependencies")],
      matches: false,
    },
    {
      title: "a right build that fetches others' repositories",
      sources: [source(desk, "externalParameters.workflow"), source(mallory, "resolvedDependencies")],
      matches: true,
    },
    { title: "materials alone, all right", sources: [source(desk, "materials")], matches: true },
    {
      title: "materials alone, one of them a stranger's",
      sources: [source(desk, "materials"), source(mallory, "materials")],
      matches: false,
    },
    { title: "nothing", sources: [], matches: false },
    {
      title: "a host that begins alike",
      sources: [source("git+https://github.com.evil/desk/os", "externalParameters.workflow")],
      matches: false,
    },
    {
      title: "a deeper path",
      sources: [source("git+https://github.com/desk/os/evil", "externalParameters.workflow")],
      matches: false,
    },
    {
      title: "Tekton: the pipeline's own repository is not what was built",
      sources: [
        source("git+https://github.com/pipelines/shared", "invocation.configSource"),
        source(desk, "materials"),
      ],
      buildType: tekton,
      matches: true,
    },
    {
      title: "Tekton: a stranger's source with a pipeline from the right place",
      sources: [source(desk, "invocation.configSource"), source(mallory, "materials")],
      buildType: tekton,
      matches: false,
    },
    {
      title: "Chains v2",
      sources: [source(desk, "resolvedDependencies")],
      buildType: "https://tekton.dev/chains/v2/slsa",
      matches: true,
    },
    {
      title: "a build type that only looks like Tekton's",
      sources: [source(mallory, "invocation.configSource"), source(desk, "materials")],
      buildType: "https://tekton.dev.evil/x",
      matches: false,
    },
  ])("$matches for $title", ({ sources, buildType, matches }) => {
    expect(sourceMatches(facts(sources, buildType), pattern)).toBe(matches);
  });

  test("a pattern is stripped as sources are", () => {
    expect(sourceMatches(facts([source(desk, "materials")]), "git+https://github.com/desk/*.git")).toBe(true);
  });
});

test("a commit is shown rather than the branch that a workflow ran on", () => {
  const sources = [
    source(desk, "externalParameters.workflow", "refs/heads/main"),
    source(desk, "resolvedDependencies", commit),
  ];
  expect(shownSource(facts(sources))).toEqual({ repository: "https://github.com/desk/os", revision: commit });
  expect(shownSource(facts(sources.slice(0, 1))).revision).toBe("refs/heads/main");
  expect(shownSource(facts([]))).toEqual({ repository: null, revision: null });
});

test("another repository's commit is not taken for this one's", () => {
  const sources = [source(desk, "externalParameters.workflow"), source(mallory, "resolvedDependencies", commit)];
  expect(shownSource(facts(sources)).revision).toBeNull();
});

// Payloads: the names, sources and builders in them, as they are written in the wild.
import { describe, expect, test } from "vitest";
import { parseDockerReference } from "../../../../worker/signatures/docker-reference.ts";
import { provenanceFacts } from "../../../../worker/signatures/provenance.ts";
import { predicates } from "../../../kit/signing/payloads.ts";

test.each([
  ["quay.io/fedora/fedora-bootc", "quay.io/fedora/fedora-bootc", null],
  ["quay.io/fedora/fedora-bootc:44", "quay.io/fedora/fedora-bootc", "44"],
  [`quay.io/fedora/fedora-bootc:44@sha256:${"a".repeat(64)}`, "quay.io/fedora/fedora-bootc", "44"],
  ["127.0.0.1:5000/os:44", "127.0.0.1:5000/os", "44"],
  ["localhost/os", "localhost/os", null],
  ["[::1]:5000/os", "[::1]:5000/os", null],
  ["index.docker.io/library/os:44", "docker.io/library/os", "44"],
  ["index.docker.io/somebody/os", "docker.io/somebody/os", null],
  ["busybox", "docker.io/library/busybox", null],
  ["busybox:1", "docker.io/library/busybox", "1"],
  ["somebody/os", "docker.io/somebody/os", null],
])("the reference %s is of the repository %s", (text, repository, tag) => {
  expect(parseDockerReference(text)).toEqual({ repository, tag });
});

test.each([
  "",
  "/",
  "quay.io/",
  "quay.io//os",
  "quay.io/OS",
  "quay.io/os:",
  "quay.io/os:a b",
  "https://quay.io/os",
  "quay.io/os/../x",
  "QUAY.IO/os",
])("%j is no reference", (text) => {
  expect(parseDockerReference(text)).toBeUndefined();
});

describe("provenance", () => {
  const version1 = "https://slsa.dev/provenance/v1";

  test("of GitHub names the workflow's repository and the commit", () => {
    const predicate = predicates.github1(
      "https://github.com/os/desktop",
      "refs/heads/main",
      "d".repeat(40),
      "https://github.com/os/build/x@refs/tags/v1",
    );
    expect(provenanceFacts({ predicateType: version1, predicate })).toEqual({
      builder: "https://github.com/os/build/x@refs/tags/v1",
      buildType: "https://actions.github.io/buildtypes/workflow/v1",
      sources: [
        { uri: "https://github.com/os/desktop", revision: "refs/heads/main", member: "externalParameters.workflow" },
        {
          uri: "git+https://github.com/os/desktop@refs/heads/main",
          revision: "d".repeat(40),
          member: "resolvedDependencies",
        },
      ],
      startedAt: "2024-05-06T07:00:00Z",
      finishedAt: null,
    });
  });

  test("of slsa-github-generator names its source", () => {
    const source = { uri: "git+https://github.com/os/desktop@refs/tags/v1", digest: { gitCommit: "e".repeat(40) } };
    const predicate = { buildDefinition: { externalParameters: { source } } };
    expect(provenanceFacts({ predicateType: version1, predicate })?.sources).toEqual([
      { uri: source.uri, revision: "e".repeat(40), member: "externalParameters.source" },
    ]);
  });

  test("of Tekton Chains v1 leaves out what is no source", () => {
    const dependencies = [
      { uri: "oci://registry.example/task", digest: { sha256: "f".repeat(64) } },
      { uri: "git+https://forge.example/os.git", digest: { sha1: "a".repeat(40) }, name: "inputs/result" },
      { name: "pipelineTask", content: "e30=" },
      7,
    ];
    const predicate = { buildDefinition: { resolvedDependencies: dependencies }, runDetails: { builder: { id: 7 } } };
    expect(provenanceFacts({ predicateType: version1, predicate })).toMatchObject({
      builder: null,
      sources: [{ uri: "git+https://forge.example/os.git", revision: "a".repeat(40) }],
    });
  });

  test("keeps no more sources than a build has", () => {
    const materials = Array.from({ length: 1000 }, (_, at) => ({ uri: `git+https://forge.example/${at}` }));
    const facts = provenanceFacts({ predicateType: "https://slsa.dev/provenance/v0.2", predicate: { materials } });
    expect(facts?.sources).toHaveLength(50);
  });

  test("names the images among what a build was made from, and nothing else as one", () => {
    const sha256 = "a".repeat(64);
    const materials = [
      { uri: "pkg:docker/quay.io/fedora/fedora-bootc@44", digest: { sha256 } },
      { uri: "oci://quay.io/fedora/tool" },
      { uri: "pkg:npm/left-pad@1", digest: { sha256 } },
      { uri: `docker://${"x".repeat(3_000)}` },
      { digest: { sha256 } },
      "nonsense",
    ];
    const images = [
      { uri: "pkg:docker/quay.io/fedora/fedora-bootc@44", sha256 },
      { uri: "oci://quay.io/fedora/tool", sha256: null },
    ];
    expect(
      provenanceFacts({ predicateType: "https://slsa.dev/provenance/v0.2", predicate: { materials } })?.images,
    ).toEqual(images);
    const predicate = { buildDefinition: { resolvedDependencies: materials } };
    expect(provenanceFacts({ predicateType: version1, predicate })?.images).toEqual(images);
    const many = Array.from({ length: 80 }, (_, i) => ({ uri: `oci://registry.example/tool-${i}` }));
    const bounded = { buildDefinition: { resolvedDependencies: many } };
    expect(provenanceFacts({ predicateType: version1, predicate: bounded })?.images).toHaveLength(50);
  });

  test.each(["https://slsa.dev/provenance/v0.1", "https://spdx.dev/Document"])("is not read of %s", (predicateType) => {
    expect(provenanceFacts({ predicateType, predicate: {} })).toBeNull();
  });

  test.each([{}, { builder: [] }, { invocation: null, materials: {} }])("of nothing is empty (%j)", (predicate) => {
    const facts = provenanceFacts({ predicateType: "https://slsa.dev/provenance/v0.2", predicate });
    expect(facts).toEqual({ builder: null, buildType: null, sources: [], startedAt: null, finishedAt: null });
  });
});

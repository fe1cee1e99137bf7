// Which trust policy speaks for a repository.
import { describe, expect, test } from "vitest";
import { comparedName, trustPolicyFor } from "../../../../policies/documents/trust-policy-for.ts";
import { registry, trust } from "./documents.ts";

const set = {
  registries: [
    registry({ host: "registry.example" }),
    registry({ host: "mirror.example", mirrorOf: "registry.example/team" }),
  ],
  trust: [
    trust("host", ["registry.example"]),
    trust("team", ["registry.example/team", "other.example/team"]),
    trust("os", ["registry.example/team/os"]),
  ],
};

describe("trustPolicyFor", () => {
  test.each([
    ["registry.example/team/os", "os", "registry.example/team/os"],
    ["registry.example/team/os/deep", "os", "registry.example/team/os"],
    ["registry.example/team/os2", "team", "registry.example/team"],
    ["registry.example/teams/os", "host", "registry.example"],
    ["other.example/team/os", "team", "other.example/team"],
    ["mirror.example/os", "os", "registry.example/team/os"],
    ["mirror.example/app", "team", "registry.example/team"],
  ])("%s is of %s", (repository, id, scope) => {
    const claim = trustPolicyFor(set, repository);
    expect(claim).toMatchObject({ policy: { id }, scope });
  });

  test.each([
    "other.example/os",
    "registry.example.evil/team/os",
    "registry.example:5000/team/os",
    "mirror.example.evil/os",
  ])("%s is of nobody", (repository) => {
    expect(trustPolicyFor(set, repository)).toBeUndefined();
  });
});

test("Docker Hub is one registry under both of its names, and the longer name of it is no longer scope", () => {
  const hub = {
    registries: [registry({ host: "mirror.example", mirrorOf: "index.docker.io/desk" })],
    trust: [
      trust("wide", ["index.docker.io"]),
      trust("desk", ["docker.io/desk"]),
      trust("word", ["docker.io/busybox"]),
    ],
  };
  const idOf = (repository: string) => trustPolicyFor(hub, repository)?.policy.id;
  for (const host of ["docker.io", "index.docker.io"]) {
    expect([idOf(`${host}/desk/os`), idOf(`${host}/other/os`)]).toEqual(["desk", "wide"]);
    expect([idOf(`${host}/busybox`), idOf(`${host}/library/busybox`)]).toEqual(["word", "wide"]);
  }
  expect(idOf("mirror.example/os")).toBe("desk");
});

test("a mirror is compared by the name of what it mirrors, everything else by its own", () => {
  expect(comparedName(set, "mirror.example/a/b")).toBe("registry.example/team/a/b");
  expect(comparedName(set, "registry.example/a/b")).toBe("registry.example/a/b");
  expect(comparedName(set, "unknown.example/a/b")).toBe("unknown.example/a/b");
});

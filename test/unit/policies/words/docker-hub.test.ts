// Docker Hub's names, as hosts complete them.
import { expect, test } from "vitest";
import { libraryTwin, withHubHost } from "../../../../policies/words/docker-hub.ts";

test.each([
  ["index.docker.io", "docker.io"],
  ["index.docker.io/desk/os", "docker.io/desk/os"],
  ["docker.io/desk/os", "docker.io/desk/os"],
  ["registry-1.docker.io/desk/os", "registry-1.docker.io/desk/os"],
  ["index.docker.io.evil/desk", "index.docker.io.evil/desk"],
  ["mirror.example/index.docker.io/desk", "mirror.example/index.docker.io/desk"],
])("%s is %s", (name, known) => {
  expect(withHubHost(name)).toBe(known);
});

test.each([
  ["docker.io/busybox", "docker.io/library/busybox"],
  ["index.docker.io/busybox", "docker.io/library/busybox"],
  ["docker.io", undefined],
  ["docker.io/library", undefined],
  ["docker.io/library/busybox", undefined],
  ["docker.io/desk/os", undefined],
  ["registry.example/busybox", undefined],
])("the repository %s is %s to hosts", (scope, twin) => {
  expect(libraryTwin(scope)).toBe(twin);
});

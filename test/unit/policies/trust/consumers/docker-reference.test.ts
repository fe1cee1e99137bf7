// Tests of docker references: as distribution/reference reads them, and the sections that speak for an image.
import { expect, test } from "vitest";
import { parseDockerReference, sectionsFor, textOf } from "../../../../../policies/trust/consumers/docker-reference.ts";

const digest = `sha256:${"0".repeat(64)}`;

test.each([
  ["busybox", "docker.io/library/busybox"],
  ["desk/os", "docker.io/desk/os"],
  ["docker.io/busybox:1", "docker.io/library/busybox:1"],
  ["index.docker.io/desk/os", "docker.io/desk/os"],
  ["registry-1.docker.io/desk/os", "registry-1.docker.io/desk/os"],
  ["localhost/os", "localhost/os"],
  ["127.0.0.1:5000/desk/os:stable", "127.0.0.1:5000/desk/os:stable"],
  [`quay.io/desk/os@${digest}`, `quay.io/desk/os@${digest}`],
  [`quay.io/desk/os:1@${digest}`, `quay.io/desk/os:1@${digest}`],
])("%s is %s", (text, normal) => {
  const parsed = parseDockerReference(text);
  expect(parsed === undefined ? undefined : textOf(parsed)).toBe(normal);
});

test.each([
  "",
  "quay.io/Desk/os",
  "quay.io/desk/os:",
  "quay.io/desk/os:-x",
  "quay.io/desk/os@sha256:0",
  "quay.io//os",
  "-/os",
])("%s is none", (text) => {
  expect(parseDockerReference(text)).toBeUndefined();
});

test("sections go from the image to its host, and on to wildcards without the port", () => {
  const image = parseDockerReference("registry.desk.example:5000/a/b:1");
  expect(image === undefined ? [] : sectionsFor(image)).toEqual([
    ...["registry.desk.example:5000/a/b:1", "registry.desk.example:5000/a/b"],
    ...["registry.desk.example:5000/a", "registry.desk.example:5000", "*.desk.example", "*.example"],
  ]);
});

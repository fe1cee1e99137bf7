// Distribution families: by ID and ID_LIKE, by the mark of a kernel; what is called anything else is not known.
import { expect, test } from "vitest";
import { familyOf, familyOfKernel, majorOf, minorOf } from "../../../../policies/plan/distribution-family.ts";

test.each([
  { id: "fedora", like: [], is: "fedora" },
  { id: "bazzite", like: ["fedora"], is: "fedora" },
  { id: "rhel", like: ["fedora"], is: "el" },
  { id: "mine", like: ["rhel", "centos", "fedora"], is: "el" },
  { id: "mine", like: ["rhel centos fedora"], is: "el" },
  { id: "mine", like: ["fedora", "rhel"], is: "el" },
  { id: "Ubuntu", like: ["debian"], is: "debian" },
  { id: "mine", like: [], is: null },
  { id: null, like: [], is: null },
  { id: "constructor", like: ["__proto__"], is: null },
])("$id like $like is $is", ({ id, like, is }) => {
  expect(familyOf(id, like)).toBe(is);
});

test.each([
  { kernel: "7.2.0-ogc4.1.fc44.x86_64", is: "fedora" },
  { kernel: "6.12.0-160.el10_1.x86_64", is: "el" },
  { kernel: "7.2.1-arch1-1", is: null },
  { kernel: "7.2.0-1.fcx.x86_64", is: null },
  { kernel: null, is: null },
])("the kernel $kernel is of $is", ({ kernel, is }) => {
  expect(familyOfKernel(kernel)).toBe(is);
});

test.each([
  { version: "44", is: 44 },
  { version: "44.20261101.0", is: 44 },
  { version: "10.1", is: 10 },
  { version: "stream9.20240807.0", is: 9 },
  { version: "20231230.1", is: null },
  { version: "nightly", is: null },
  { version: undefined, is: null },
])("the release of $version is $is", ({ version, is }) => {
  expect(majorOf(version)).toBe(is);
});

test.each([
  ["10.1", 1],
  ["stream9.6", 6],
  ["9.6.20250601", 6],
  ["24.04", 4],
  ["44", null],
  ["44.20261115", null],
  ["stream10.20261115", null],
  ["rolling", null],
  [null, null],
])("the minor release of %s is %s", (version, minor) => {
  expect(minorOf(version)).toBe(minor);
});

// Which names an architecture has, and which entries of an index a host takes.
import { expect, test } from "vitest";
import { architecture, entryFits, isArchitecture, platformName } from "../../../../policies/words/platform.ts";

test.each([
  ["x86_64", "amd64"],
  ["AARCH64", "arm64"],
  ["amd64", "amd64"],
  ["riscv64", "riscv64"],
  ["constructor", "constructor"],
  ["__proto__", "__proto__"],
])("%s is %s", (text, name) => {
  expect(architecture(text)).toBe(name);
});

test.each([
  ["ppc64le", true],
  ["x86_64", true],
  ["amd64/v3", false],
  ["AMD64", false],
  ["", false],
  ["a".repeat(33), false],
])("%j has the form of an architecture: %s", (text, valid) => {
  expect(isArchitecture(text)).toBe(valid);
});

test.each([
  [null, "amd64"],
  ["", "amd64"],
  ["v3", "amd64/v3"],
])("amd64 with variant %j is written %s", (variant, name) => {
  expect(platformName({ architecture: "amd64", variant })).toBe(name);
});

test.each([
  ["amd64", null, "amd64", true],
  ["amd64", "", "amd64", true],
  ["amd64", "v2", "amd64", false],
  ["amd64", "v3", "amd64", false],
  ["arm64", "v8", "arm64", true],
  ["arm64", null, "arm64", true],
  ["arm64", "v9", "arm64", false],
  ["arm", "v7", "arm", true],
  ["arm", "v8", "arm", false],
  ["arm64", null, "amd64", false],
])("an entry %s/%s fits a host of %s: %s", (arch, variant, wanted, fits) => {
  expect(entryFits({ os: "linux", architecture: arch, variant }, wanted)).toBe(fits);
});

test("an entry of another system fits no host", () => {
  expect(entryFits({ os: "windows", architecture: "amd64", variant: null }, "amd64")).toBe(false);
});

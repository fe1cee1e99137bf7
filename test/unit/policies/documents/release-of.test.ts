// Which release an image is of.
import { expect, test } from "vitest";
import { releaseOf } from "../../../../policies/documents/release-of.ts";
import { release } from "./documents.ts";

const releases = [
  release("fedora", "4"),
  release("fedora", "44"),
  release("rhel", "9"),
  release("rhel", "9.4"),
  release("centos", "9"),
];

test.each([
  ["fedora", "44", null, "fedora 44"],
  ["fedora", "44.20260821", null, "fedora 44"],
  ["rhel", "9.4", null, "rhel 9.4"],
  ["rhel", "9.4.1", null, "rhel 9.4"],
  ["rhel", "9.5", null, "rhel 9"],
  ["rhel", "90", null, undefined],
  // A remix has an ID of its own and lives as long as what it is made of.
  ["bazzite", "44", "fedora", "fedora 44"],
  [null, "44", "fedora", "fedora 44"],
  [null, "44", null, undefined],
  // Where releases of the ID are known, the distribution does not speak: its dates would be another system's.
  ["rhel", "44", "fedora", undefined],
  ["fedora", null, "fedora", undefined],
  ["fedora", "45", "fedora", undefined],
])("%s %s of the family %s is %s", (osId, versionId, distribution, expected) => {
  const found = releaseOf({ releases }, { osId, versionId, distribution });
  expect(found === undefined ? undefined : `${found.os} ${found.version}`).toBe(expected);
});

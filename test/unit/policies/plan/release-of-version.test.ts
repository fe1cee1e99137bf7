// Releases in versions: where the shape says so, and never of a version that may count anything.
import { expect, test } from "vitest";
import { dayOfVersion, releaseOfVersion } from "../../../../policies/plan/release-of-version.ts";

const known = (release: string) => ["44", "10"].includes(release.split(".")[0] ?? "");

test.each([
  { version: "44.20261115.0", is: "44" },
  { version: "46.20271101", is: "46" },
  { version: "stream10.20261115.0", is: "10" },
  { version: "9.6.20250601.1", is: "9.6" },
  { version: "44-20261115", is: "44" },
  { version: "44", is: "44" },
  { version: "stream10", is: "10" },
  { version: "10.2", is: "10.2" },
])("$version is of $is", ({ version, is }) => {
  expect(releaseOfVersion(version, known)).toBe(is);
});

test.each(["3.1.0", "44.1.0", "3.1", "7", "20261115", "20261115.1", "stable-44.20261115", "nightly", "", null])(
  "%s is of none",
  (version) => {
    expect(releaseOfVersion(version, known)).toBeNull();
  },
);

test.each([
  { version: "44.20261115.1", is: "2026-11-15T00:00:00Z" },
  { version: "20261115", is: "2026-11-15T00:00:00Z" },
  { version: "44.20261340", is: null },
  { version: "3.1.0", is: null },
  { version: "44.202611150", is: null },
  { version: null, is: null },
])("the day in $version is $is", ({ version, is }) => {
  expect(dayOfVersion(version)).toBe(is === null ? null : Date.parse(is));
});

// Image info: the desktop of the image that was built on, and the reference with its tag.
import { expect, test } from "vitest";
import { desktopOfImageInfo, ImageInfo, referenceOfImageInfo } from "../../../../policies/plan/image-info.ts";

test.each([
  { info: { "base-image-name": "silverblue" }, desktop: "gnome" },
  { info: { "base-image-name": "Kinoite" }, desktop: "kde" },
  { info: { "base-image-name": "fedora-coreos" }, desktop: "none" },
  { info: { "base-image-name": "base" }, desktop: null },
  { info: { "base-image-name": "toString" }, desktop: null },
  { info: {}, desktop: null },
])("$info has the desktop $desktop", ({ info, desktop }) => {
  expect(desktopOfImageInfo(info)).toBe(desktop);
});

const ref = "ostree-image-signed:docker://ghcr.io/ublue-os/bluefin";
test.each([
  { info: { "image-ref": ref, "image-tag": "stable" }, is: `${ref}:stable` },
  { info: { "image-ref": `${ref}:gts`, "image-tag": "stable" }, is: `${ref}:gts` },
  { info: { "image-ref": ref }, is: ref },
  { info: { "image-tag": "stable" }, is: null },
])("$info names $is", ({ info, is }) => {
  expect(referenceOfImageInfo(info)).toBe(is);
});

test("a version of Fedora may be a number, and nothing is longer than it may be", () => {
  expect(ImageInfo.safeParse({ "fedora-version": 44, other: { deep: true } }).success).toBe(true);
  expect(ImageInfo.safeParse({ "image-name": "a".repeat(1_025) }).success).toBe(false);
});

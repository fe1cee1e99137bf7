// Tag classes: artefact tags are told from tags that name an image to choose.
import { expect, test } from "vitest";
import { tagClass } from "../../../../policies/images/tag-class.ts";

const hex = "0123456789abcdef".repeat(4);

test.each([
  ["latest", "image"],
  ["stable-44.20260821.1", "image"],
  ["44", "image"],
  ["sha256", "image"],
  ["sha256-abc", "image"],
  ["build-sha256-0123", "image"],
  [`sha256-${hex}`, "referrers"],
  [`sha512-${hex}`, "referrers"],
  [`sha256-${hex}.sig`, "signature"],
  [`sha256-${hex}.att`, "attestation"],
  [`sha256-${hex}.sbom`, "sbom"],
  [`sha256-${hex}.src`, "referrers"],
  ["v1.sig", "signature"],
  ["v1.sbom", "sbom"],
  ["signature", "image"],
])("%s is of the class %s", (name, expected) => {
  expect(tagClass(name)).toBe(expected);
});

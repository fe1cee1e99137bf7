// Which tags carry signatures and the like, and so are no channels.
import { expect, test } from "vitest";
import { isArtefactTag } from "../../../../policies/words/artefact-tag.ts";

const hex = "0123456789abcdef".repeat(4);

test.each([
  [`sha256-${hex}.sig`, true],
  [`sha256-${hex}.att`, true],
  [`sha256-${hex}.sbom`, true],
  [`sha256-${hex}`, true],
  [`sha512-${hex}`, true],
  [`sha512-${hex}${hex}.sig`, true],
  [`sha256-${hex}.png`, false],
  [`sha256-${hex.slice(1)}`, false],
  [`x-sha256-${hex}`, false],
  ["sha256-latest", false],
  ["latest", false],
])("%s: %s", (tag, artefact) => {
  expect(isArtefactTag(tag)).toBe(artefact);
});

// What an image has from its base, and what is its own.
import { expect, test } from "vitest";
import { inheritedNames } from "../../../../policies/lineage/inherited.ts";

test("the same name with the same value is the base's, in the order of the alphabet", () => {
  const image = { b: "1", a: "1", own: "1", changed: "2" };
  expect(inheritedNames(image, { a: "1", b: "1", changed: "1", dropped: "1" })).toEqual(["a", "b"]);
  expect(inheritedNames({ constructor: "x" }, {})).toEqual([]);
});

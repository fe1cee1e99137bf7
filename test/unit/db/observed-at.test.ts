// When something was last seen, as answers say it.
import { describe, expect, test } from "vitest";
import { observedAtOf, tagObservedAt } from "../../../db/observed-at.ts";

test.each([
  { says: "nothing, where no look was complete", observedAt: null, shownAt: 5, expected: null },
  { says: "the look, where answers never told of one", observedAt: 9, shownAt: null, expected: 9 },
  { says: "the look of which answers told", observedAt: 9, shownAt: 5, expected: 5 },
])("of a repository: $says", ({ observedAt, shownAt, expected }) => {
  expect(observedAtOf({ observedAt, shownAt })).toBe(expected);
});

describe("of a tag", () => {
  const tag = { followed: true, since: 1, observedAt: 9 };
  test.each([
    { says: "the look of which answers told", row: tag, shownAt: 5, expected: 5 },
    { says: "the look, where answers never told of one", row: tag, shownAt: null, expected: 9 },
    { says: "its own look, where it failed in the one of which answers told", row: tag, shownAt: 12, expected: 9 },
    { says: "no moment before it named its digest", row: { ...tag, since: 7 }, shownAt: 5, expected: 7 },
    { says: "the look that somebody asked for", row: { ...tag, followed: false }, shownAt: 5, expected: 9 },
    { says: "the look, where nobody knows since when", row: { ...tag, since: null }, shownAt: 5, expected: 5 },
    { says: "nothing, where no look was complete", row: { ...tag, observedAt: null }, shownAt: 5, expected: null },
  ])("$says", ({ row, shownAt, expected }) => {
    expect(tagObservedAt(row, { shownAt })).toBe(expected);
  });
});

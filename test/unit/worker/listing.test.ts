// Listings: when one says something new, and when it is not to be believed.
import { describe, expect, test } from "vitest";
import { judgeListing, listingDigest } from "../../../worker/listing.ts";

const tag = (name: string, digest: string | null = null, sinceMs: number | null = null) => ({ name, digest, sinceMs });

describe("listingDigest", () => {
  const base = [tag("a", "d1", 1), tag("b")];
  test.each([
    ["the same tags", [tag("a", "d1", 1), tag("b")], true],
    ["another digest", [tag("a", "d2", 1), tag("b")], false],
    ["another time", [tag("a", "d1", 2), tag("b")], false],
    ["a tag more", [...base, tag("c")], false],
    ["names that run into each other", [tag("ab", "d1", 1)], false],
    ["none", [], false],
  ])("%s: %#", (_, tags, same) => {
    expect(listingDigest(tags) === listingDigest(base)).toBe(same);
  });
});

describe("judgeListing", () => {
  test.each([
    ["nothing is missing", 20, 25, 0, "believed"],
    ["a few are missing", 20, 16, 4, "believed"],
    ["half is missing", 20, 10, 10, "believed"],
    ["more than half is missing", 20, 9, 11, "suspect"],
    ["more than half of very few is missing", 6, 2, 4, "believed"],
    ["everything is missing", 3, 0, 3, "suspect"],
    ["everything is another name", 20, 20, 20, "suspect"],
    ["nothing was known and nothing is listed", 0, 0, 0, "believed"],
  ] as const)("%s", (_, present, count, missing, judgement) => {
    expect(judgeListing({ present, suspectListing: null }, { count, missing, digest: "d" })).toBe(judgement);
  });

  test("the same listing is believed the second time, and another one is not", () => {
    const listed = { count: 0, missing: 3, digest: "again" };
    expect(judgeListing({ present: 3, suspectListing: "again" }, listed)).toBe("believed");
    expect(judgeListing({ present: 3, suspectListing: "another" }, listed)).toBe("suspect");
  });
});

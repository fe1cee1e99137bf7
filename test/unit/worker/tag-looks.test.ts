// Tag looks: one request for each channel at most, and none where the listing says it all.
import { describe, expect, test } from "vitest";
import { type FollowedTag, planLooks } from "../../../worker/tag-looks.ts";

const known = (changes: Partial<FollowedTag> = {}): FollowedTag => ({
  name: "stable",
  digest: "old",
  present: true,
  inspected: true,
  ...changes,
});
const listed = (name: string, digest: string | null = null) => ({ name, digest, sinceMs: null });
const isFollowed = (tag: string) => tag === "stable" || tag === "44";

describe("planLooks", () => {
  test.each([
    ["a new channel is asked for", [], [listed("stable")], { how: "ask", known: null, listed: true }],
    [
      "a known one is asked for with its digest",
      [known()],
      [listed("stable")],
      { how: "ask", known: "old", listed: true },
    ],
    [
      "an image that was never inspected is asked for whole",
      [known({ inspected: false })],
      [listed("stable")],
      { how: "ask", known: null, listed: true },
    ],
    [
      "a listing that says the same digest leaves nothing to ask",
      [known()],
      [listed("stable", "old")],
      { how: "listed", digest: "old", known: true },
    ],
    [
      "a listing that says another one does",
      [known()],
      [listed("stable", "new")],
      { how: "listed", digest: "new", known: false },
    ],
    [
      "the same digest without its image is read",
      [known({ inspected: false })],
      [listed("stable", "old")],
      { how: "listed", digest: "old", known: false },
    ],
    ["a channel that is not listed any more is asked for", [known()], [], { how: "ask", known: "old", listed: false }],
  ] as const)("%s", (_, before, tags, look) => {
    expect(planLooks(before, tags, isFollowed)).toEqual([{ tag: "stable", ...look }]);
  });

  test("tombstones and tags that nobody follows are not asked for", () => {
    expect(planLooks([known({ present: false })], [listed("build-1")], isFollowed)).toEqual([]);
  });

  test("a tombstone that is listed again is", () => {
    expect(planLooks([known({ present: false })], [listed("stable")], isFollowed)).toHaveLength(1);
  });

  test("a tag that is listed twice is asked for once", () => {
    expect(planLooks([], [listed("44"), listed("44")], isFollowed)).toHaveLength(1);
  });
});

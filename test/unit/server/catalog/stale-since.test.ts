// Since when a tag is stale: the earlier of two kinds of failing looks, and none that it was seen after.
import { expect, test } from "vitest";
import { tagStaleSince } from "../../../../server/catalog/stale-since.ts";

test.each([
  { title: "all is well", observedAt: 10, tag: null, listing: null, since: null },
  { title: "its own looks fail", observedAt: 10, tag: 20, listing: null, since: 20 },
  { title: "the list of tags cannot be read", observedAt: 10, tag: null, listing: 20, since: 20 },
  { title: "both fail, the list first", observedAt: 10, tag: 30, listing: 20, since: 20 },
  { title: "both fail, the tag first", observedAt: 10, tag: 20, listing: 30, since: 20 },
  { title: "it was seen after the list had failed", observedAt: 30, tag: null, listing: 20, since: null },
  { title: "it was seen after that, and fails now", observedAt: 30, tag: 40, listing: 20, since: 40 },
  { title: "it was never seen", observedAt: null, tag: null, listing: 20, since: 20 },
])("$title", ({ observedAt, tag, listing, since }) => {
  expect(tagStaleSince({ observedAt, failingSince: tag }, { failingSince: listing })).toBe(since);
});

// How far a base is behind its channel.
import { expect, test } from "vitest";
import { baseLag } from "../../../../policies/lineage/base-lag.ts";

const day = 24 * 60 * 60 * 1000;
const row = (digest: string, from: number, to: number | null) => ({
  digest,
  from: from * day,
  to: to === null ? null : to * day,
});
const history = [row("a", 0, 2), row("b", 2, 3.5), row("c", 3.5, 7), row("d", 7, null)];

test.each([
  { title: "the newest", digests: ["d"], days: 0, builds: 0 },
  { title: "the one before", digests: ["c"], days: 3, builds: 1 },
  { title: "the first", digests: ["a"], days: 7, builds: 3 },
  { title: "a manifest that two indexes have", digests: ["manifest", "a", "c"], days: 3, builds: 1 },
])("$title", ({ digests, days, builds }) => {
  const lag = { outcome: "lag", days, builds };
  expect(baseLag("r:44", digests, history)).toEqual(lag);
  expect(baseLag("r:44", digests, history.toReversed())).toEqual(lag);
});

test("a build that the channel came back to counts once, and the last time", () => {
  const back = [row("a", 0, 1), row("b", 1, 2), row("a", 2, 5), row("b", 5, 6), row("c", 6, 8), row("b", 8, null)];
  expect(baseLag("r:44", ["a"], back)).toEqual({ outcome: "lag", days: 6, builds: 2 });
  expect(baseLag("r:44", ["b"], back)).toEqual({ outcome: "lag", days: 0, builds: 0 });
});

test("what the channel never named, or a channel that is gone, is unknown", () => {
  expect(baseLag("r:44", ["x"], history)).toEqual({ outcome: "unknown", reason: "r:44 was never seen to name it" });
  expect(baseLag("r:44", ["a"], [row("a", 0, 1)])).toEqual({
    outcome: "unknown",
    reason: "r:44 is not there any more",
  });
});

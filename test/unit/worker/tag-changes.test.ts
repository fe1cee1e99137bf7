// Tag changes: every sentence about what a look adds, moves and removes, as tables.
import { describe, expect, test } from "vitest";
import type { TagChange, TagRow } from "../../../db/tag-sync.ts";
import type { ListedTag } from "../../../worker/registry/registry.ts";
import {
  type BuildFacts,
  buildsToCompare,
  isChange,
  planAllRemoved,
  planTagChanges,
  type TagLooks,
  type TagSight,
} from "../../../worker/tag-changes.ts";

const now = 10_000;
const rules = { isFollowed: (tag: string) => !tag.startsWith("build-"), facetsOf: (tag: string) => ({ tag: [tag] }) };

const row = (name: string, changes: Partial<TagRow> = {}): TagRow => ({
  name,
  digest: "old",
  followed: rules.isFollowed(name),
  announced: rules.isFollowed(name),
  present: true,
  removedAt: null,
  since: 1_000,
  lookedAt: 5_000,
  observedAt: 5_000,
  failingSince: null,
  failureCode: null,
  failureReason: null,
  facets: null,
  olderThan: null,
  ...changes,
});

const known = (...rows: TagRow[]) => new Map(rows.map((each) => [each.name, each]));
const seen = (digest: string): TagSight => ({ outcome: "seen", digest });
const failed: TagSight = { outcome: "failed", code: "timeout", reason: "slow" };
const listed = (name: string, digest: string | null = null, sinceMs: number | null = null): ListedTag => ({
  name,
  digest,
  sinceMs,
});

const looks = (changes: Partial<Omit<TagLooks, "sights">> & { sights?: Record<string, TagSight> } = {}): TagLooks => ({
  lookedAt: now,
  listing: undefined,
  periods: [],
  ...changes,
  sights: new Map(Object.entries(changes.sights ?? {})),
});

const builtAt = (created: string): BuildFacts => ({
  builds: [{ digest: "its image", architecture: "amd64", created, version: null }],
  version: null,
  created,
});
const builds = new Map([
  ["oldest", builtAt("2026-01-01T00:00:00Z")],
  ["old", builtAt("2026-02-01T00:00:00Z")],
  ["new", builtAt("2026-03-01T00:00:00Z")],
  ["newest", builtAt("2026-04-01T00:00:00Z")],
  ...["first", "second", "third", "unseen"].map((name) => [name, builtAt("2026-02-15T00:00:00Z")] as const),
]);
/** Builds that nothing but the tag's own past tells apart. */
const firstNamed = new Map([
  [
    "stable",
    new Map([
      ["first", 100],
      ["second", 200],
      ["third", 300],
      ["old", 50],
      ["nobody knows", 400],
    ]),
  ],
]);

const plan = (before: ReturnType<typeof known>, look: TagLooks): TagChange =>
  planTagChanges(before, look, rules, { builds, firstNamed });
const told = (change: TagChange) => change.events.map(({ type, tag }) => `${type} ${tag}`);

describe("a channel that is seen", () => {
  test.each<[string, TagRow | undefined, string, string[], Partial<TagRow>]>([
    [
      "for the first time is added",
      undefined,
      "new",
      ["tag.added stable"],
      { digest: "new", since: now, announced: true },
    ],
    ["as it was changes nothing", row("stable"), "old", [], { digest: "old", since: 1_000, observedAt: now }],
    ["with another digest moved", row("stable"), "new", ["tag.moved stable"], { digest: "new", since: now }],
    [
      "again after it was gone is added, though it names what it named",
      row("stable", { present: false, removedAt: 6_000, announced: false }),
      "old",
      ["tag.added stable"],
      { present: true, removedAt: null, since: now },
    ],
    [
      "after a failure is well",
      row("stable", { failingSince: 4_000, failureCode: "timeout", failureReason: "slow" }),
      "old",
      [],
      { failingSince: null, failureCode: null, failureReason: null },
    ],
    [
      "for the first time as a channel is added, though its tag was known",
      row("stable", { announced: false }),
      "old",
      ["tag.added stable"],
      { announced: true, since: 1_000 },
    ],
    [
      "with another digest before anybody was told of it is added, not moved",
      row("stable", { announced: false }),
      "new",
      ["tag.added stable"],
      { digest: "new" },
    ],
  ])("%s", (_, before, digest, events, after) => {
    const change = plan(before === undefined ? known() : known(before), looks({ sights: { stable: seen(digest) } }));
    expect(told(change)).toEqual(events);
    expect(change.rows).toMatchObject([{ name: "stable", ...after }]);
  });

  test("names its facets from the first row on", () => {
    expect(plan(known(), looks({ sights: { stable: seen("new") } })).rows[0]?.facets).toEqual({ tag: ["stable"] });
  });

  test("and that somebody saw later than this look is left as it is", () => {
    const before = known(row("stable", { digest: "new", observedAt: now + 1 }));
    expect(plan(before, looks({ sights: { stable: seen("old") } }))).toMatchObject({ rows: [], events: [], opens: [] });
  });
});

describe("history", () => {
  test.each<[string, TagRow | undefined, ListedTag | undefined, object]>([
    [
      "opens with a first sight",
      undefined,
      undefined,
      { opens: [{ tag: "stable", digest: "new", from: now }], closes: [] },
    ],
    [
      "closes and opens with a move",
      row("stable"),
      undefined,
      { closes: [{ tag: "stable", to: now }], opens: [{ tag: "stable", digest: "new", from: now }] },
    ],
    [
      "takes the registry's word for since when",
      row("stable"),
      listed("stable", "new", 7_000),
      { closes: [{ tag: "stable", to: 7_000 }], opens: [{ tag: "stable", digest: "new", from: 7_000 }] },
    ],
    [
      "does not begin in the future",
      row("stable"),
      listed("stable", "new", now + 9_999),
      { opens: [{ tag: "stable", digest: "new", from: now }] },
    ],
  ])("%s", (_, before, tag, expected) => {
    const listing = tag === undefined ? undefined : { tags: [tag], judgement: "believed" as const };
    const change = plan(
      before === undefined ? known() : known(before),
      looks({ listing, sights: { stable: seen("new") } }),
    );
    expect(change).toMatchObject(expected);
  });

  test("stays as it is while a tag does", () => {
    expect(plan(known(row("stable")), looks({ sights: { stable: seen("old") } }))).toMatchObject({
      opens: [],
      closes: [],
    });
  });

  test("takes the registry's own, where a period that is to end has not ended", () => {
    const period = (fromMs: number, toMs: number | null) => ({ tag: "stable", digest: "old", fromMs, toMs });
    const change = plan(known(), looks({ periods: [period(1, 2), period(5, null), period(7, now + 1), period(1, 2)] }));
    expect(change.periods).toEqual([
      { tag: "stable", digest: "old", from: 1, to: 2 },
      { tag: "stable", digest: "old", from: 5, to: null },
      { tag: "stable", digest: "old", from: 7, to: null },
    ]);
  });
});

describe("older builds", () => {
  const older = (digest: string, since = 8_000) => ({ digest, version: null, created: "2026-04-01T00:00:00Z", since });
  test.each<[string, Partial<TagRow>, string, boolean | null, string | null]>([
    ["a newer build is no step back", { digest: "old" }, "new", false, null],
    ["an older build is", { digest: "new" }, "old", true, "new"],
    [
      "half a step forward does not make two steps back good",
      { digest: "oldest", olderThan: older("newest") },
      "old",
      false,
      "newest",
    ],
    ["the build it was older than makes it good", { digest: "old", olderThan: older("newest") }, "newest", false, null],
    ["a newer one, too", { digest: "old", olderThan: older("new") }, "newest", false, null],
    ["what cannot be compared is not known, and flags nothing", { digest: "nobody knows" }, "newest", null, null],
    ["unless the tag named it before", { digest: "nobody knows" }, "first", true, "nobody knows"],
    ["a build of the same time that it named before is a step back", { digest: "second" }, "first", true, "second"],
    ["so is one that it left two builds ago", { digest: "third" }, "first", true, "third"],
    ["a build of the same time that is new to it is none", { digest: "second" }, "unseen", false, null],
    [
      "the way back to what it went back from makes it good",
      { digest: "first", olderThan: older("second") },
      "second",
      false,
      null,
    ],
    ["half the way does not", { digest: "first", olderThan: older("third") }, "second", false, "third"],
    ["a new build does", { digest: "first", olderThan: older("third") }, "unseen", false, null],
    ["nor is a newer build that it named after it", { digest: "old" }, "second", false, null],
  ])("%s", (_, before, to, flagged, olderThan) => {
    const change = plan(known(row("stable", before)), looks({ sights: { stable: seen(to) } }));
    expect(change.events[0]?.data).toMatchObject({ from: before.digest, to, older: flagged });
    expect(change.rows[0]?.olderThan?.digest ?? null).toBe(olderThan);
  });

  test("stay flagged while the tag stays", () => {
    const change = plan(
      known(row("stable", { olderThan: older("newest") })),
      looks({ sights: { stable: seen("old") } }),
    );
    expect(change.rows[0]?.olderThan).toEqual(older("newest"));
  });

  test("compare what moved, with what it was older than", () => {
    const before = known(row("stable", { olderThan: older("newest") }), row("same"), row("gone"));
    const sights = looks({
      sights: { stable: seen("new"), same: seen("old"), gone: { outcome: "absent" }, first: seen("x") },
    });
    expect(buildsToCompare(before, sights).map(({ tag, digest }) => `${tag} ${digest}`)).toEqual([
      "stable new",
      "stable old",
      "stable newest",
    ]);
  });

  test.each([
    ["an older build", "new", "old", "new"],
    ["an older build of the same time", "second", "first", "second"],
    ["a newer build", "old", "new", null],
  ])("are flagged where a tag was gone between, and came back as %s", (_, digest, to, olderThan) => {
    const gone = row("stable", { digest, present: false, removedAt: 6_000, announced: false });
    const change = plan(known(gone), looks({ sights: { stable: seen(to) } }));
    expect(told(change)).toEqual(["tag.added stable"]);
    expect(change.rows[0]?.olderThan?.digest ?? null).toBe(olderThan);
  });
});

describe("what is not seen", () => {
  test("a channel that the registry says is gone is a tombstone, with its last digest", () => {
    const change = plan(known(row("stable")), looks({ sights: { stable: { outcome: "absent" } } }));
    expect(change.rows).toMatchObject([{ present: false, removedAt: now, digest: "old", announced: false }]);
    expect(change.closes).toEqual([{ tag: "stable", to: now }]);
    expect(change.events).toEqual([{ type: "tag.removed", tag: "stable", data: { digest: "old" } }]);
  });

  test("a tombstone that is still gone is told of no more", () => {
    const gone = row("stable", { present: false, removedAt: 6_000, announced: false });
    expect(plan(known(gone), looks({ sights: { stable: { outcome: "absent" } } }))).toMatchObject({
      rows: [],
      events: [],
    });
  });

  test.each<[string, TagRow | undefined, Partial<TagRow>]>([
    [
      "keeps what is known of it",
      row("stable"),
      { present: true, digest: "old", observedAt: 5_000, failingSince: now },
    ],
    [
      "keeps since when it fails",
      row("stable", { failingSince: 4_000 }),
      { failingSince: 4_000, failureCode: "timeout" },
    ],
    [
      "is there without a digest, where it was never seen",
      undefined,
      { present: true, digest: null, failingSince: now },
    ],
    [
      "stays gone, where it was gone: it does not name its old image again",
      row("stable", { present: false, removedAt: 6_000, announced: false }),
      { present: false, removedAt: 6_000, failingSince: now },
    ],
  ])("a channel that could not be looked at %s", (_, before, after) => {
    const change = plan(before === undefined ? known() : known(before), looks({ sights: { stable: failed } }));
    expect(change.rows).toMatchObject([after]);
    expect(change).toMatchObject({ events: [], opens: [], closes: [] });
  });

  test("a repository that is gone takes every tag with it, and tells of its channels", () => {
    const before = known(
      row("stable"),
      row("build-1"),
      row("gone", { present: false }),
      row("quiet", { announced: false }),
    );
    const change = planAllRemoved(before, now);
    expect(change.rows.map(({ name }) => name)).toEqual(["stable", "build-1", "quiet"]);
    expect(told(change)).toEqual(["tag.removed stable"]);
  });
});

describe("tags that nobody follows", () => {
  const listing = (judgement: "believed" | "suspect", ...tags: ListedTag[]) => looks({ listing: { tags, judgement } });
  test("are known by name, and by digest where the listing says it", () => {
    const change = plan(known(), listing("believed", listed("build-1"), listed("build-2", "new", 7_000)));
    expect(change.rows).toMatchObject([
      { name: "build-1", digest: null, followed: false, present: true, observedAt: null, facets: null },
      { name: "build-2", digest: "new", since: 7_000, observedAt: now },
    ]);
    expect(change.opens).toEqual([{ tag: "build-2", digest: "new", from: 7_000 }]);
    expect(change.events).toEqual([]);
  });

  test("keep a digest that somebody asked for, where the listing says none", () => {
    expect(plan(known(row("build-1")), listing("believed", listed("build-1")))).toMatchObject({ rows: [], opens: [] });
  });

  test("move without an event", () => {
    const change = plan(known(row("build-1")), listing("believed", listed("build-1", "new")));
    expect(change).toMatchObject({ closes: [{ tag: "build-1", to: now }], events: [] });
  });

  test.each([
    ["believed", ["build-1"]],
    ["suspect", []],
  ] as const)("that a %s listing does not show: %j are gone", (judgement, gone) => {
    const before = known(row("build-1"), row("build-2"), row("stable"));
    const change = plan(before, listing(judgement, listed("build-2"), listed("stable")));
    expect(change.rows.filter(({ present }) => !present).map(({ name }) => name)).toEqual(gone);
    expect(change.events).toEqual([]);
  });

  test("come back where they are listed again", () => {
    const before = known(row("build-1", { present: false, removedAt: 6_000 }));
    const change = plan(before, listing("believed", listed("build-1")));
    expect(change.rows).toMatchObject([{ present: true, removedAt: null, digest: "old" }]);
    expect(change.opens).toEqual([{ tag: "build-1", digest: "old", from: now }]);
  });

  test("a channel is not removed by a listing, only by the registry's answer about it", () => {
    expect(plan(known(row("stable")), listing("believed"))).toMatchObject({ rows: [], events: [] });
  });

  test("nothing is said of them where the listing is the same as before", () => {
    expect(plan(known(row("build-1")), looks())).toMatchObject({ rows: [], events: [] });
  });
});

test.each<[string, (before: ReturnType<typeof known>) => TagChange, boolean]>([
  [
    "a look that finds a channel as it was",
    (before) => plan(before, looks({ sights: { stable: seen("old") } })),
    false,
  ],
  ["a move", (before) => plan(before, looks({ sights: { stable: seen("new") } })), true],
  ["a failure", (before) => plan(before, looks({ sights: { stable: failed } })), true],
  [
    "a new tag",
    (before) => plan(before, looks({ listing: { tags: [listed("build-9")], judgement: "believed" } })),
    true,
  ],
])("whether %s is a change", (_, change, expected) => {
  const before = known(row("stable"));
  expect(isChange(before, change(before))).toBe(expected);
});

// Build order: a tag went back only where a time or a version of both builds says so.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Build,
  compareBuilds,
  isOlderBuild,
  isOlderByProvenance,
} from "../../../../policies/images/build-order.ts";

const build = (created: string | null, version: string | null = null, architecture = "amd64"): Build => ({
  architecture,
  created: created === null ? null : `${created}T00:00:00Z`,
  version,
});

const unnamed = { before: null, after: null };

describe("compareBuilds", () => {
  test.each([
    { title: "a later time", before: build("2026-01-01"), after: build("2026-01-02"), outcome: "newer", by: "created" },
    {
      title: "an earlier time",
      before: build("2026-01-02"),
      after: build("2026-01-01"),
      outcome: "older",
      by: "created",
    },
    {
      title: "an earlier time of a higher version",
      before: build("2026-01-02", "1"),
      after: build("2026-01-01", "2"),
      outcome: "older",
      by: "created",
    },
    {
      title: "one time and a lower version",
      before: build("2026-01-01", "2"),
      after: build("2026-01-01", "1"),
      outcome: "older",
      by: "version",
    },
    {
      title: "no time and a higher version",
      before: build(null, "1"),
      after: build("2026-01-01", "2"),
      outcome: "newer",
      by: "version",
    },
    {
      title: "no time and one version",
      before: build(null, "1"),
      after: build(null, "1"),
      outcome: "same",
      by: "version",
    },
    {
      title: "one time and no version",
      before: build("2026-01-01"),
      after: build("2026-01-01"),
      outcome: "same",
      by: "created",
    },
  ])("says $outcome by $by of $title", ({ before, after, outcome, by }) => {
    expect(compareBuilds([before], [after])).toEqual({ outcome, by });
    expect(isOlderBuild([before], [after], unnamed)).toBe(outcome === "older");
  });

  test.each([
    { title: "nothing is known of one", before: [build("2026-01-01", "1")], after: [build(null)] },
    { title: "the versions have no order", before: [build(null, "nightly")], after: [build(null, "44.1")] },
    {
      title: "one time has versions without an order",
      before: [build("2026-01-01", "stable-1")],
      after: [build("2026-01-01", "2")],
    },
    { title: "no architecture is common", before: [build("2026-01-02")], after: [build("2026-01-01", null, "arm64")] },
    { title: "there is no build", before: [], after: [] },
    { title: "a time is wrong", before: [build("2026-13-45")], after: [build("2026-01-01")] },
  ])("cannot tell where $title", ({ before, after }) => {
    expect(compareBuilds(before, after).outcome).toBe("unknown");
    expect(isOlderBuild(before, after, unnamed)).toBeNull();
  });

  test("compares common architectures alone: one that was dropped is not a step back", () => {
    const before = [build("2026-01-02"), build("2026-01-09", null, "arm64")];
    expect(isOlderBuild(before, [build("2026-01-03")], unnamed)).toBe(false);
  });

  test("calls it older where one architecture went back, though another did not", () => {
    const before = [build("2026-01-01", null, "arm64"), build("2026-01-02")];
    const after = [build("2026-01-05", null, "arm64"), build("2026-01-01")];
    expect(compareBuilds(before, after)).toEqual({ outcome: "older", by: "created" });
  });

  test("calls it newer where one architecture was built again and another was kept", () => {
    const before = [build("2026-01-01", null, "arm64"), build("2026-01-01")];
    const after = [build("2026-01-01", null, "arm64"), build("2026-01-02")];
    expect(isOlderBuild(before, after, unnamed)).toBe(false);
  });
});

describe("isOlderBuild", () => {
  const one = [build("2026-01-01", "1")];
  const other = [build("2026-01-01", "stable-1")];
  test.each([
    { title: "one time and version, named before it", before: one, named: { before: 2, after: 1 }, older: true },
    { title: "one time and version, named after it", before: one, named: { before: 1, after: 2 }, older: false },
    { title: "one time and version, new to the tag", before: one, named: { before: 1, after: null }, older: false },
    { title: "one time and version, first named at once", before: one, named: { before: 1, after: 1 }, older: false },
    { title: "versions without an order, named before it", before: other, named: { before: 2, after: 1 }, older: true },
    { title: "versions without an order, named after it", before: other, named: { before: 1, after: 2 }, older: false },
    {
      title: "versions without an order, new to the tag",
      before: other,
      named: { before: 1, after: null },
      older: null,
    },
    { title: "nothing known but its past", before: [], named: { before: 2, after: 1 }, older: true },
    { title: "a past that the other has none of", before: [], named: { before: null, after: 1 }, older: null },
    {
      title: "an earlier time, though named after it",
      before: [build("2026-01-02")],
      named: { before: 1, after: 2 },
      older: true,
    },
    {
      title: "a higher version, though named before it",
      before: [build("2026-01-01", "0")],
      named: { before: 2, after: 1 },
      older: false,
    },
  ])("says $older of a build with $title", ({ before, named, older }) => {
    expect(isOlderBuild(before, one, named)).toBe(older);
  });

  test("never flags a build that was made strictly later, whatever its version and its past", () => {
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
    const version = fc.option(fc.oneof(fc.constantFrom("1", "2.0", "44.20260101", "latest"), fc.string()));
    const named = fc.option(fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(time, time, version, version, named, named, (a, b, oldVersion, newVersion, before, after) => {
        fc.pre(a !== b);
        const at = (ms: number, of: string | null) => [
          { architecture: "amd64", created: new Date(ms).toISOString(), version: of },
        ];
        const [earlier, later] = [at(Math.min(a, b), oldVersion), at(Math.max(a, b), newVersion)];
        expect(isOlderBuild(earlier, later, { before, after })).toBe(false);
        expect(isOlderBuild(later, earlier, { before, after })).toBe(true);
      }),
    );
  });

  test("orders what a tag named as strictly as the times at which it first named it", () => {
    const times = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(times, ([before, after]) => {
        expect(isOlderBuild(one, one, { before, after })).toBe(after < before);
      }),
    );
  });
});

describe("isOlderByProvenance", () => {
  const finished = (firstMs: number, lastMs = firstMs) => ({ firstMs, lastMs });
  const proven = (times: ReturnType<typeof finished> | null, made = build("2026-01-01", "1")) => ({
    ...made,
    finished: times,
  });
  test.each([
    { title: "ended before", before: proven(finished(5)), after: proven(finished(4)), older: true },
    { title: "ended after", before: proven(finished(4)), after: proven(finished(5)), older: false },
    { title: "ended at once", before: proven(finished(4)), after: proven(finished(4)), older: false },
    { title: "of two times, both before", before: proven(finished(5, 9)), after: proven(finished(2, 4)), older: true },
    { title: "of two times, one before", before: proven(finished(3, 9)), after: proven(finished(2, 4)), older: false },
    { title: "without provenance", before: proven(finished(5)), after: proven(null), older: false },
    { title: "after one without provenance", before: proven(null), after: proven(finished(4)), older: false },
    {
      title: "ended before, of a version that has no order",
      before: proven(finished(5), build(null, "nightly")),
      after: proven(finished(4), build(null, "44.1")),
      older: true,
    },
    {
      title: "ended before, with a later time of its own",
      before: proven(finished(5), build("2026-01-01")),
      after: proven(finished(4), build("2026-01-02")),
      older: false,
    },
    {
      title: "ended before, of a higher version",
      before: proven(finished(5), build("2026-01-01", "1")),
      after: proven(finished(4), build("2026-01-01", "2")),
      older: false,
    },
    {
      title: "ended before, for another architecture",
      before: proven(finished(5)),
      after: proven(finished(4), build("2026-01-01", "1", "arm64")),
      older: false,
    },
  ])("says $older of a build that $title", ({ before, after, older }) => {
    expect(isOlderByProvenance([before], [after])).toBe(older);
  });

  test("one architecture that went back is enough", () => {
    const arm = build("2026-01-01", "1", "arm64");
    const before = [proven(finished(4)), proven(finished(8), arm)];
    expect(isOlderByProvenance(before, [proven(finished(5)), proven(finished(7), arm)])).toBe(true);
  });
});

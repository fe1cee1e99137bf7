// Build order: a tag went back only where a time or a version of both builds says so.
import { describe, expect, test } from "vitest";
import { type Build, compareBuilds, isOlderBuild } from "../../../../policies/images/build-order.ts";

const build = (created: string | null, version: string | null = null, architecture = "amd64"): Build => ({
  architecture,
  created: created === null ? null : `${created}T00:00:00Z`,
  version,
});

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
    expect(isOlderBuild([before], [after])).toBe(outcome === "older");
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
    expect(isOlderBuild(before, after)).toBeNull();
  });

  test("compares common architectures alone: one that was dropped is not a step back", () => {
    const before = [build("2026-01-02"), build("2026-01-09", null, "arm64")];
    expect(isOlderBuild(before, [build("2026-01-03")])).toBe(false);
  });

  test("calls it older where one architecture went back, though another did not", () => {
    const before = [build("2026-01-01", null, "arm64"), build("2026-01-02")];
    const after = [build("2026-01-05", null, "arm64"), build("2026-01-01")];
    expect(compareBuilds(before, after)).toEqual({ outcome: "older", by: "created" });
  });

  test("calls it newer where one architecture was built again and another was kept", () => {
    const before = [build("2026-01-01", null, "arm64"), build("2026-01-01")];
    const after = [build("2026-01-01", null, "arm64"), build("2026-01-02")];
    expect(isOlderBuild(before, after)).toBe(false);
  });
});

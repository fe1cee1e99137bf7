// Image versions: ordered where numbers can be compared one by one, unknown everywhere else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareImageVersions } from "../../../../policies/images/image-version.ts";

describe("compareImageVersions", () => {
  test.each([
    ["44.20260821.1", "44.20260821.2"],
    ["44.20260821.9", "44.20260821.10"],
    ["44.20260821", "44.20260821.1"],
    ["44.20260821.3", "44.20260901"],
    ["43.20261101.0", "44.20260101.0"],
    ["stable-44.20260821", "stable-44.20260822"],
    ["stream9.20240807.0", "stream9.20240901.0"],
    ["20231230.1", "20240101"],
    ["v1.9.0", "v1.10.0"],
    ["44-20260821", "44-20260822"],
    ["10.1", "10.2"],
    ["1.2.3-1", "1.2.3-2"],
    ["09", "10"],
    ["99999999999999999998", "99999999999999999999"],
  ])("%s is before %s", (older, newer) => {
    expect(compareImageVersions(older, newer)).toEqual({ outcome: "ordered", order: -1 });
    expect(compareImageVersions(newer, older)).toEqual({ outcome: "ordered", order: 1 });
  });

  test.each([
    ["44", "44"],
    ["nightly", "nightly"],
    ["44.07", "44.7"],
  ])("%s is %s", (a, b) => {
    expect(compareImageVersions(a, b)).toEqual({ outcome: "ordered", order: 0 });
  });

  test.each([
    { title: "one is less exact", a: "44", b: "44.20260821" },
    { title: "a minor release is missing", a: "10", b: "10.1" },
    { title: "the streams differ", a: "stable-44.20260821", b: "testing-44.20260822" },
    { title: "one has a name", a: "44.20260821", b: "stable-44.20260822" },
    { title: "a date stands against a release", a: "20260821", b: "44.20260822" },
    { title: "a commit is in it", a: "44.20260821.a1b2c3", b: "44.20260821.b1b2c3" },
    { title: "it is a word", a: "nightly", b: "weekly" },
    { title: "separators differ", a: "44.20260821", b: "44-20260822" },
    { title: "it is a pre-release", a: "1.2.3", b: "1.2.3-rc1" },
    { title: "it is empty", a: "", b: "1" },
    { title: "it is endless", a: "1".repeat(200), b: "2".repeat(200) },
  ])("cannot tell where $title", ({ a, b }) => {
    expect(compareImageVersions(a, b).outcome).toBe("unknown");
    expect(compareImageVersions(b, a).outcome).toBe("unknown");
  });

  const version = fc.tuple(
    fc.constantFrom("", "stable-", "v"),
    fc.constantFrom("43", "44"),
    fc.constantFrom("", ".20260821", ".20260822", ".3"),
    fc.constantFrom("", ".1", ".10"),
  );

  test("turns round when its two sides are swapped, and is never ordered in a circle", () => {
    const text = version.map((parts) => parts.join(""));
    const order = (a: string, b: string) => {
      const answer = compareImageVersions(a, b);
      return answer.outcome === "ordered" ? answer.order : undefined;
    };
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const ab = order(a, b);
        expect(order(b, a)).toBe(ab === undefined ? undefined : ab === 0 ? 0 : -ab);
        if (ab === -1 && order(b, c) === -1) expect(order(a, c)).not.toBe(1);
      }),
      { numRuns: 500 },
    );
  });
});

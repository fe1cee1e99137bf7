// Timestamps: RFC 3339 to the letter, in and out.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTimestamp, parseTimestamp } from "../../../../policies/images/timestamp.ts";

describe("parseTimestamp", () => {
  test.each([
    ["2026-08-21T04:11:00Z", "2026-08-21T04:11:00Z"],
    ["2026-08-21t04:11:00z", "2026-08-21T04:11:00Z"],
    ["2026-08-21T04:11:00.5+05:30", "2026-08-20T22:41:00.500Z"],
    ["2026-08-21T04:11:00.123456789-01:00", "2026-08-21T05:11:00.123Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
  ])("reads %s", (text, normal) => {
    expect(formatTimestamp(parseTimestamp(text) ?? Number.NaN)).toBe(normal);
  });

  test.each([
    "",
    "2026-08-21",
    "2026-08-21T04:11:00",
    "2026-08-21 04:11:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-08-21T24:00:00Z",
    "2026-08-21T04:60:00Z",
    "2026-08-21T04:11:61Z",
    "2026-08-21T04:11:00+24:00",
    "2026-08-21T04:11:00+01:60",
    "+002026-08-21T04:11:00Z",
    " 2026-08-21T04:11:00Z",
    "1692590000",
    "Fri, 21 Aug 2026 04:11:00 GMT",
  ])("refuses %j", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test("reads back every time that is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        expect(parseTimestamp(formatTimestamp(ms))).toBe(ms);
      }),
    );
  });
});

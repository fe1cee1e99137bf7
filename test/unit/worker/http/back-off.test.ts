// How long to wait before asking again.
import { describe, expect, test } from "vitest";
import { drawBackOff, isBroken, isPassing, parseRetryAfter } from "../../../../worker/http/back-off.ts";

const limits = { backOffMs: 100, backOffMaxMs: 1_000 };

describe("drawBackOff", () => {
  test.each([
    { attempt: 1, bound: 100 },
    { attempt: 2, bound: 200 },
    { attempt: 4, bound: 800 },
    { attempt: 5, bound: 1_000 },
    { attempt: 50, bound: 1_000 },
    { attempt: 2_000, bound: 1_000 },
  ])("attempt $attempt is drawn from 0 to $bound ms", ({ attempt, bound }) => {
    expect(drawBackOff(attempt, limits, () => 0)).toBe(0);
    expect(drawBackOff(attempt, limits, () => 0.5)).toBe(bound / 2);
    expect(drawBackOff(attempt, limits, () => 0.999999)).toBeLessThan(bound);
  });
});

describe("parseRetryAfter", () => {
  const now = Date.UTC(2026, 10, 20, 10, 0, 0);
  test.each([
    ["0", 0],
    ["5", 5_000],
    [" 120 ", 120_000],
    ["Fri, 20 Nov 2026 10:00:30 GMT", 30_000],
    ["Friday, 20-Nov-26 10:00:30 GMT", 30_000],
    ["Fri Nov 20 10:00:30 2026", undefined],
    ["Fri, 20 Nov 2026 09:00:00 GMT", 0],
    ["-5", undefined],
    ["1.5", undefined],
    ["9999999999", undefined],
    ["soon", undefined],
    ["2026-11-20", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j is %s ms", (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});

describe("a status", () => {
  test.each([
    [200, false, false],
    [304, false, false],
    [400, false, false],
    [401, false, false],
    [404, false, false],
    [408, false, false],
    [429, true, false],
    [500, true, true],
    [501, false, false],
    [502, true, true],
    [503, true, true],
    [505, false, false],
    [520, true, true],
  ])("%d may be asked again: %s, and counts against its host: %s", (status, passing, broken) => {
    expect(isPassing(status)).toBe(passing);
    expect(isBroken(status)).toBe(broken);
  });
});

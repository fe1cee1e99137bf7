// Due times: regular looks spread out, and what fails is left alone for longer and longer.
import { describe, expect, test } from "vitest";
import { nextLookAt, retryAt } from "../../../worker/due-times.ts";

const limits = { retryMs: 60_000, retryMaxMs: 1_800_000 };

describe("nextLookAt", () => {
  test.each([
    [0, 901_000],
    [0.5, 856_000],
    [0.999, 811_090],
  ])("with chance %s, fifteen minutes are up at %i", (chance, at) => {
    expect(nextLookAt(1_000, 900_000, () => chance)).toBe(at);
  });
});

describe("retryAt", () => {
  test.each([
    [1, null, 30_000],
    [2, null, 60_000],
    [3, null, 120_000],
    [6, null, 900_000],
    [7, null, 900_000],
    [1_000, null, 900_000],
    [1, 45_000, 45_000],
    [1, 10_000, 30_000],
    // A registry cannot put itself off for ever.
    [1, 86_400_000, 1_800_000],
  ])("after %i failures, with Retry-After %s, not before %i ms", (attempts, retryAfterMs, waitMs) => {
    expect(retryAt(0, attempts, retryAfterMs, limits, () => 0)).toBe(waitMs);
  });

  test("chance lengthens it up to the double", () => {
    expect(retryAt(0, 1, null, limits, () => 0.999999)).toBe(60_000);
  });
});

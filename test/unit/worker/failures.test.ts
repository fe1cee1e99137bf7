// Failures: what people read of an exception, and what counts as an outage.
import { describe, expect, test } from "vitest";
import { failureOf, isRegistryFailure } from "../../../worker/failures.ts";
import { isOutage } from "../../../worker/finish-run.ts";
import { RegistryError } from "../../../worker/registry/registry-error.ts";

describe("failureOf", () => {
  test("keeps a registry's code, reason and patience", () => {
    const error = new RegistryError("rate-limited", "slow down", { retryAfterMs: 5_000 });
    expect(failureOf(error)).toEqual({ code: "rate-limited", reason: "slow down", retryAfterMs: 5_000 });
  });

  test.each([
    [new TypeError("x is not a function"), "Signalbox failed: TypeError: x is not a function"],
    ["a string", "Signalbox failed: a string"],
    [new RegistryError("refused", "a\u001b[31m\nb\u202ec"), "a [31m b c"],
  ])("is fit for a terminal: %#", (error, reason) => {
    expect(failureOf(error).reason).toBe(reason);
  });

  test("cuts what is too long for a line", () => {
    const { reason } = failureOf(new RegistryError("refused", "x".repeat(10_000)));
    expect(reason).toHaveLength(500);
    expect(reason.endsWith("…")).toBe(true);
  });
});

test.each([
  ["unreachable", true],
  ["circuit-open", true],
  ["unauthorized", true],
  ["listing-unsupported", true],
  ["not-found", false],
  ["malformed", false],
  ["internal", false],
])("%s is the registry's failure: %s", (code, expected) => {
  expect(isRegistryFailure(code)).toBe(expected);
});

describe("isOutage", () => {
  test.each([
    ["a listing that failed", { listingCode: "timeout", done: 5, registryFailures: 0 }, true],
    ["every repository failed for reasons of the registry", { listingCode: null, done: 5, registryFailures: 5 }, true],
    ["one did not", { listingCode: null, done: 5, registryFailures: 4 }, false],
    ["there is nothing to look at", { listingCode: null, done: 0, registryFailures: 0 }, false],
  ])("%s", (_, run, expected) => {
    expect(isOutage(run)).toBe(expected);
  });
});

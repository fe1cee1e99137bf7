// How many requests a host may be sent in a time.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bucket, bucketRule, emptyBucket, fullBucket, takeToken } from "../../../../worker/http/token-bucket.ts";

function takeAll(bucket: Bucket, rate: number, times: readonly number[]): { taken: number; bucket: Bucket } {
  let taken = 0;
  let current = bucket;
  for (const at of times) {
    const result = takeToken(current, bucketRule(rate), at);
    current = result.bucket;
    if (result.outcome === "taken") taken += 1;
  }
  return { taken, bucket: current };
}

describe("a token bucket", () => {
  test.each([
    { rate: 4, burst: 4 },
    { rate: 10, burst: 10 },
    { rate: 2.5, burst: 2 },
    { rate: 1, burst: 1 },
    { rate: 0.1, burst: 1 },
  ])("at $rate a second gives $burst at once", ({ rate, burst }) => {
    const { taken } = takeAll(fullBucket(bucketRule(rate), 0), rate, Array(20).fill(0));
    expect(taken).toBe(burst);
  });

  test.each([
    { rate: 4, waitMs: 250 },
    { rate: 10, waitMs: 100 },
    { rate: 0.5, waitMs: 2_000 },
    { rate: 1_000_000, waitMs: 1 },
  ])("that is empty says to wait $waitMs ms at $rate a second", ({ rate, waitMs }) => {
    expect(takeToken(emptyBucket(0), bucketRule(rate), 0)).toMatchObject({ outcome: "wait", waitMs });
  });

  test("after the wait that it named gives one, however often it was asked meanwhile", () => {
    const rule = bucketRule(3);
    let bucket = emptyBucket(0);
    for (let at = 0; at < 330; at += 7) bucket = takeToken(bucket, rule, at).bucket;
    expect(takeToken(bucket, rule, 334).outcome).toBe("taken");
  });

  test("a clock that goes back neither fills nor blocks it", () => {
    const rule = bucketRule(2);
    const late = takeToken(emptyBucket(100_000), rule, 50_000);
    expect(late.outcome).toBe("wait");
    expect(takeToken(late.bucket, rule, 50_500).outcome).toBe("taken");
  });

  test("never lets more than twice its rate through in any second", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 200 }),
        (rate, gaps) => {
          let at = 0;
          let bucket = fullBucket(bucketRule(rate), 0);
          const sent: number[] = [];
          for (const gap of gaps) {
            at += gap;
            const result = takeToken(bucket, bucketRule(rate), at);
            bucket = result.bucket;
            if (result.outcome === "taken") sent.push(at);
          }
          for (const start of sent) {
            expect(sent.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(2 * rate);
          }
        },
      ),
    );
  });
});

// The token bucket: how many requests a host may be sent, as pure state with the time passed in.

/** `burst` is what may go out at once after a pause. */
export type BucketRule = { readonly requestsPerSecond: number; readonly burst: number };

export type Bucket = { readonly tokens: number; readonly atMs: number };

export type Take =
  | { readonly outcome: "taken"; readonly bucket: Bucket }
  | { readonly outcome: "wait"; readonly bucket: Bucket; readonly waitMs: number };

/**
 * The bucket holds one second's worth. In any second then go out at most twice `requestsPerSecond`: a full bucket,
 * and what flows in meanwhile. A rate below one still lets one request go at a time.
 */
export function bucketRule(requestsPerSecond: number): BucketRule {
  return { requestsPerSecond, burst: Math.max(1, Math.floor(requestsPerSecond)) };
}

export function fullBucket(rule: BucketRule, nowMs: number): Bucket {
  return { tokens: rule.burst, atMs: nowMs };
}

/** After a host asked for a pause nothing is saved up, else all that waited would go out at once. */
export function emptyBucket(nowMs: number): Bucket {
  return { tokens: 0, atMs: nowMs };
}

/** Takes one token, or says how long until there is one. A clock that went back adds nothing and takes nothing. */
export function takeToken(bucket: Bucket, rule: BucketRule, nowMs: number): Take {
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  const tokens = Math.min(rule.burst, bucket.tokens + (elapsedMs * rule.requestsPerSecond) / 1000);
  // Sums of fractions fall short of a whole by their last bits.
  if (tokens >= 1 - 1e-9) return { outcome: "taken", bucket: { tokens: Math.max(0, tokens - 1), atMs: nowMs } };
  const waitMs = Math.max(1, Math.ceil(((1 - tokens) * 1000) / rule.requestsPerSecond));
  return { outcome: "wait", bucket: { tokens, atMs: nowMs }, waitMs };
}

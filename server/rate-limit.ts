// The rate limit: how much one client may ask of what no cache can answer.
import { isIPv6 } from "node:net";
import { LRUCache } from "lru-cache";

export type RateLimits = {
  readonly rateMax: number;
  readonly rateWindowMs: number;
  readonly rateClientsMax: number;
};

export type RateState = {
  readonly allowed: boolean;
  /** `RateLimit` and `RateLimit-Policy`, and `Retry-After` where it was refused. */
  readonly headers: Readonly<Record<string, string>>;
};

export type RateLimiter = {
  /** Takes that many from the client's share, or nothing where they are not all there. */
  take(client: string, cost: number): RateState;
};

/** A bucket that fills evenly: `rateMax` tokens in each window, and no more than that at once. */
export function createRateLimiter(limits: RateLimits, now: () => number): RateLimiter {
  const { rateMax, rateWindowMs } = limits;
  const perMs = rateMax / rateWindowMs;
  const buckets = new LRUCache<string, { readonly tokens: number; readonly at: number }>({
    max: limits.rateClientsMax,
  });
  const policy = `"default";q=${rateMax};w=${Math.ceil(rateWindowMs / 1000)}`;

  return {
    take: (client, cost) => {
      const key = networkOf(client);
      const moment = now();
      const known = buckets.get(key);
      const tokens =
        known === undefined ? rateMax : Math.min(rateMax, known.tokens + Math.max(0, moment - known.at) * perMs);
      // What costs more than there ever is can be had by whoever has asked for nothing lately.
      const price = Math.min(cost, rateMax);
      const allowed = tokens >= price;
      const left = allowed ? tokens - price : tokens;
      buckets.set(key, { tokens: left, at: moment });
      const full = Math.ceil((rateMax - left) / perMs / 1000);
      return {
        allowed,
        headers: {
          "RateLimit-Policy": policy,
          RateLimit: `"default";r=${Math.floor(left)};t=${full}`,
          ...(allowed ? {} : { "Retry-After": String(Math.max(1, Math.ceil((price - left) / perMs / 1000))) }),
        },
      };
    },
  };
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  // Without a colon it needs no closer look, which would cost more than all else here.
  if (!address.includes(":") || !isIPv6(address)) return address;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<string>(Math.max(0, zeros)).fill("0"), ...last].slice(0, 4).join(":");
}

/**
 * The client's address: that of the connection, or, where proxies of our own stand in front, the entry of
 * `X-Forwarded-For` that the outermost of them wrote. What stands to the left of it anybody could have written.
 */
export function clientAddress(remoteAddress: string | undefined, forwardedFor: string | null, hops: number): string {
  const direct = remoteAddress ?? "unknown";
  if (hops === 0 || forwardedFor === null) return direct;
  const entries = forwardedFor.split(",").map((entry) => entry.trim());
  return entries.at(-hops) || direct;
}

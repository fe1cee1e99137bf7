// The budget of a host: everything that is sent to it passes here, at its rate, and waits while it asked for a pause.
import { HttpError } from "./http-error.ts";
import { type BucketRule, bucketRule, emptyBucket, fullBucket, takeToken } from "./token-bucket.ts";

type Waiter = { readonly go: () => void; readonly fail: (error: unknown) => void };

export type HostBudget = {
  /** Resolves when the request may go out; those who wait go in order, `first` before `normal`. */
  enter(priority: "first" | "normal", signal: AbortSignal): Promise<void>;
  /** Nothing goes out before then; what is longer than anybody waits is refused at once. */
  pause(ms: number, kind: "wait" | "refuse"): void;
  setRate(requestsPerSecond: number): void;
  /** Fails all who wait. */
  end(error: Error): void;
};

export function createHostBudget(host: string, requestsPerSecond: number, now: () => number): HostBudget {
  let rate = requestsPerSecond;
  let rule: BucketRule = bucketRule(rate);
  let bucket = fullBucket(rule, now());
  let pause: { readonly untilMs: number; readonly kind: "wait" | "refuse" } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const waiting = { first: new Set<Waiter>(), normal: new Set<Waiter>() };

  function pausedMs(nowMs: number): number {
    return pause === undefined ? 0 : Math.max(0, pause.untilMs - nowMs);
  }

  function take(nowMs: number): number {
    const paused = pausedMs(nowMs);
    if (paused > 0) return paused;
    const result = takeToken(bucket, rule, nowMs);
    bucket = result.bucket;
    return result.outcome === "taken" ? 0 : result.waitMs;
  }

  function nextWaiter(): { queue: Set<Waiter>; waiter: Waiter } | undefined {
    for (const queue of [waiting.first, waiting.normal]) {
      for (const waiter of queue) return { queue, waiter };
    }
    return undefined;
  }

  function refuseAll(): void {
    const error = refusal();
    for (const queue of [waiting.first, waiting.normal]) {
      for (const waiter of queue) waiter.fail(error);
      queue.clear();
    }
  }

  function refusal(): HttpError {
    const retryAfterMs = pausedMs(now());
    return new HttpError("rate-limited", `${host} asked for a pause of ${Math.ceil(retryAfterMs / 1000)} s`, {
      retryAfterMs,
    });
  }

  function pump(): void {
    clearTimeout(timer);
    timer = undefined;
    for (let next = nextWaiter(); next !== undefined; next = nextWaiter()) {
      const waitMs = take(now());
      if (waitMs > 0) {
        timer = setTimeout(pump, waitMs);
        return;
      }
      next.queue.delete(next.waiter);
      next.waiter.go();
    }
  }

  return {
    async enter(priority, signal) {
      signal.throwIfAborted();
      const nowMs = now();
      if (pause?.kind === "refuse" && pausedMs(nowMs) > 0) throw refusal();
      if (nextWaiter() === undefined && take(nowMs) === 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter = { go: resolve, fail: reject };
      const queue = waiting[priority];
      queue.add(waiter);
      const abort = () => {
        queue.delete(waiter);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      if (timer === undefined) pump();
      try {
        await promise;
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },

    pause(ms, kind) {
      const nowMs = now();
      if (ms <= pausedMs(nowMs)) return;
      pause = { untilMs: nowMs + ms, kind };
      bucket = emptyBucket(nowMs + ms);
      if (kind === "refuse") refuseAll();
      pump();
    },

    setRate(next) {
      if (next === rate) return;
      rate = next;
      rule = bucketRule(rate);
      pump();
    },

    end(error) {
      clearTimeout(timer);
      timer = undefined;
      for (const queue of [waiting.first, waiting.normal]) {
        for (const waiter of queue) waiter.fail(error);
        queue.clear();
      }
    },
  };
}

// Host answers: finished plans for hosts, under a digest of the question, for minutes and while all they rest on holds.
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Drops } from "../hot/kept.ts";
import type { Held } from "./target-memory.ts";

export type HostAnswer = {
  /** The plan as JSON. */
  readonly body: Buffer<ArrayBuffer>;
  readonly restsOn: readonly Held[];
  /** The next moment at which time alone changes it; null: never. */
  readonly endsAt: number | null;
};

/** The question itself is not kept: hosts that ask it again send it again. */
export type HostAnswers = Drops & {
  get(key: string): Buffer<ArrayBuffer> | undefined;
  put(key: string, answer: HostAnswer): void;
  /** Those whose minutes are over leave the memory, too. */
  forgetOld(): void;
  readonly size: number;
};

export type HostAnswerLimits = { readonly hostAnswerBytes: number; readonly hostAnswerMs: number };

/** What an entry costs beside its bytes: key, what it rests on, bookkeeping. */
const overheadBytes = 600;

type Entry = Omit<HostAnswer, "endsAt"> & { readonly keepUntil: number };

export function createHostAnswers(
  { hostAnswerBytes: maxBytes, hostAnswerMs: keepMs }: HostAnswerLimits,
  now: () => number,
): HostAnswers {
  const cache = new LRUCache<string, Entry>({
    // 0 is a choice too: nothing fits into one byte.
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.ceil(maxBytes / 16)),
    sizeCalculation: ({ body }) => body.byteLength + overheadBytes,
  });

  return {
    get: (key) => {
      const known = cache.get(key);
      if (known === undefined) return undefined;
      if (now() < known.keepUntil && known.restsOn.every((each) => each.holds())) return known.body;
      cache.delete(key);
      return undefined;
    },
    put: (key, { body, restsOn, endsAt }) => {
      const keepUntil = Math.min(now() + keepMs, endsAt ?? Number.POSITIVE_INFINITY);
      cache.set(key, { body, restsOn, keepUntil });
    },
    forgetOld: () => {
      const moment = now();
      for (const [key, { keepUntil }] of cache.entries()) if (keepUntil <= moment) cache.delete(key);
    },
    // What a commit changes does not hold from then on, and is not given.
    drop: () => {},
    dropAll: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
}

/** All that decides the answer, beside the catalog and the time: every byte of the body, and the query. */
export function questionKey(
  body: Uint8Array,
  { verbose, arch }: { readonly verbose?: boolean | undefined; readonly arch?: string | undefined },
): string {
  return `${hash("sha256", body, "base64")} ${verbose === true} ${arch === undefined ? "" : `of ${arch}`}`;
}

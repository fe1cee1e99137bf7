// Kept values: what was made from the database, by a key, bounded in bytes, dropped when what it speaks of changes.
import { LRUCache } from "lru-cache";
import type { Topic } from "./answer.ts";

/** A repository's id, or the digest of an image that nobody had. */
export type Subject = number | string;

/** What a value is made from. */
export type Made = { readonly about: readonly Subject[]; readonly topics: readonly Topic[] };

export type Drops = {
  /** Reads what `drop` will have to know; nothing of it holds before that. */
  prepare?(repositories: ReadonlySet<number>): Promise<void>;
  /** Drops what speaks of one of these or is made from one of these topics. */
  drop(subjects: Iterable<Subject>, topics: readonly Topic[]): void;
  dropAll(): void;
};

export type Kept<Value> = Drops & {
  delete(key: string): void;
  get(key: string): Value | undefined;
  /** A ticket for `put`: taken before the database is read. */
  ticket(): number;
  /**
   * Keeps the value, unless something was dropped since the ticket: it may have been read before that change. Nothing
   * is kept without a ticket.
   */
  put(key: string, value: Value, ticket: number | null): void;
  deleteWhere(isOver: (value: Value) => boolean): void;
  readonly size: number;
  readonly sizeBytes: number;
};

/** What an entry costs beside its bytes: key, header strings, bookkeeping. */
const overheadBytes = 1_000;

export function createKept<Value extends Made>(maxBytes: number, bytesOf: (value: Value) => number): Kept<Value> {
  const bySubject = new Map<Subject, Set<string>>();
  const byTopic: Record<Topic, Set<string>> = { catalog: new Set(), listing: new Set() };
  let drops = 0;

  const cache = new LRUCache<string, Value>({
    // 0 is a choice too: nothing fits into one byte.
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.ceil(maxBytes / 16)),
    sizeCalculation: (value, key) => bytesOf(value) + key.length + overheadBytes,
    dispose: (value, key) => {
      for (const topic of value.topics) byTopic[topic].delete(key);
      for (const subject of value.about) {
        const keys = bySubject.get(subject);
        keys?.delete(key);
        if (keys?.size === 0) bySubject.delete(subject);
      }
    },
  });

  function note(key: string, value: Value): void {
    for (const topic of value.topics) byTopic[topic].add(key);
    for (const subject of value.about) {
      const keys = bySubject.get(subject);
      if (keys === undefined) bySubject.set(subject, new Set([key]));
      else keys.add(key);
    }
  }

  return {
    get: (key) => cache.get(key),
    delete: (key) => void cache.delete(key),
    ticket: () => drops,
    put: (key, value, ticket) => {
      if (ticket !== drops) return;
      cache.set(key, value);
      // After the set, which disposes of what stood there before; not where it was too large to be kept.
      if (cache.peek(key) === value) note(key, value);
    },
    deleteWhere: (isOver) => {
      for (const [key, value] of [...cache.entries()]) if (isOver(value)) cache.delete(key);
    },
    drop: (subjects, topics) => {
      drops++;
      for (const topic of topics) for (const key of [...byTopic[topic]]) cache.delete(key);
      for (const subject of subjects) for (const key of [...(bySubject.get(subject) ?? [])]) cache.delete(key);
    },
    dropAll: () => {
      drops++;
      cache.clear();
    },
    get size() {
      return cache.size;
    },
    get sizeBytes() {
      return cache.calculatedSize;
    },
  };
}

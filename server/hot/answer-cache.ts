// The answer cache: finished answers by their URL, bounded in bytes, dropped when what they speak of changes.
import { LRUCache } from "lru-cache";
import type { Answer, Topic } from "./answer.ts";

export type AnswerCache = {
  get(url: string): Answer | undefined;
  /** A ticket for `put`: taken before the database is read. */
  ticket(): number;
  /** Keeps the answer, unless something was dropped since the ticket: it may have been read before that change. */
  put(url: string, answer: Answer, ticket: number): void;
  /** Drops what speaks of these repositories or is made from one of these topics. */
  drop(repositories: Iterable<number>, topics: readonly Topic[]): void;
  dropAll(): void;
  readonly size: number;
  readonly sizeBytes: number;
};

/** What an entry costs beside its body: key, header strings, bookkeeping. */
const overheadBytes = 1_000;

export function createAnswerCache(maxBytes: number): AnswerCache {
  const byRepository = new Map<number, Set<string>>();
  const byTopic: Record<Topic, Set<string>> = { catalog: new Set(), listing: new Set() };
  let drops = 0;

  const cache = new LRUCache<string, Answer>({
    // 0 is a choice too: nothing fits into one byte.
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.ceil(maxBytes / 16)),
    sizeCalculation: (answer, url) => answer.body.byteLength + url.length + overheadBytes,
    dispose: (answer, url) => {
      for (const topic of answer.topics) byTopic[topic].delete(url);
      for (const id of answer.about) {
        const urls = byRepository.get(id);
        urls?.delete(url);
        if (urls?.size === 0) byRepository.delete(id);
      }
    },
  });

  function note(url: string, answer: Answer): void {
    for (const topic of answer.topics) byTopic[topic].add(url);
    for (const id of answer.about) {
      const urls = byRepository.get(id);
      if (urls === undefined) byRepository.set(id, new Set([url]));
      else urls.add(url);
    }
  }

  return {
    get: (url) => cache.get(url),
    ticket: () => drops,
    put: (url, answer, ticket) => {
      if (ticket !== drops) return;
      cache.set(url, answer);
      // After the set, which disposes of what stood there before; not where the entry was too large to be kept.
      if (cache.peek(url) === answer) note(url, answer);
    },
    drop: (repositories, topics) => {
      drops++;
      for (const topic of topics) for (const url of [...byTopic[topic]]) cache.delete(url);
      for (const id of repositories) for (const url of [...(byRepository.get(id) ?? [])]) cache.delete(url);
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

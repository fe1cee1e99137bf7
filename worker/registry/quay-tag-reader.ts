// Quay's tags: what is alive, and the history since a watermark, page by page.
import { type QuayTag, type QuayTags, readQuayTags } from "./quay-api.ts";
import type { QuayRequests } from "./quay-requests.ts";
import type { ListedTag, TagHistory, TagPeriod } from "./registry.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

/** Quay gives pages of at most 100, whatever is asked for. */
const pageSize = 100;

export type QuayTagReader = {
  /** undefined: there is no such repository, or it is private. */
  listTags(path: string, signal: AbortSignal): Promise<readonly ListedTag[] | undefined>;
  readHistory(path: string, watermark: number | null, signal: AbortSignal): Promise<TagHistory | undefined>;
  /** The row of one tag that is alive, if there is one. */
  findTag(path: string, tag: string, signal: AbortSignal): Promise<QuayTag | "none" | undefined>;
};

type Query = Readonly<Record<string, string>>;

export function createQuayTagReader(host: string, quay: QuayRequests, environment: RegistryEnvironment): QuayTagReader {
  const { limits, now, note } = environment;

  async function readPage(path: string, query: Query, signal: AbortSignal): Promise<QuayTags | undefined> {
    const answer = await quay.askRepository(path, "/tag/", query, signal);
    if (answer === undefined) return undefined;
    const page = readQuayTags(answer.body, `the tags of ${host}/${path}`);
    const example = page.dropped[0];
    if (example !== undefined) {
      const repository = `${host}/${path}`;
      const count = page.dropped.length;
      note?.({ kind: "dropped-names", repository, count, example: JSON.stringify(example).slice(0, 100) });
    }
    return page;
  }

  /** The rows, newest first, until `wants` says that it has enough; how many pages they were. */
  async function readRows(
    path: string,
    query: Query,
    signal: AbortSignal,
    wants: (rows: readonly QuayTag[], hasMore: boolean) => boolean,
  ): Promise<number | undefined> {
    const what = `the tags of ${host}/${path}`;
    for (let page = 1; ; page += 1) {
      const read = await readPage(path, { ...query, limit: `${pageSize}`, page: `${page}` }, signal);
      if (read === undefined) return undefined;
      if (!wants(read.tags, read.hasMore) || !read.hasMore) return page;
      // Each page but the last is full: one that is empty and goes on would do so for ever.
      if (read.tags.length + read.dropped.length === 0) {
        throw new RegistryError("malformed", `${what}: an empty page that goes on`);
      }
      if (page >= limits.pages) throw new RegistryError("too-many", `${what} have more than ${limits.pages} pages`);
    }
  }

  async function listTags(path: string, signal: AbortSignal): Promise<readonly ListedTag[] | undefined> {
    const tags = new Map<string, ListedTag>();
    const take = (rows: readonly QuayTag[]): boolean => {
      for (const row of rows) {
        const known = tags.get(row.name)?.sinceMs ?? -1;
        const sinceMs = row.startS * 1000;
        if (isAlive(row, now()) && sinceMs > known) tags.set(row.name, { name: row.name, digest: row.digest, sinceMs });
      }
      if (tags.size <= limits.tagsPerRepository) return true;
      throw new RegistryError("too-many", `${host}/${path} has more than ${limits.tagsPerRepository} tags`);
    };
    const query = { onlyActiveTags: "true" };
    const pages = await readRows(path, query, signal, take);
    if (pages === undefined) return undefined;
    // Pages are counted by offset. A tag that moved meanwhile went from a page that was still to come to the first.
    if (pages > 1) take((await readPage(path, { ...query, limit: `${pageSize}`, page: "1" }, signal))?.tags ?? []);
    return [...tags.values()];
  }

  async function readHistory(
    path: string,
    watermark: number | null,
    signal: AbortSignal,
  ): Promise<TagHistory | undefined> {
    const periods = new Map<string, TagPeriod>();
    let newestS = watermark;
    const pages = await readRows(path, {}, signal, (rows, hasMore) => {
      for (const row of rows) {
        if (watermark !== null && row.startS < watermark) return false;
        newestS = Math.max(newestS ?? 0, row.startS);
        periods.set(`${row.name} ${row.digest} ${row.startS}`, periodOf(row, now()));
      }
      if (!hasMore || periods.size < limits.historyRows) return true;
      note?.({ kind: "history-cut", repository: `${host}/${path}`, rows: periods.size });
      return false;
    });
    return pages === undefined ? undefined : { periods: [...periods.values()], watermark: newestS };
  }

  return {
    listTags,
    readHistory,

    async findTag(path, tag, signal) {
      const page = await readPage(path, { specificTag: tag, onlyActiveTags: "true", limit: "1" }, signal);
      const row = page?.tags.find((each) => each.name === tag && isAlive(each, now()));
      if (page === undefined || row !== undefined) return row;
      if (page.dropped.length === 0) return "none";
      throw new RegistryError("malformed", `${host}/${path}:${tag}: Quay names no digest`);
    },
  };
}

function isAlive({ endS }: QuayTag, nowMs: number): boolean {
  return endS === undefined || endS * 1000 > nowMs;
}

/** An end in the future is an expiry that was set; until then it is still so. */
function periodOf(row: QuayTag, nowMs: number): TagPeriod {
  const { name, digest, startS, endS } = row;
  const toMs = endS === undefined || isAlive(row, nowMs) ? null : endS * 1000;
  return { tag: name, digest, fromMs: startS * 1000, toMs };
}

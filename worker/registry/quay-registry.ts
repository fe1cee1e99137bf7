// The quay dialect: Quay's REST API tells repositories, tags with digests and tag history; the rest is as in oci.
import type { NetworkRegistry } from "../../policies/documents/registry-document.ts";
import { parseObject } from "./json-body.ts";
import { ociRegistry } from "./oci-registry.ts";
import { isQuayDeleted, type QuayTag, readQuayRepositories, readQuayTags } from "./quay-api.ts";
import { createQuayRequests } from "./quay-requests.ts";
import type { ListedRepository, ListedTag, Registry, TagHistory, TagPeriod } from "./registry.ts";
import { createRegistryClient } from "./registry-client.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

/** Quay gives pages of at most 100, whatever is asked for. */
const pageSize = 100;

export function openQuayRegistry(document: NetworkRegistry, environment: RegistryEnvironment): Registry {
  const { limits, now, note } = environment;
  const client = createRegistryClient(document, environment, { foresee: false });
  const oci = ociRegistry(client, document, environment);
  const quay = createQuayRequests(client, document, environment);
  const { host } = document;

  function noteDropped(repository: string, dropped: readonly string[]): void {
    const example = dropped[0];
    if (example === undefined) return;
    note?.({
      kind: "dropped-names",
      repository,
      count: dropped.length,
      example: JSON.stringify(example).slice(0, 100),
    });
  }

  /**
   * The rows of `/tag/`, page by page, newest first, until `wanted` says that it has enough. Pages are counted by
   * offset, so a push meanwhile shows a row twice. undefined: there is no such repository, or it is private.
   */
  async function readRows(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    wanted: (rows: readonly QuayTag[]) => boolean,
  ): Promise<"read" | undefined> {
    const what = `the tags of ${host}/${path}`;
    for (let page = 1; ; page += 1) {
      const parameters = { ...query, limit: String(pageSize), page: String(page) };
      const answer = await quay.askRepository(path, "/tag/", parameters, signal);
      if (answer === undefined) return undefined;
      const { tags, hasMore, dropped } = readQuayTags(answer.body, what);
      noteDropped(`${host}/${path}`, dropped);
      if (!wanted(tags) || !hasMore) return "read";
      // A full page follows each but the last: one that is empty and goes on would do so for ever.
      if (tags.length + dropped.length === 0)
        throw new RegistryError("malformed", `${what}: an empty page that goes on`);
      if (page >= limits.pages) throw new RegistryError("too-many", `${what} have more than ${limits.pages} pages`);
    }
  }

  async function listTags(path: string, signal: AbortSignal): Promise<readonly ListedTag[] | undefined> {
    const tags = new Map<string, ListedTag>();
    const nowS = now() / 1000;
    const outcome = await readRows(path, { onlyActiveTags: "true" }, signal, (rows) => {
      for (const { name, digest, startS, endS } of rows) {
        if (tags.has(name) || (endS !== undefined && endS <= nowS)) continue;
        tags.set(name, { name, digest, sinceMs: startS * 1000 });
      }
      if (tags.size <= limits.tagsPerRepository) return true;
      throw new RegistryError("too-many", `${host}/${path} has more than ${limits.tagsPerRepository} tags`);
    });
    return outcome && [...tags.values()];
  }

  async function readTagHistory(
    path: string,
    watermark: number | null,
    signal: AbortSignal,
  ): Promise<TagHistory | undefined> {
    const periods = new Map<string, TagPeriod>();
    const nowS = now() / 1000;
    let newestS = watermark;
    const outcome = await readRows(path, {}, signal, (rows) => {
      for (const row of rows) {
        if (watermark !== null && row.startS < watermark) return false;
        newestS = Math.max(newestS ?? 0, row.startS);
        periods.set(`${row.name} ${row.digest} ${row.startS}`, periodOf(row, nowS));
      }
      if (periods.size < limits.historyRows) return true;
      note?.({ kind: "history-cut", repository: `${host}/${path}`, rows: periods.size });
      return false;
    });
    return outcome && { periods: [...periods.values()], watermark: newestS };
  }

  async function listRepositories(namespace: string, signal: AbortSignal): Promise<readonly ListedRepository[]> {
    const what = `the repositories of ${host}/${namespace}`;
    const found = new Map<string, ListedRepository>();
    const seen = new Set<string>();
    const [account = ""] = namespace.split("/");
    let nextPage: string | undefined;
    for (let page = 1; ; page += 1) {
      const parameters = { namespace: account, last_modified: "true", popularity: "true" };
      const answer = await quay.askListing(
        nextPage === undefined ? parameters : { ...parameters, next_page: nextPage },
        signal,
      );
      const read = readQuayRepositories(answer.body, namespace, what);
      noteDropped(`${host}/${namespace}`, read.dropped);
      for (const repository of read.repositories) {
        if (!found.has(repository.path)) found.set(repository.path, repository);
      }
      if (found.size > limits.repositoriesPerNamespace) {
        throw new RegistryError("too-many", `${what} are more than ${limits.repositoriesPerNamespace}`);
      }
      if (read.nextPage === undefined) return [...found.values()];
      // An expired or unknown page token is taken for none, and the first page comes again: the list is not whole.
      if (read.names.every((name) => seen.has(name))) {
        throw new RegistryError("listing-suspect", `${what}: the pages go in a circle`);
      }
      for (const name of read.names) seen.add(name);
      if (page >= limits.pages) throw new RegistryError("too-many", `${what} have more than ${limits.pages} pages`);
      nextPage = read.nextPage;
    }
  }

  return {
    ...oci,
    dialect: "quay",
    listRepositories,

    async findRepository(path, signal) {
      const answer = await quay.askRepository(path, "", { includeTags: "false" }, signal);
      if (answer === undefined) return quay.isOpaque ? oci.findRepository(path, signal) : "absent";
      return isQuayDeleted(parseObject(answer.body, `${host}/${path}`)) ? "absent" : "present";
    },

    async listTags(path, signal) {
      const tags = await listTags(path, signal);
      // What its REST API does not show to a robot account, its registry may.
      return tags === undefined && quay.isOpaque ? oci.listTags(path, signal) : tags;
    },

    readTagHistory,

    /** By the API, because each HEAD of a manifest counts as a pull at Quay. Nothing is asked where the listing says the digest. */
    async lookAtTag(path, tag, known, signal) {
      const parameters = { specificTag: tag, onlyActiveTags: "true", limit: "1" };
      const answer = await quay.askRepository(path, "/tag/", parameters, signal);
      if (answer === undefined) {
        return quay.isOpaque ? oci.lookAtTag(path, tag, known, signal) : { outcome: "absent" };
      }
      const nowS = now() / 1000;
      const what = `the tag ${host}/${path}:${tag}`;
      const { tags, dropped } = readQuayTags(answer.body, what);
      const row = tags.find(({ name, endS }) => name === tag && (endS === undefined || endS > nowS));
      if (row === undefined && dropped.length > 0) throw new RegistryError("malformed", `${what} names no digest`);
      if (row === undefined) return { outcome: "absent" };
      return row.digest === known ? { outcome: "unchanged" } : { outcome: "digest", digest: row.digest };
    },
  };
}

/** An end in the future is an expiry that was set; until then it is still so. */
function periodOf({ name, digest, startS, endS }: QuayTag, nowS: number): TagPeriod {
  return {
    tag: name,
    digest,
    fromMs: startS * 1000,
    toMs: endS === undefined || endS > nowS ? null : endS * 1000,
  };
}

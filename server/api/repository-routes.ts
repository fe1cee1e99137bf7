// Repositories: search with facets, one in detail, its tags, and which digest a tag was from when to when.
import { createRoute, z } from "@hono/zod-openapi";
import { findRepository, type RepositoryRow, repositoriesById } from "../../db/repositories.ts";
import { channelsOf, pageOfHistory, pageOfTags } from "../../db/tags.ts";
import { parseTimestamp } from "../../policies/images/timestamp.ts";
import { architecture } from "../../policies/words/platform.ts";
import { isTag } from "../../policies/words/reference.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";
import { removedProblem } from "../resolve/removed.ts";
import type { UnknownReferences } from "../resolve/unknown-reference.ts";
import { ownFacets, reservedParameters, type Sort, sorts } from "../search/search-query.ts";
import type { Api } from "./api.ts";
import { encodeCursor, linkToNext, readCursor } from "./cursor.ts";
import { refusals, wrongParameters } from "./problem-responses.ts";
import {
  HistoryPage,
  Repository,
  RepositoryItem,
  showChannel,
  showFailure,
  showItem,
  showTag,
  TagPage,
} from "./repository-schemas.ts";
import {
  CursorParameter,
  Flag,
  kindWords,
  Limit,
  levelWords,
  many,
  Next,
  RepositoryName,
  timeOf,
  verdictWords,
} from "./words.ts";

const Facet = z
  .object({
    key: z.string().openapi({ example: "desktop" }),
    options: z.array(z.object({ value: z.string(), count: z.int() })),
  })
  .openapi("Facet", {
    description:
      "How many repositories have each value, whatever is chosen of this facet itself; at most the 250 most frequent.",
  });

export const RepositoryPage = z
  .object({
    items: z.array(RepositoryItem),
    next: Next,
    total: z.int().openapi({ description: "How many repositories were found in all." }),
    facets: z.array(Facet).optional().openapi({ description: "Given with `facets=true`." }),
  })
  .openapi("RepositoryPage");

const Value = z.string().max(200);

const listRepositories = createRoute({
  method: "get",
  path: "/api/v1/repositories",
  operationId: "listRepositories",
  tags: ["repositories"],
  summary: "Search with facets",
  description:
    "All filters are wanted; a filter that stands several times wants any of its values. Any other facet of the catalog is a filter too, by its key.",
  request: {
    query: z
      .object({
        q: z.string().max(200).optional().openapi({
          description: "Words in names, titles and descriptions: all are wanted, the last may be begun.",
          example: "bazzite",
        }),
        kind: many(z.enum(kindWords), "base, edition, spin or remix."),
        registry: many(Value, "Hosts of registries."),
        namespace: many(Value, "Paths up to the last part, as `ublue-os`."),
        project: many(Value, "Ids of projects."),
        level: many(z.enum(levelWords), "Levels of projects."),
        verdict: many(z.enum(verdictWords), "Verdicts of default channels."),
        arch: many(Value, "Architectures; `x86_64` and `aarch64` are read as `amd64` and `arm64`."),
        os: many(Value, "os-release IDs."),
        distribution: many(Value, "os-release IDs of the families they belong to."),
        official: many(z.enum(["true", "false"]), "Made by the distribution itself."),
        desktop: many(Value, "Desktops."),
        hardware: many(Value, "Hardware they are made for."),
        stream: many(Value, "Streams."),
        use: many(Value, "workstation, gaming, container-host, iot, edge or develop."),
        facets: Flag.optional().openapi({ description: "Whether facets are counted.", example: "true" }),
        sort: z.enum(sorts).optional().openapi({
          description:
            "`-` reverses. Default: `relevance` (the best first) with `q`, else `name`. What is not known stands last.",
          example: "name",
        }),
        cursor: CursorParameter,
        limit: Limit,
      })
      .catchall(z.union([Value, z.array(Value).max(50)])),
  },
  responses: {
    200: {
      description: "A page",
      headers: { Link: { description: '`rel="next"`: the next page.', schema: { type: "string" } } },
      content: { "application/json": { schema: RepositoryPage } },
    },
    ...refusals("invalid-parameter", "invalid-cursor", "not-ready"),
  },
});

const getRepository = createRoute({
  method: "get",
  path: "/api/v1/repository",
  operationId: "getRepository",
  tags: ["repositories"],
  summary: "One repository with its channels",
  request: { query: z.strictObject({ name: RepositoryName }) },
  responses: {
    200: { description: "The repository", content: { "application/json": { schema: Repository } } },
    ...refusals("invalid-parameter", "unknown-reference", "removed", "not-ready"),
  },
});

const listTags = createRoute({
  method: "get",
  path: "/api/v1/repository/tags",
  operationId: "listTags",
  tags: ["repositories"],
  summary: "The tags of a repository, by name",
  request: {
    query: z.strictObject({
      name: RepositoryName,
      prefix: z
        .string()
        .refine((prefix) => prefix === "" || isTag(prefix), "the beginning of a tag")
        .optional()
        .openapi({ description: "Tags that begin so.", example: "44" }),
      artefacts: Flag.optional().openapi({
        description: "Whether tags that carry signatures, attestations and the like are listed.",
        example: "false",
      }),
      cursor: CursorParameter,
      limit: Limit,
    }),
  },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: TagPage } } },
    ...refusals("invalid-parameter", "invalid-cursor", "unknown-reference", "removed", "not-ready"),
  },
});

const listTagHistory = createRoute({
  method: "get",
  path: "/api/v1/repository/tags/history",
  operationId: "listTagHistory",
  tags: ["repositories"],
  summary: "Which digest a tag was, from when to when",
  description: "The newest first. What was removed keeps its history.",
  request: {
    query: z.strictObject({
      name: RepositoryName,
      tag: z
        .string()
        .refine(isTag, "a tag")
        .optional()
        .openapi({ description: "Without it: all tags.", example: "stable" }),
      at: z
        .string()
        .refine((text) => parseTimestamp(text) !== undefined, "an RFC 3339 time, such as 2026-11-20T10:00:00Z")
        .optional()
        .openapi({
          format: "date-time",
          description: "Only what was so at this moment.",
          example: "2026-11-20T10:00:00Z",
        }),
      cursor: CursorParameter,
      limit: Limit,
    }),
  },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: HistoryPage } } },
    ...refusals("invalid-parameter", "invalid-cursor", "unknown-reference", "not-ready"),
  },
});

const SearchCursor = z.tuple([z.enum(sorts), z.int().min(0).max(255), z.number().nullable(), z.string().max(512)]);
const TagCursor = z.tuple([z.string().max(128)]);
const HistoryCursor = z.tuple([z.int(), z.int()]);

const channelsMax = 1_000;
const notFilters: ReadonlySet<string> = new Set(reservedParameters);
/** Facets that the documents are expected to use: asking for one that nothing has finds nothing, and is no mistake. */
const usualFacets: ReadonlySet<string> = new Set([...ownFacets, "desktop", "hardware", "stream", "use"]);

export function addRepositoryRoutes({ app, store, reads, now }: Api, unknown: UnknownReferences): void {
  app.openapi(listRepositories, (c) => {
    const query = c.req.valid("query");
    return reads.through(c, RepositoryPage, async (loaded) => {
      const sort: Sort = query.sort ?? (query.q === undefined ? "name" : "relevance");
      const filters = filtersOf(query, loaded);
      if (!(filters instanceof Map)) return { outcome: "refused", problem: filters };
      const read = readCursor(query.cursor, SearchCursor);
      if (read.outcome === "refused") return read;
      if (read.place !== null && read.place[0] !== sort) {
        return { outcome: "refused", problem: { name: "invalid-cursor", detail: "the cursor is of another order" } };
      }
      const after = read.place === null ? null : { score: read.place[1], key: read.place[2], name: read.place[3] };
      const found = loaded.search.search({
        text: query.q ?? "",
        filters,
        sort,
        after,
        limit: query.limit,
        withFacets: query.facets ?? false,
      });
      const rows = new Map((await repositoriesById(store, found.ids)).map((row) => [row.id, row]));
      const next = found.next === null ? null : encodeCursor([sort, found.next.score, found.next.key, found.next.name]);
      return {
        outcome: "body",
        body: {
          // The row is newer than the index: what has gone or become private since is left out.
          items: found.ids.flatMap((id) => {
            const row = rows.get(id);
            return row !== undefined && isVisible(row) && row.state === "listed" ? [showItem(row)] : [];
          }),
          next,
          total: found.total,
          ...(found.facets === null ? {} : { facets: found.facets }),
        },
        about: found.ids,
        topics: ["listing"],
        headers: linkToNext(c, next),
      };
    });
  });

  app.openapi(getRepository, (c) => {
    const { name } = c.req.valid("query");
    return reads.through(c, Repository, async (loaded) => {
      const found = await visibleRepository(loaded, name, false);
      if (found.outcome === "refused") return found;
      const { row } = found;
      const channels = await channelsOf(store, row.id, channelsMax);
      const { deprecatedOn, successor } = loaded.policies.index.standingOf(name);
      const deprecation = deprecatedOn === null ? null : Date.parse(deprecatedOn);
      return {
        outcome: "body",
        body: {
          ...showItem(row),
          state: row.state === "expected" ? ("expected" as const) : ("listed" as const),
          source: row.sourceId,
          addedAt: timeOf(row.addedAt),
          failure: showFailure(row.failureCode, row.failureReason),
          lifecycle: { deprecatedOn, deprecated: deprecation !== null && now() >= deprecation, successor },
          channels: channels.map(showChannel),
        },
        about: [row.id],
        endsAt: deprecation !== null && deprecation > now() ? deprecation : null,
      };
    });
  });

  app.openapi(listTags, (c) => {
    const { name, prefix, artefacts, cursor, limit } = c.req.valid("query");
    return reads.through(c, TagPage, async (loaded) => {
      const read = readCursor(cursor, TagCursor);
      if (read.outcome === "refused") return read;
      const found = await visibleRepository(loaded, name, false);
      if (found.outcome === "refused") return found;
      const rows = await pageOfTags(store, {
        repositoryId: found.row.id,
        prefix: prefix ?? "",
        artefacts: artefacts ?? false,
        after: read.place?.[0] ?? null,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? encodeCursor([last.name]) : null;
      return {
        outcome: "body",
        body: { items: page.map(showTag), next },
        about: [found.row.id],
        headers: linkToNext(c, next),
      };
    });
  });

  app.openapi(listTagHistory, (c) => {
    const { name, tag, at, cursor, limit } = c.req.valid("query");
    return reads.through(c, HistoryPage, async (loaded) => {
      const read = readCursor(cursor, HistoryCursor);
      if (read.outcome === "refused") return read;
      const found = await visibleRepository(loaded, name, true);
      if (found.outcome === "refused") return found;
      const rows = await pageOfHistory(store, {
        repositoryId: found.row.id,
        tag: tag ?? null,
        at: at === undefined ? null : (parseTimestamp(at) ?? null),
        after: read.place === null ? null : { from: read.place[0], id: read.place[1] },
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? encodeCursor([last.from, last.id]) : null;
      const items = page.map((row) => ({
        tag: row.tag,
        digest: row.digest,
        from: timeOf(row.from) ?? "",
        to: timeOf(row.to),
      }));
      return { outcome: "body", body: { items, next }, about: [found.row.id], headers: linkToNext(c, next) };
    });
  });

  async function visibleRepository(
    loaded: LoadedCatalog,
    name: string,
    alsoRemoved: boolean,
  ): Promise<
    | { readonly outcome: "found"; readonly row: RepositoryRow }
    | { readonly outcome: "refused"; readonly problem: Problem }
  > {
    const row = await findRepository(store, name);
    if (row === undefined || !isVisible(row)) {
      return { outcome: "refused", problem: unknown.problemForRepository(loaded, name) };
    }
    if (row.state === "removed" && !alsoRemoved) {
      const { successor } = loaded.policies.index.standingOf(name);
      return { outcome: "refused", problem: removedProblem(name, row.removedAt, row.defaultDigest, successor) };
    }
    return { outcome: "found", row };
  }
}

/** What is private or no longer declared does not exist for strangers. */
function isVisible(row: RepositoryRow): boolean {
  return row.active && !row.private;
}

/** The filters of a query, or what is wrong with it: a parameter that is neither one of ours nor a facet. */
function filtersOf(
  query: Readonly<Record<string, unknown>>,
  loaded: LoadedCatalog,
): Map<string, readonly string[]> | Problem {
  const filters = new Map<string, readonly string[]>();
  const strange: string[] = [];
  for (const [name, given] of Object.entries(query)) {
    if (notFilters.has(name) || given === undefined) continue;
    if (!usualFacets.has(name) && !isFacet(loaded, name)) {
      strange.push(name);
      continue;
    }
    const values = [given].flat().filter((value) => typeof value === "string");
    filters.set(name, name === "arch" ? values.map(architecture) : values);
  }
  if (strange.length === 0) return filters;
  return wrongParameters([{ code: "unrecognized_keys", path: [], message: "", keys: strange }]);
}

/** A facet that the documents declare is one, also where no repository has it yet. */
function isFacet({ search, policies }: LoadedCatalog, name: string): boolean {
  if (search.hasFacet(name)) return true;
  return policies.index.set.sources.some(
    (source) =>
      Object.hasOwn(source.facets, name) || source.facetPatterns.some((pattern) => Object.hasOwn(pattern.set, name)),
  );
}

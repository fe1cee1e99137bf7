// The list of repositories: search with words, facets and counts, in any order, page by page.
import { createRoute, z } from "@hono/zod-openapi";
import { repositoriesById } from "../../db/repositories.ts";
import { ownFacets, reservedParameters } from "../../policies/words/listing-words.ts";
import { architecture } from "../../policies/words/platform.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";
import type { SearchIndex } from "../search/search-index.ts";
import { type Sort, sorts } from "../search/search-query.ts";
import type { Api } from "./api.ts";
import { encodeCursor, linkToNext, readCursor } from "./cursor.ts";
import { refusals, wrongParameters } from "./problem-responses.ts";
import { isVisible, RepositoryItem, showItem } from "./repository-schemas.ts";
import { CursorParameter, Flag, kindWords, Limit, levelWords, many, Next, verdictWords } from "./words.ts";

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

const SearchCursor = z.tuple([z.enum(sorts), z.int().min(0).max(255), z.number().nullable(), z.string().max(512)]);

const notFilters: ReadonlySet<string> = new Set(reservedParameters);
/** Facets that the documents are expected to use: asking for one that nothing has finds nothing, and is no mistake. */
const usualFacets: ReadonlySet<string> = new Set([...ownFacets, "desktop", "hardware", "stream", "use"]);

export function addRepositoryListRoute({ app, store, reads }: Api): void {
  app.openapi(listRepositories, (c) => {
    const query = c.req.valid("query");
    return reads.through(c, RepositoryPage, async (loaded) => {
      const sort: Sort = query.sort ?? (query.q === undefined ? "name" : "relevance");
      const search = await loaded.search();
      const filters = filtersOf(query, search, loaded);
      if (!(filters instanceof Map)) return { outcome: "refused", problem: filters };
      const read = readCursor(query.cursor, SearchCursor);
      if (read.outcome === "refused") return read;
      if (read.place !== null && read.place[0] !== sort) {
        return { outcome: "refused", problem: { name: "invalid-cursor", detail: "the cursor is of another order" } };
      }
      const after = read.place === null ? null : { score: read.place[1], key: read.place[2], name: read.place[3] };
      const found = search.search({
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
}

/** The filters of a query, or what is wrong with it: a parameter that is neither one of ours nor a facet. */
function filtersOf(
  query: Readonly<Record<string, unknown>>,
  search: SearchIndex,
  { policies }: LoadedCatalog,
): Map<string, readonly string[]> | Problem {
  const filters = new Map<string, readonly string[]>();
  const strange: string[] = [];
  for (const [name, given] of Object.entries(query)) {
    if (notFilters.has(name) || given === undefined) continue;
    if (!usualFacets.has(name) && !search.hasFacet(name) && !isDeclaredFacet(policies, name)) {
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
function isDeclaredFacet(policies: LoadedCatalog["policies"], name: string): boolean {
  return policies.index.set.sources.some(
    (source) =>
      Object.hasOwn(source.facets, name) || source.facetPatterns.some((pattern) => Object.hasOwn(pattern.set, name)),
  );
}

// One repository: in detail, its tags, and which digest a tag was from when to when.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { findRepository, type RepositoryRow } from "../../db/repositories.ts";
import { channelsOf, pageOfHistory, pageOfTags } from "../../db/tags.ts";
import { parseTimestamp } from "../../policies/images/timestamp.ts";
import { isTag } from "../../policies/words/reference.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";
import { removedProblem } from "../resolve/removed.ts";
import type { UnknownReferences } from "../resolve/unknown-reference.ts";
import { type Api, takeShare } from "./api.ts";
import { encodeCursor, linkToNext, readCursor } from "./cursor.ts";
import { refusals } from "./problem-responses.ts";
import {
  HistoryPage,
  isVisible,
  Repository,
  showChannel,
  showFailure,
  showItem,
  showTag,
  TagPage,
} from "./repository-schemas.ts";
import { CursorParameter, Flag, Limit, RepositoryName, timeOf } from "./words.ts";

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

const TagCursor = z.tuple([z.string().max(128)]);
const HistoryCursor = z.tuple([z.int(), z.int()]);

const channelsMax = 1_000;
export function addRepositoryRoutes(api: Api, unknown: UnknownReferences): void {
  const { app, store, reads, now } = api;

  app.openapi(getRepository, (c) => {
    const { name } = c.req.valid("query");
    return reads.through(c, Repository, async (loaded) => {
      const found = await visibleRepository(c, loaded, name, false);
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
          channels: channels.map((channel) => showChannel(channel, row)),
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
      const found = await visibleRepository(c, loaded, name, false);
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
        body: { items: page.map((tag) => showTag(tag, found.row)), next },
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
      const found = await visibleRepository(c, loaded, name, true);
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
    c: Context,
    loaded: LoadedCatalog,
    name: string,
    alsoRemoved: boolean,
  ): Promise<
    | { readonly outcome: "found"; readonly row: RepositoryRow }
    | { readonly outcome: "refused"; readonly problem: Problem }
  > {
    const row = await findRepository(store, name);
    if (row === undefined || !isVisible(row)) {
      return {
        outcome: "refused",
        problem: await unknown.problemForRepository(loaded, name, () => takeShare(api, c, 1).allowed),
      };
    }
    if (row.state === "removed" && !alsoRemoved) {
      const { successor } = loaded.policies.index.standingOf(name);
      return { outcome: "refused", problem: removedProblem(name, row.removedAt, row.defaultDigest, successor) };
    }
    return { outcome: "found", row };
  }
}

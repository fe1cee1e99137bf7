// Sources: how fresh the catalog is: registries, sources, their runs and each item that failed.
import { createRoute, z } from "@hono/zod-openapi";
import {
  findRun,
  listedBySource,
  pageOfFailures,
  pageOfRuns,
  publicRegistries,
  publicSources,
} from "../../db/source-reports.ts";
import type { Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { encodeCursor, linkToNext, readCursor } from "./cursor.ts";
import { refusals } from "./problem-responses.ts";
import {
  RegistryList,
  RunDetail,
  RunPage,
  Source,
  SourceList,
  showFailedItem,
  showRegistry,
  showRun,
  showSource,
} from "./source-schemas.ts";
import { CursorParameter, Limit } from "./words.ts";

const noQuery = z.strictObject({});
const pageQuery = z.strictObject({ cursor: CursorParameter, limit: Limit });
const SourceId = z
  .string()
  .max(100)
  .openapi({ param: { name: "id", in: "path" }, example: "ublue" });
const tags = ["sources"];

const listRegistries = createRoute({
  method: "get",
  path: "/api/v1/registries",
  operationId: "listRegistries",
  tags,
  summary: "The declared registries and how they are",
  request: { query: noQuery },
  responses: {
    200: { description: "All of them", content: { "application/json": { schema: RegistryList } } },
    ...refusals("invalid-parameter", "not-ready"),
  },
});
const listSources = createRoute({
  method: "get",
  path: "/api/v1/sources",
  operationId: "listSources",
  tags,
  summary: "The declared sources and how fresh they are",
  request: { query: noQuery },
  responses: {
    200: { description: "All of them", content: { "application/json": { schema: SourceList } } },
    ...refusals("invalid-parameter", "not-ready"),
  },
});
const getSource = createRoute({
  method: "get",
  path: "/api/v1/sources/{id}",
  operationId: "getSource",
  tags,
  summary: "One source",
  request: { params: z.object({ id: SourceId }), query: noQuery },
  responses: {
    200: { description: "The source", content: { "application/json": { schema: Source } } },
    ...refusals("invalid-parameter", "not-found", "not-ready"),
  },
});
const listRuns = createRoute({
  method: "get",
  path: "/api/v1/sources/{id}/runs",
  operationId: "listRuns",
  tags,
  summary: "The runs of a source, the newest first",
  request: { params: z.object({ id: SourceId }), query: pageQuery },
  responses: {
    200: { description: "A page", content: { "application/json": { schema: RunPage } } },
    ...refusals("invalid-parameter", "invalid-cursor", "not-found", "not-ready"),
  },
});
const getRun = createRoute({
  method: "get",
  path: "/api/v1/sources/{id}/runs/{run}",
  operationId: "getRun",
  tags,
  summary: "One run, with what failed in it",
  request: {
    params: z.object({
      id: SourceId,
      run: z
        .string()
        .regex(/^[0-9]{1,15}$/, "the id of a run")
        .openapi({ param: { name: "run", in: "path" }, example: "17" }),
    }),
    query: pageQuery,
  },
  responses: {
    200: { description: "The run", content: { "application/json": { schema: RunDetail } } },
    ...refusals("invalid-parameter", "invalid-cursor", "not-found", "not-ready"),
  },
});

const IdCursor = z.tuple([z.int().min(0)]);

export function addSourceRoutes({ app, store, reads }: Api): void {
  app.openapi(listRegistries, (c) =>
    reads.through(c, RegistryList, async ({ policies }) => {
      const rows = await publicRegistries(store);
      const items = rows.map((row) => showRegistry(row, policies.index.set));
      return { outcome: "body", body: { items, next: null }, topics: ["catalog"] };
    }),
  );

  app.openapi(listSources, (c) =>
    reads.through(c, SourceList, async ({ policies }) => {
      const listed = await listedBySource(store);
      const rows = await publicSources(store);
      const items = rows.flatMap((row) => showSource(row, policies.index.set, listed.get(row.id) ?? 0));
      return { outcome: "body", body: { items, next: null }, topics: ["catalog"] };
    }),
  );

  app.openapi(getSource, (c) => {
    const { id } = c.req.valid("param");
    return reads.through(c, Source, async ({ policies }) => {
      const [row] = await publicSources(store, id);
      const listed = await listedBySource(store);
      const [item] = row === undefined ? [] : showSource(row, policies.index.set, listed.get(id) ?? 0);
      if (item === undefined) return absent(`no source ${id} is declared`);
      return { outcome: "body", body: item, topics: ["catalog"] };
    });
  });

  app.openapi(listRuns, (c) => {
    const { id } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    return reads.through(c, RunPage, async () => {
      const read = readCursor(cursor, IdCursor);
      if (read.outcome === "refused") return read;
      const [source] = await publicSources(store, id);
      if (source === undefined) return absent(`no source ${id} is declared`);
      const rows = await pageOfRuns(store, id, read.place?.[0] ?? null, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
      const items = page.map((run) => showRun(run, id));
      return { outcome: "body", body: { items, next }, topics: ["catalog"], headers: linkToNext(c, next) };
    });
  });

  app.openapi(getRun, (c) => {
    const { id, run: runId } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    return reads.through(c, RunDetail, async () => {
      const read = readCursor(cursor, IdCursor);
      if (read.outcome === "refused") return read;
      const [source] = await publicSources(store, id);
      const run = source === undefined ? undefined : await findRun(store, id, Number(runId));
      if (run === undefined) return absent(`source ${id} has no run ${runId}`);
      const rows = await pageOfFailures(store, run.id, read.place?.[0] ?? 0, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
      const failures = page.map(showFailedItem);
      return {
        outcome: "body",
        body: { ...showRun(run, id), failures, next },
        topics: ["catalog"],
        headers: linkToNext(c, next),
      };
    });
  });
}

function absent(detail: string): { readonly outcome: "refused"; readonly problem: Problem } {
  return { outcome: "refused", problem: { name: "not-found", detail } };
}

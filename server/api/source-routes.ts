// Sources: how fresh the catalog is: registries, sources, their runs and each item that failed.
import { createRoute, z } from "@hono/zod-openapi";
import {
  findRun,
  listedBySource,
  pageOfFailures,
  pageOfRuns,
  publicRegistries,
  publicSources,
  type RegistryReport,
  type RunReport,
  type SourceReport,
} from "../../db/source-reports.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { Shown } from "../hot/read-through.ts";
import type { Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { encodeCursor, linkToNext, readCursor } from "./cursor.ts";
import { refusals } from "./problem-responses.ts";
import { showFailure } from "./repository-schemas.ts";
import { CursorParameter, Failure, Kind, Limit, Next, Time, timeOf, Unknown } from "./words.ts";

const health = {
  lookedAt: Time.nullable().openapi({ description: "The last look, whatever came of it." }),
  observedAt: Time.nullable().openapi({ description: "The last look that was complete." }),
  staleSince: Time.nullable().openapi({ description: "The first failed look since then; null while looks succeed." }),
  failure: Failure.nullable().openapi({ description: "Why looks fail; null while they succeed." }),
  unknown: Unknown.optional(),
};

const Registry = z
  .object({
    host: z.string().openapi({ example: "quay.io" }),
    dialect: z.string().openapi({ description: "oci, quay or layout.", example: "quay" }),
    mirrorOf: z.string().nullable().openapi({ description: "Null: it is no mirror." }),
    requestsPerSecond: z.number().openapi({ description: "The budget of all that is asked of it." }),
    capabilities: z
      .record(z.string(), z.unknown())
      .openapi({ description: "What it was seen to be able to do.", example: { referrers: "api" } }),
    ...health,
  })
  .openapi("Registry");

const Run = z
  .object({
    id: z.string().openapi({ example: "17" }),
    source: z.string().openapi({ example: "ublue" }),
    trigger: z.string().openapi({ description: "Why it ran.", example: "due" }),
    startedAt: Time,
    endedAt: Time.nullable().openapi({ description: "Null: it is under way." }),
    repositories: z.int().openapi({ description: "How many it has to look at." }),
    done: z.int().openapi({ description: "How many of these were looked at." }),
    images: z.int().openapi({ description: "Images that were found new." }),
    tagsMoved: z.int(),
    failed: z.int().openapi({ description: "How many items failed." }),
  })
  .openapi("Run");

const FailedItem = z
  .object({
    repository: z.string().nullable().openapi({ description: "Null: the source as a whole." }),
    tag: z.string().nullable().openapi({ description: "Null: the repository as a whole." }),
    stage: z.string().openapi({ example: "tags" }),
    code: z.string().openapi({ example: "unreachable" }),
    reason: z.string(),
    at: Time,
  })
  .openapi("FailedItem");

export const Source = z
  .object({
    id: z.string().openapi({ example: "ublue" }),
    registry: z.string().openapi({ example: "ghcr.io" }),
    namespace: z.string().nullable().openapi({ description: "Null: it names its repositories." }),
    repositories: z.array(z.string()).nullable().openapi({ description: "Those it names; null: all of a namespace." }),
    kind: Kind,
    official: z.boolean(),
    distribution: z.string().nullable().openapi({ description: "Null: none is declared." }),
    project: z.string().nullable().openapi({ description: "Null: none is declared." }),
    confirmed: z.boolean(),
    listed: z.int().openapi({ description: "Repositories of it that are there." }),
    listedAt: Time.nullable().openapi({ description: "The first complete listing." }),
    dueAt: Time.nullable().openapi({ description: "When it is looked at next." }),
    ...health,
    run: Run.nullable().openapi({ description: "The run under way, else the last; null: it never ran." }),
  })
  .openapi("Source");

export const RegistryList = z.object({ items: z.array(Registry), next: Next }).openapi("RegistryList");
export const SourceList = z.object({ items: z.array(Source), next: Next }).openapi("SourceList");
export const RunPage = z.object({ items: z.array(Run), next: Next }).openapi("RunPage");
export const RunDetail = Run.extend({
  failures: z.array(FailedItem).openapi({ description: "A page of what failed, in the order in which it was noted." }),
  next: Next,
}).openapi("RunDetail");

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
      const failures = page.map(({ id: _, at, ...failure }) => ({ ...failure, at: timeOf(at) ?? "" }));
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

function showHealth(row: RegistryReport | SourceReport) {
  return {
    lookedAt: timeOf(row.lookedAt),
    observedAt: timeOf(row.observedAt),
    staleSince: timeOf(row.failingSince),
    failure: showFailure(row.failureCode, row.failureReason),
  };
}

const never = { lookedAt: "it was not looked at yet", observedAt: "no look at it was complete yet" };

function showRegistry(row: RegistryReport, set: PolicySet): Shown<typeof Registry> {
  const document = set.registries.find(({ host }) => host === row.host);
  return withUnknown(
    {
      host: row.host,
      dialect: row.dialect,
      mirrorOf: document?.mirrorOf ?? null,
      requestsPerSecond: document?.requestsPerSecond ?? 0,
      capabilities: isObject(row.capabilities) ? row.capabilities : {},
      ...showHealth(row),
    },
    never,
  );
}

/** Nothing of a source whose document is not in force any more. */
function showSource(row: SourceReport, set: PolicySet, listed: number): Shown<typeof Source>[] {
  const document = set.sources.find(({ id }) => id === row.id);
  if (document === undefined) return [];
  return [
    withUnknown(
      {
        id: row.id,
        registry: row.registry,
        namespace: row.namespace,
        repositories: document.repositories ?? null,
        kind: document.kind,
        official: document.official,
        distribution: document.distribution ?? null,
        project: document.project ?? null,
        confirmed: document.confirmed,
        listed,
        listedAt: timeOf(row.listedAt),
        dueAt: timeOf(row.dueAt),
        ...showHealth(row),
        run: row.run === null ? null : showRun(row.run, row.id),
      },
      { ...never, listedAt: "no listing of it was complete yet", dueAt: "no worker has planned it" },
    ),
  ];
}

function showRun(run: RunReport, source: string): Shown<typeof Run> {
  const { id, trigger, startedAt, endedAt, failures, ...counts } = run;
  return {
    id: String(id),
    source,
    trigger,
    startedAt: timeOf(startedAt) ?? "",
    endedAt: timeOf(endedAt),
    ...counts,
    failed: failures,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

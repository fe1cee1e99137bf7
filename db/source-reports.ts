// Source reports: how fresh the catalog is: registries, sources, their runs and what failed in them.
import { and, asc, count, desc, eq, gt, lt } from "drizzle-orm";
import type { Store } from "./store.ts";

export type RegistryReport = Awaited<ReturnType<typeof publicRegistries>>[number];
export type SourceReport = Awaited<ReturnType<typeof publicSources>>[number];
export type RunReport = Awaited<ReturnType<typeof pageOfRuns>>[number];
export type FailureReport = Awaited<ReturnType<typeof pageOfFailures>>[number];

const health = <T extends Store["t"]["registries"] | Store["t"]["sources"]>(t: T) => ({
  lookedAt: t.lookedAt,
  observedAt: t.observedAt,
  failingSince: t.failingSince,
  failureCode: t.failureCode,
  failureReason: t.failureReason,
});

/** The declared public registries, by host. */
export async function publicRegistries({ db, t }: Store) {
  const { registries } = t;
  return db
    .select({
      host: registries.host,
      dialect: registries.dialect,
      capabilities: registries.capabilities,
      ...health(registries),
    })
    .from(registries)
    .where(and(eq(registries.active, true), eq(registries.private, false)))
    .orderBy(asc(registries.host));
}

/** The declared public sources, by id, or the one of this id. */
export async function publicSources({ db, t }: Store, id?: string) {
  const { sources, runs } = t;
  return db
    .select({
      id: sources.id,
      registry: sources.registry,
      namespace: sources.namespace,
      dueAt: sources.dueAt,
      listedAt: sources.listedAt,
      ...health(sources),
      run: runColumns(runs),
    })
    .from(sources)
    .leftJoin(runs, eq(runs.id, sources.runId))
    .where(and(eq(sources.active, true), eq(sources.private, false), id === undefined ? undefined : eq(sources.id, id)))
    .orderBy(asc(sources.id));
}

/** Public repositories that are there, by their source. */
export async function listedBySource({ db, t }: Store): Promise<ReadonlyMap<string, number>> {
  const { repositories } = t;
  const rows = await db
    .select({ sourceId: repositories.sourceId, listed: count() })
    .from(repositories)
    .where(and(eq(repositories.state, "listed"), eq(repositories.active, true), eq(repositories.private, false)))
    .groupBy(repositories.sourceId);
  return new Map(rows.map((row) => [row.sourceId, Number(row.listed)]));
}

/** The runs of a source, the newest first, from below the id `before`. */
export async function pageOfRuns({ db, t }: Store, sourceId: string, before: number | null, limit: number) {
  const { runs } = t;
  return db
    .select(runColumns(runs))
    .from(runs)
    .where(and(eq(runs.sourceId, sourceId), before === null ? undefined : lt(runs.id, before)))
    .orderBy(desc(runs.id))
    .limit(limit);
}

export async function findRun({ db, t }: Store, sourceId: string, id: number): Promise<RunReport | undefined> {
  const { runs } = t;
  const [row] = await db
    .select(runColumns(runs))
    .from(runs)
    .where(and(eq(runs.sourceId, sourceId), eq(runs.id, id)));
  return row;
}

/** What failed in a run, in the order in which it was noted, from above the id `after`. */
export async function pageOfFailures({ db, t }: Store, runId: number, after: number, limit: number) {
  const { failures } = t;
  return db
    .select({
      id: failures.id,
      source: failures.sourceId,
      repository: failures.repository,
      tag: failures.tag,
      stage: failures.stage,
      code: failures.code,
      reason: failures.reason,
      at: failures.at,
    })
    .from(failures)
    .where(and(eq(failures.runId, runId), gt(failures.id, after)))
    .orderBy(asc(failures.id))
    .limit(limit);
}

function runColumns(runs: Store["t"]["runs"]) {
  return {
    id: runs.id,
    trigger: runs.trigger,
    startedAt: runs.startedAt,
    endedAt: runs.endedAt,
    repositories: runs.repositories,
    done: runs.done,
    images: runs.images,
    tagsMoved: runs.tagsMoved,
    failures: runs.failures,
  };
}

/** Whether a listing of the source was ever complete, and why the last one was not. */
export async function sourceListing(store: Store, id: string) {
  const { sources } = store.t;
  const [row] = await store.db
    .select({ listedAt: sources.listedAt, failureReason: sources.failureReason })
    .from(sources)
    .where(eq(sources.id, id));
  return row;
}

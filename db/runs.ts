// Runs: rounds over a source, how far they are, and the items that failed in them.
import { and, asc, count, desc, eq, inArray, isNull, lt, ne, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

/** What could not be looked at, and why. `at` is in milliseconds since 1970. */
export type FailedItem = {
  readonly repository: string | null;
  readonly tag: string | null;
  readonly stage: "discover" | "tags" | "inspect" | "verify";
  readonly code: string;
  readonly reason: string;
  readonly at: number;
};

/** A failed item of a run that is kept. `source` says whose listing it was where there is no repository. */
export type RunFailure = FailedItem & { readonly source: string };

export type RunTrigger = "schedule" | "once";

export type RunRow = {
  readonly id: number;
  readonly sourceId: string;
  readonly trigger: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly repositories: number;
  readonly done: number;
  readonly images: number;
  readonly tagsMoved: number;
  readonly failures: number;
  readonly registryFailures: number;
  readonly listingCode: string | null;
};

export async function readRuns(store: Store, ids: readonly number[]): Promise<RunRow[]> {
  if (ids.length === 0) return [];
  const { runs } = store.t;
  return store.db
    .select()
    .from(runs)
    .where(inArray(runs.id, [...ids]))
    .orderBy(asc(runs.id));
}

export async function startRun(
  tx: Store,
  run: {
    readonly sourceId: string;
    readonly trigger: RunTrigger;
    readonly startedAt: number;
    readonly repositories: number;
    readonly listingCode: string | null;
  },
): Promise<number> {
  const [row] = await tx.db.insert(tx.t.runs).values(run).returning({ id: tx.t.runs.id });
  if (row === undefined) throw new Error("the run was not stored");
  return row.id;
}

/** What is added to a run's counts. */
export type RunProgress = Partial<Pick<RunRow, "repositories" | "done" | "images" | "tagsMoved" | "registryFailures">>;

/** Adds to a run's counts and gives the row as it is then; locks it, so that one caller alone sees it complete. */
export async function advanceRun(tx: Store, id: number, progress: RunProgress): Promise<RunRow | undefined> {
  const { runs } = tx.t;
  const [row] = await tx.db
    .update(runs)
    .set({
      repositories: sql`${runs.repositories} + ${progress.repositories ?? 0}`,
      done: sql`${runs.done} + ${progress.done ?? 0}`,
      images: sql`${runs.images} + ${progress.images ?? 0}`,
      tagsMoved: sql`${runs.tagsMoved} + ${progress.tagsMoved ?? 0}`,
      registryFailures: sql`${runs.registryFailures} + ${progress.registryFailures ?? 0}`,
    })
    .where(eq(runs.id, id))
    .returning();
  return row;
}

export async function endRun(tx: Store, id: number, at: number): Promise<void> {
  await tx.db
    .update(tx.t.runs)
    .set({ endedAt: at })
    .where(and(eq(tx.t.runs.id, id), isNull(tx.t.runs.endedAt)));
}

/** Ends what is still open of these sources: a run that was given up. The one that begins in its place stays. */
export async function endOpenRuns(
  tx: Store,
  sourceIds: readonly string[],
  at: number,
  butNot: number | null = null,
): Promise<void> {
  if (sourceIds.length === 0) return;
  const { runs } = tx.t;
  await tx.db
    .update(runs)
    .set({ endedAt: at })
    .where(
      and(
        inArray(runs.sourceId, [...sourceIds]),
        isNull(runs.endedAt),
        butNot === null ? undefined : ne(runs.id, butNot),
      ),
    );
}

/**
 * Notes failed items of a run: all are counted, the first `keep` of a run are kept. An item that failed before in
 * the same run is not listed twice: between runs a repository is looked at again and again.
 */
export async function addFailures(
  tx: Store,
  run: { readonly id: number; readonly sourceId: string },
  items: readonly FailedItem[],
  keep: number,
): Promise<void> {
  if (items.length === 0) return;
  const { failures, runs } = tx.t;
  const repositories = [...new Set(items.map((item) => item.repository))];
  const before = await tx.db
    .select({ repository: failures.repository, tag: failures.tag, stage: failures.stage })
    .from(failures)
    .where(
      and(
        eq(failures.runId, run.id),
        sql`(${failures.repository} is null or ${inArray(
          failures.repository,
          repositories.filter((name) => name !== null).concat(""),
        )})`,
      ),
    );
  const keyOf = (item: { repository: string | null; tag: string | null; stage: string }) =>
    JSON.stringify([item.repository, item.tag, item.stage]);
  const known = new Set(before.map(keyOf));
  const fresh = items.filter((item) => {
    const key = keyOf(item);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
  if (fresh.length === 0) return;
  const [row] = await tx.db
    .update(runs)
    .set({ failures: sql`${runs.failures} + ${fresh.length}` })
    .where(eq(runs.id, run.id))
    .returning({ failures: runs.failures });
  const room = keep - ((row?.failures ?? 0) - fresh.length);
  const rows = fresh.slice(0, Math.max(0, room)).map((item) => ({ ...item, runId: run.id, sourceId: run.sourceId }));
  for (let start = 0; start < rows.length; start += 200) {
    await tx.db.insert(failures).values(rows.slice(start, start + 200));
  }
}

export async function readFailures(store: Store, runIds: readonly number[]): Promise<RunFailure[]> {
  if (runIds.length === 0) return [];
  const { failures } = store.t;
  const rows = await store.db
    .select()
    .from(failures)
    .where(inArray(failures.runId, [...runIds]))
    .orderBy(asc(failures.id));
  return rows.map(({ sourceId, repository, tag, stage, code, reason, at }) => ({
    source: sourceId,
    repository,
    tag,
    stage: stage as FailedItem["stage"],
    code,
    reason,
    at,
  }));
}

/** Forgets all but the newest `keep` runs of a source that have ended, with their failed items. */
export async function forgetOldRuns(tx: Store, sourceId: string, keep: number): Promise<void> {
  const { failures, runs } = tx.t;
  const [oldest] = await tx.db
    .select({ id: runs.id })
    .from(runs)
    .where(eq(runs.sourceId, sourceId))
    .orderBy(desc(runs.id))
    .offset(keep - 1)
    .limit(1);
  if (oldest === undefined) return;
  const old = and(eq(runs.sourceId, sourceId), lt(runs.id, oldest.id));
  await tx.db.delete(failures).where(inArray(failures.runId, tx.db.select({ id: runs.id }).from(runs).where(old)));
  await tx.db.delete(runs).where(old);
}

/** The newest run of a source, if there was one. */
export async function latestRun(store: Store, sourceId: string): Promise<RunRow | undefined> {
  const { runs } = store.t;
  const [row] = await store.db.select().from(runs).where(eq(runs.sourceId, sourceId)).orderBy(desc(runs.id)).limit(1);
  return row;
}

/** How many repositories a run still waits for. */
export async function waitingFor(tx: Store, sourceId: string, runId: number): Promise<number> {
  const { repositories } = tx.t;
  const [row] = await tx.db
    .select({ waiting: count() })
    .from(repositories)
    .where(and(eq(repositories.sourceId, sourceId), eq(repositories.runId, runId), eq(repositories.runWaits, true)));
  return row?.waiting ?? 0;
}

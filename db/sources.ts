// Sources and registries as the worker keeps them: whose turn it is, how they fare, and what a listing brought.
import { and, eq, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type SourceRow = {
  readonly id: string;
  readonly registry: string;
  readonly namespace: string | null;
  readonly private: boolean;
  readonly active: boolean;
  readonly dueAt: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly attempts: number;
  readonly runId: number | null;
  readonly listedAt: number | null;
};

const columnsOf = ({ t: { sources } }: Store) => ({
  id: sources.id,
  registry: sources.registry,
  namespace: sources.namespace,
  private: sources.private,
  active: sources.active,
  dueAt: sources.dueAt,
  observedAt: sources.observedAt,
  failingSince: sources.failingSince,
  failureCode: sources.failureCode,
  attempts: sources.attempts,
  runId: sources.runId,
  listedAt: sources.listedAt,
});

export async function readSources(store: Store, ids: readonly string[]): Promise<SourceRow[]> {
  if (ids.length === 0) return [];
  return store.db
    .select(columnsOf(store))
    .from(store.t.sources)
    .where(inArray(store.t.sources.id, [...ids]))
    .orderBy(store.t.sources.id);
}

/** The row as it is, locked until the end of the transaction; with a lease's token, only while the lease is held. */
export async function holdSource(tx: Store, id: string, token?: number): Promise<SourceRow | undefined> {
  const { sources } = tx.t;
  const [row] = await tx.db
    .update(sources)
    .set({ attempts: sources.attempts })
    .where(and(eq(sources.id, id), token === undefined ? undefined : eq(sources.leaseToken, token)))
    .returning(columnsOf(tx));
  return row;
}

export type SourceHealth = {
  readonly lookedAt: number;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
};

export async function storeSourceHealth(tx: Store, id: string, health: SourceHealth): Promise<void> {
  await tx.db.update(tx.t.sources).set(health).where(eq(tx.t.sources.id, id));
}

/** The end of a source's turn: its new run, when it is due again; its lease is given back. */
export async function storeSourceTurn(
  tx: Store,
  id: string,
  turn: {
    readonly dueAt: number;
    readonly attempts: number;
    readonly runId?: number;
    readonly listedAt?: number;
  },
): Promise<void> {
  await tx.db
    .update(tx.t.sources)
    .set({ ...turn, leaseOwner: null, leaseUntil: null })
    .where(eq(tx.t.sources.id, id));
}

/** Makes sources due now, and takes them from whoever works on them. */
export async function makeSourcesDue(tx: Store, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  const { sources } = tx.t;
  await tx.db
    .update(sources)
    .set({ dueAt: now, leaseOwner: null, leaseUntil: null, leaseToken: sql`${sources.leaseToken} + 1` })
    .where(inArray(sources.id, [...ids]));
}

/** What the catalog has of a source's repositories. */
export type SourceRepository = {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly state: "expected" | "listed" | "removed";
  readonly listedDescription: string | null;
  readonly popularity: number | null;
};

export async function repositoriesOfSource(store: Store, sourceId: string): Promise<SourceRepository[]> {
  const { repositories } = store.t;
  return store.db
    .select({
      id: repositories.id,
      name: repositories.name,
      path: repositories.path,
      state: repositories.state,
      listedDescription: repositories.listedDescription,
      popularity: repositories.popularity,
    })
    .from(repositories)
    .where(and(eq(repositories.sourceId, sourceId), eq(repositories.active, true)));
}

/** The repositories that a run is to look at wait for it, due at once; gives how many there are. */
export async function startWaiting(
  tx: Store,
  repositoryIds: readonly number[],
  runId: number,
  now: number,
): Promise<number> {
  const rows = await tx.bulk(
    { id: "bigint", run: "bigint", due: "bigint" },
    repositoryIds.map((id) => [id, runId, now]),
    `update repositories set run_id = v.run, run_waits = true, due_at = v.due
     from v where repositories.id = v.id and repositories.active
     returning 1 as one`,
  );
  return rows.length;
}

/** No run waits for the repositories of these sources any more. */
export async function stopWaiting(tx: Store, sourceIds: readonly string[]): Promise<void> {
  if (sourceIds.length === 0) return;
  const { repositories } = tx.t;
  await tx.db
    .update(repositories)
    .set({ runWaits: false })
    .where(and(inArray(repositories.sourceId, [...sourceIds]), eq(repositories.runWaits, true)));
}

/** What a registry's listing says of repositories that the catalog has. */
export async function storeListed(
  tx: Store,
  rows: readonly {
    readonly id: number;
    readonly description: string | null;
    readonly popularity: number | null;
    readonly at: number;
  }[],
): Promise<void> {
  await tx.bulk(
    { id: "bigint", about: "text", popularity: "double precision", listed: "bigint" },
    rows.map((row) => [row.id, row.description, row.popularity, row.at]),
    `update repositories
     set listed_description = v.about, description = coalesce(v.about, repositories.description),
       popularity = v.popularity, popularity_as_of = case when v.popularity is null then null else v.listed end
     from v where repositories.id = v.id`,
  );
}

/** Other repositories of a registry that are there, those seen last before others. */
export async function othersOfHost(store: Store, host: string, path: string, limit: number): Promise<string[]> {
  const { repositories } = store.t;
  const rows = await store.db
    .select({ path: repositories.path })
    .from(repositories)
    .where(
      and(
        eq(repositories.host, host),
        ne(repositories.path, path),
        eq(repositories.state, "listed"),
        eq(repositories.active, true),
      ),
    )
    .orderBy(sql`${repositories.observedAt} desc`)
    .limit(limit);
  return rows.map((row) => row.path);
}

/**
 * A registry answered. Written at most once in `stepMs`, but at once where it had been failing; true where an answer
 * about the registry is different now.
 */
export async function noteRegistryAnswer(tx: Store, host: string, at: number, stepMs: number): Promise<boolean> {
  const { registries } = tx.t;
  const rows = await tx.db
    .update(registries)
    .set({ lookedAt: at, observedAt: at, failingSince: null, failureCode: null, failureReason: null })
    .where(
      and(
        eq(registries.host, host),
        or(
          sql`${registries.failingSince} is not null`,
          isNull(registries.observedAt),
          lt(registries.observedAt, at - stepMs),
        ),
      ),
    )
    .returning({ host: registries.host });
  return rows.length > 0;
}

/** A registry is out: since its first failure, until it answers. */
export async function noteRegistryFailure(
  tx: Store,
  host: string,
  failure: { readonly at: number; readonly code: string; readonly reason: string },
): Promise<void> {
  const { registries } = tx.t;
  await tx.db
    .update(registries)
    .set({
      lookedAt: failure.at,
      failingSince: sql`coalesce(${registries.failingSince}, ${failure.at})`,
      failureCode: failure.code,
      failureReason: failure.reason,
    })
    .where(eq(registries.host, host));
}

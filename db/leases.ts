// Leases: how workers share what is due, so that each row is one worker's at a time and none is lost with a worker.
import { and, asc, eq, inArray, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type LeasedTable = "sources" | "repositories" | "wishes" | "signatureLooks";

/** `token` is the fence: what was leased under an older one can no longer be stored. */
export type Lease<Id> = { readonly id: Id; readonly token: number };

/** Which of the due rows are wanted: a condition over the table's columns. */
export type Wanted = (t: Store["t"]) => SQL | undefined;

/**
 * Takes up to `limit` rows that are due and that nobody holds (or whose holder is late), the longest due first.
 * A killed worker's rows come back when its lease ends.
 */
export async function leaseDue(
  store: Store,
  table: LeasedTable,
  lease: { readonly owner: string; readonly now: number; readonly leaseMs: number; readonly limit: number },
  wanted: Wanted = () => undefined,
): Promise<Lease<string | number>[]> {
  return store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    const due = await tx.skipLocked(
      tx.db
        .select({ id: t.id })
        .from(t)
        .where(and(isFree(tx, table, lease.now), wanted(tx.t)))
        .orderBy(asc(t.dueAt), asc(t.id))
        .limit(lease.limit),
    );
    if (due.length === 0) return [];
    return tx.db
      .update(t)
      .set({ leaseOwner: lease.owner, leaseUntil: lease.now + lease.leaseMs, leaseToken: sql`${t.leaseToken} + 1` })
      .where(
        inArray(
          t.id,
          due.map((row) => row.id),
        ),
      )
      .returning({ id: t.id, token: t.leaseToken });
  });
}

/** Whether leaseDue would find anything: asked of the reading connection. */
export async function someAreDue(store: Store, table: LeasedTable, now: number, wanted: Wanted): Promise<boolean> {
  const t = store.t[table] as typeof store.t.repositories;
  const rows = await store.db
    .select({ id: t.id })
    .from(t)
    .where(and(isFree(store, table, now), wanted(store.t)))
    .limit(1);
  return rows.length > 0;
}

/** Due, and nobody works on it. */
function isFree(store: Store, table: LeasedTable, now: number): SQL | undefined {
  const t = store.t[table] as typeof store.t.repositories;
  return and(lte(t.dueAt, now), or(isNull(t.leaseUntil), lte(t.leaseUntil, now)));
}

/** Asked inside the transaction that stores the result, and locks the row: false means that another has it now. */
export async function holdsLease(tx: Store, table: LeasedTable, lease: Lease<string | number>): Promise<boolean> {
  const t = tx.t[table] as typeof tx.t.repositories;
  const held = await tx.db
    .update(t)
    .set({ leaseUntil: t.leaseUntil })
    .where(and(eq(t.id, lease.id as number), eq(t.leaseToken, lease.token)))
    .returning({ id: t.id });
  return held.length === 1;
}

/** Long work says that it is still alive, in one statement: gives those that are still held, with their tokens. */
export async function extendLeases<Id extends string | number>(
  store: Store,
  table: LeasedTable,
  leases: readonly Lease<Id>[],
  until: number,
): Promise<Map<Id, number>> {
  if (leases.length === 0) return new Map();
  return store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    const rows = await tx.db
      .update(t)
      .set({ leaseUntil: until })
      // What was stored meanwhile has given its lease back, and must not get it again.
      .where(and(isHeld(t, leases), isNotNull(t.leaseUntil)))
      .returning({ id: t.id, token: t.leaseToken });
    return new Map(rows.map(({ id, token }) => [id as Id, token]));
  });
}

/** Gives back what was leased and not worked on: it is due as before, for anybody. */
export async function releaseLeases(
  store: Store,
  table: LeasedTable,
  leases: readonly Lease<string | number>[],
): Promise<void> {
  if (leases.length === 0) return;
  await store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    await tx.db.update(t).set({ leaseUntil: null, leaseOwner: null }).where(isHeld(t, leases));
  });
}

function isHeld(t: Store["t"]["repositories"], leases: readonly Lease<string | number>[]): SQL | undefined {
  return or(...leases.map(({ id, token }) => and(eq(t.id, id as number), eq(t.leaseToken, token))));
}

/** What a killed process of this catalog had leased is free at once: `index --once` takes it over. */
export async function releaseAll(store: Store, table: LeasedTable): Promise<void> {
  await store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    await tx.db
      .update(t)
      .set({ leaseUntil: null, leaseOwner: null, leaseToken: sql`${t.leaseToken} + 1` })
      .where(sql`${t.leaseUntil} is not null`);
  });
}

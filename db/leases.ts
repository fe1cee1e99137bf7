// Leases: how workers share what is due, so that each row is one worker's at a time and none is lost with a worker.
import { and, asc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type LeasedTable = "sources" | "repositories" | "wishes";

/** `token` is the fence: what was leased under an older one can no longer be stored. */
export type Lease<Id> = { readonly id: Id; readonly token: number };

/**
 * Takes up to `limit` rows that are due and that nobody holds (or whose holder is late), the longest due first.
 * A killed worker's rows come back when its lease ends.
 */
export async function leaseDue(
  store: Store,
  table: LeasedTable,
  lease: { readonly owner: string; readonly now: number; readonly leaseMs: number; readonly limit: number },
): Promise<Lease<string | number>[]> {
  return store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    const due = await tx.skipLocked(
      tx.db
        .select({ id: t.id })
        .from(t)
        .where(and(lte(t.dueAt, lease.now), or(isNull(t.leaseUntil), lte(t.leaseUntil, lease.now))))
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

/** Long work says that it is still alive; false where the lease was lost. */
export async function extendLease(
  store: Store,
  table: LeasedTable,
  lease: Lease<string | number>,
  until: number,
): Promise<boolean> {
  return store.transaction(async (tx) => {
    const t = tx.t[table] as typeof tx.t.repositories;
    const held = await tx.db
      .update(t)
      .set({ leaseUntil: until })
      .where(and(eq(t.id, lease.id as number), eq(t.leaseToken, lease.token)))
      .returning({ id: t.id });
    return held.length === 1;
  });
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

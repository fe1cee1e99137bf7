// Changes: the one way to change what the catalog answers, which puts all such transactions in one order.
import { asc, eq, inArray, sql } from "drizzle-orm";
import { asJson } from "./bulk.ts";
import type { EventData } from "./schema.ts";
import type { Store } from "./store.ts";

export type EventType =
  | "repository.added"
  | "repository.removed"
  | "tag.added"
  | "tag.moved"
  | "tag.removed"
  | "image.indexed"
  | "verdict.changed"
  | "sbom.added"
  | "assessment.changed"
  | "project.level-changed"
  | "source.failed"
  | "source.recovered";

export type NewEvent = {
  readonly type: EventType;
  /** The repository (`host/path`), the reference, the project's or the source's id. */
  readonly subject: string;
  readonly data: EventData;
  /** True where it tells of something that was read with credentials. */
  readonly private: boolean;
};

/** What a transaction notes while it works. */
export type Change = {
  event(event: NewEvent): void;
  /** An answer about this repository is different now. */
  touch(repositoryId: number): void;
  /** Some answer is different that belongs to no repository: documents, sources, runs. */
  touchCatalog(): void;
};

const insertChunk = 200;

/**
 * One transaction. Where anything was noted, its last step takes the clock's row lock, which is held until the commit:
 * generations and event ids are therefore in the order of commits, whatever number of processes write, and a reader
 * that follows either misses nothing. `work` may run again (see Store.transaction) and starts with no notes each time.
 */
export async function commitChange<T>(
  store: Store,
  now: number,
  work: (tx: Store, change: Change) => Promise<T>,
): Promise<T> {
  return store.transaction(async (tx) => {
    const events: NewEvent[] = [];
    const touched = new Set<number>();
    let catalog = false;
    const result = await work(tx, {
      event: (event) => void events.push(event),
      touch: (id) => void touched.add(id),
      touchCatalog: () => {
        catalog = true;
      },
    });
    if (events.length > 0 || touched.size > 0 || catalog)
      await stamp(
        tx,
        now,
        events,
        [...touched].sort((a, b) => a - b),
      );
    return result;
  });
}

async function stamp(tx: Store, now: number, events: readonly NewEvent[], touched: readonly number[]): Promise<void> {
  const { clock, repositories } = tx.t;
  const parts = chunksOf(touched, insertChunk);
  // Before the clock: whoever waited for a repository with the clock in hand would make every other commit wait too,
  // and where the repository's holder wants the clock, until the deadlock is noticed.
  for (const part of parts) {
    await tx.locked(
      tx.db
        .select({ id: repositories.id })
        .from(repositories)
        .where(inArray(repositories.id, part))
        .orderBy(asc(repositories.id)),
    );
  }
  const [tick] = await tx.db
    .update(clock)
    .set({ generation: sql`${clock.generation} + 1`, lastEvent: sql`${clock.lastEvent} + ${events.length}` })
    .where(eq(clock.id, 1))
    .returning({ generation: clock.generation, lastEvent: clock.lastEvent });
  if (tick === undefined) throw new Error("the clock row is missing: the database was not prepared by openStore");
  await tx.bulk(
    { id: "bigint", generation: "bigint" },
    touched.map((id) => [id, tick.generation]),
    "update repositories set revision = v.generation from v where repositories.id = v.id",
  );
  const first = tick.lastEvent - events.length + 1;
  await tx.bulk(
    { id: "bigint", happened: "bigint", type: "text", subject: "text", data: "text", hidden: "boolean" },
    events.map((event, i) => [first + i, now, event.type, event.subject, asJson(event.data), event.private]),
    `insert into events (id, catalog_id, time, type, subject, data, private)
     select id, 1, happened, type, subject, data, hidden from v where true`,
  );
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Counts up with each committed change. */
export async function currentGeneration(store: Store): Promise<number> {
  const statement = store.prepared("current_generation", ({ db, t }) =>
    db.select({ generation: t.clock.generation }).from(t.clock).where(eq(t.clock.id, 1)),
  );
  const [row] = await statement.execute();
  if (row === undefined) throw new Error("the clock row is missing: the database was not prepared by openStore");
  return row.generation;
}

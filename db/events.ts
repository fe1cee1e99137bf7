// Events: the change log, read in the order of commits.
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { EventData } from "./schema.ts";
import type { Store } from "./store.ts";

export type EventRow = {
  readonly id: number;
  readonly time: number;
  readonly type: string;
  readonly subject: string;
  readonly data: EventData;
};

/** Public events after this id: what was read with credentials is left out. */
export async function eventsAfter(store: Store, after: number, limit: number): Promise<EventRow[]> {
  const statement = store.prepared("events_after", ({ db, t }) =>
    db
      .select({
        id: t.events.id,
        time: t.events.time,
        type: t.events.type,
        subject: t.events.subject,
        data: t.events.data,
      })
      .from(t.events)
      .where(and(gt(t.events.id, sql.placeholder("after")), eq(t.events.private, false)))
      .orderBy(asc(t.events.id))
      .limit(sql.placeholder("limit")),
  );
  return statement.execute({ after, limit });
}

/** The id of the newest event, of whatever kind; 0 before the first. */
export async function newestEvent(store: Store): Promise<number> {
  const statement = store.prepared("newest_event", ({ db, t }) =>
    db.select({ id: t.clock.lastEvent }).from(t.clock).where(eq(t.clock.id, 1)),
  );
  const [row] = await statement.execute();
  return row?.id ?? 0;
}

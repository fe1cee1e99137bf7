// Tag sync: what a look at a repository's tags reads first and writes in the end, for many repositories at once.
import { and, eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import { asValues, inChunks } from "./bulk.ts";
import type { EventType } from "./changes.ts";
import type { EventData, Facets, OlderThan } from "./schema.ts";
import type { Store } from "./store.ts";

/** A row of `tags` without its repository. */
export type TagRow = {
  readonly name: string;
  readonly digest: string | null;
  readonly followed: boolean;
  readonly announced: boolean;
  readonly present: boolean;
  readonly removedAt: number | null;
  readonly since: number | null;
  readonly lookedAt: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly facets: Facets | null;
  readonly olderThan: OlderThan | null;
};

export type TagPeriodRow = {
  readonly tag: string;
  readonly digest: string;
  readonly from: number;
  readonly to: number | null;
};

/** What a look changed in one repository (worker/tag-changes.ts decides it). */
export type TagChange = {
  readonly rows: readonly TagRow[];
  /** The registry's own history: kept beside what was seen here. */
  readonly periods: readonly TagPeriodRow[];
  /** The period of this tag that is open ends. */
  readonly closes: readonly { readonly tag: string; readonly to: number }[];
  readonly opens: readonly { readonly tag: string; readonly digest: string; readonly from: number }[];
  readonly events: readonly {
    readonly type: Extract<EventType, "tag.added" | "tag.moved" | "tag.removed">;
    readonly tag: string;
    readonly data: EventData;
  }[];
};

/** Tags by name, of each repository. `whole`: all of them; `followed`: the channels alone. */
export async function readTags(
  tx: Store,
  wanted: { readonly whole: readonly number[]; readonly followed: readonly number[] },
): Promise<Map<number, Map<string, TagRow>>> {
  const { tags } = tx.t;
  const found = new Map<number, Map<string, TagRow>>();
  for (const id of [...wanted.whole, ...wanted.followed]) found.set(id, new Map());
  const conditions = [
    ...(wanted.whole.length > 0 ? [inArray(tags.repositoryId, [...wanted.whole])] : []),
    ...(wanted.followed.length > 0
      ? [and(inArray(tags.repositoryId, [...wanted.followed]), eq(tags.followed, true))]
      : []),
  ];
  if (conditions.length === 0) return found;
  const rows = await tx.db
    .select()
    .from(tags)
    .where(or(...conditions));
  for (const { repositoryId, ...row } of rows) found.get(repositoryId)?.set(row.name, row);
  return found;
}

/** One named tag of a repository. */
export async function readTag(tx: Store, repositoryId: number, name: string): Promise<TagRow | undefined> {
  const { tags } = tx.t;
  const [found] = await tx.db
    .select()
    .from(tags)
    .where(and(eq(tags.repositoryId, repositoryId), eq(tags.name, name)));
  if (found === undefined) return undefined;
  const { repositoryId: _, ...row } = found;
  return row;
}

export async function writeTagChanges(
  tx: Store,
  changes: readonly { readonly repositoryId: number; readonly change: TagChange }[],
): Promise<void> {
  const each = <Row>(rowsOf: (change: TagChange) => readonly Row[]) =>
    changes.flatMap(({ repositoryId, change }) => rowsOf(change).map((row) => ({ ...row, repositoryId })));
  await upsertTags(
    tx,
    each((change) => change.rows),
  );
  await keepPeriods(
    tx,
    each((change) => change.periods),
  );
  await closePeriods(
    tx,
    each((change) => change.closes),
  );
  await openPeriods(
    tx,
    each((change) => change.opens),
  );
}

async function upsertTags(tx: Store, rows: readonly (TagRow & { readonly repositoryId: number })[]): Promise<void> {
  const { tags } = tx.t;
  const { repositoryId: _, name: __, ...mutable } = getTableColumns(tags);
  const set = Object.fromEntries(
    Object.entries(mutable).map(([key, column]) => [key, sql`excluded.${sql.identifier(column.name)}`]),
  );
  for (const chunk of inChunks(rows, 15)) {
    await tx.db
      .insert(tags)
      .values(chunk)
      .onConflictDoUpdate({ target: [tags.repositoryId, tags.name], set });
  }
}

type OfRepository<Row> = Row & { readonly repositoryId: number };

/** A period that the registry says has ended has ended; what was found closed here stays closed. */
async function keepPeriods(tx: Store, rows: readonly OfRepository<TagPeriodRow>[]): Promise<void> {
  const { tagHistory } = tx.t;
  for (const chunk of inChunks(rows, 5)) {
    await tx.db
      .insert(tagHistory)
      .values(chunk)
      .onConflictDoUpdate({
        target: [tagHistory.repositoryId, tagHistory.tag, tagHistory.from, tagHistory.digest],
        set: { to: sql`coalesce(excluded.to_at, ${tagHistory.to})` },
      });
  }
}

async function closePeriods(
  tx: Store,
  rows: readonly OfRepository<{ readonly tag: string; readonly to: number }>[],
): Promise<void> {
  for (const chunk of inChunks(rows, 3)) {
    const values = asValues(
      { repository: "bigint", tag: "text", at: "bigint" },
      chunk.map((row) => [row.repositoryId, row.tag, row.to]),
    );
    // A registry's clock may be behind ours: a period does not end before it began.
    await tx.rows(sql`
      with ${values}
      update tag_history set to_at = case when v.at < tag_history.from_at then tag_history.from_at else v.at end
      from v
      where tag_history.repository_id = v.repository and tag_history.tag = v.tag and tag_history.to_at is null
      returning 1 as one`);
  }
}

async function openPeriods(
  tx: Store,
  rows: readonly OfRepository<{ readonly tag: string; readonly digest: string; readonly from: number }>[],
): Promise<void> {
  const { tagHistory } = tx.t;
  for (const chunk of inChunks(rows, 5)) {
    await tx.db
      .insert(tagHistory)
      .values(chunk)
      .onConflictDoUpdate({
        target: [tagHistory.repositoryId, tagHistory.tag, tagHistory.from, tagHistory.digest],
        set: { to: null },
      });
  }
}

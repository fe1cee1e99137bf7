// Tag sync: what a look at a repository's tags reads first and writes in the end, for many repositories at once.
import { and, eq } from "drizzle-orm";
import { asJson, fromJson, type RawBoolean, type RawNumber, toBoolean, toNumber, toNumberOrNull } from "./bulk.ts";
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
  const ids = [...wanted.whole.map((id) => [id, true] as const), ...wanted.followed.map((id) => [id, false] as const)];
  const found = new Map<number, Map<string, TagRow>>(ids.map(([id]) => [id, new Map()]));
  const rows = await tx.bulk<RawTag>(
    { repository: "bigint", whole: "boolean" },
    ids,
    `select t.* from v join tags t on t.repository_id = v.repository where v.whole or t.followed`,
  );
  for (const raw of rows) {
    const row: TagRow = {
      name: raw.name,
      digest: raw.digest,
      followed: toBoolean(raw.followed),
      announced: toBoolean(raw.announced),
      present: toBoolean(raw.present),
      removedAt: toNumberOrNull(raw.removed_at),
      since: toNumberOrNull(raw.since),
      lookedAt: toNumberOrNull(raw.looked_at),
      observedAt: toNumberOrNull(raw.observed_at),
      failingSince: toNumberOrNull(raw.failing_since),
      failureCode: raw.failure_code,
      failureReason: raw.failure_reason,
      facets: fromJson<Facets>(raw.facets),
      olderThan: fromJson<OlderThan>(raw.older_than),
    };
    found.get(toNumber(raw.repository_id))?.set(row.name, row);
  }
  return found;
}

type RawTag = {
  readonly repository_id: RawNumber;
  readonly name: string;
  readonly digest: string | null;
  readonly followed: RawBoolean;
  readonly announced: RawBoolean;
  readonly present: RawBoolean;
  readonly removed_at: RawNumber | null;
  readonly since: RawNumber | null;
  readonly looked_at: RawNumber | null;
  readonly observed_at: RawNumber | null;
  readonly failing_since: RawNumber | null;
  readonly failure_code: string | null;
  readonly failure_reason: string | null;
  readonly facets: string | null;
  readonly older_than: string | null;
};

export type TagDigest = { readonly tag: string; readonly digest: string };

/** By tag, then by digest: when the tag first named it, as far back as its history goes. */
export type FirstNamings = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Those of `wanted` that their tag names or ever named, by repository. */
export async function readFirstNamings(
  tx: Store,
  wanted: readonly (TagDigest & { readonly repositoryId: number })[],
): Promise<ReadonlyMap<number, FirstNamings>> {
  const found = new Map<number, Map<string, Map<string, number>>>();
  const rows = await tx.bulk<RawNaming>(
    { repository: "bigint", tag: "text", digest: "text" },
    wanted.map(({ repositoryId, tag, digest }) => [repositoryId, tag, digest]),
    `select h.repository_id, h.tag, h.digest, min(h.from_at) as first_at
     from v join tag_history h on h.repository_id = v.repository and h.tag = v.tag and h.digest = v.digest
     group by h.repository_id, h.tag, h.digest`,
  );
  for (const { repository_id, tag, digest, first_at } of rows) {
    const repositoryId = toNumber(repository_id);
    const tags = found.get(repositoryId) ?? new Map<string, Map<string, number>>();
    found.set(repositoryId, tags.set(tag, (tags.get(tag) ?? new Map()).set(digest, toNumber(first_at))));
  }
  return found;
}

type RawNaming = TagDigest & { readonly repository_id: RawNumber; readonly first_at: RawNumber };

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

async function upsertTags(tx: Store, rows: readonly OfRepository<TagRow>[]): Promise<void> {
  await tx.bulk(
    {
      repository: "bigint",
      name: "text",
      digest: "text",
      followed: "boolean",
      announced: "boolean",
      present: "boolean",
      removed: "bigint",
      since: "bigint",
      looked: "bigint",
      observed: "bigint",
      failing: "bigint",
      code: "text",
      reason: "text",
      facets: "text",
      older: "text",
    },
    rows.map((row) => [
      row.repositoryId,
      row.name,
      row.digest,
      row.followed,
      row.announced,
      row.present,
      row.removedAt,
      row.since,
      row.lookedAt,
      row.observedAt,
      row.failingSince,
      row.failureCode,
      row.failureReason,
      asJson(row.facets),
      asJson(row.olderThan),
    ]),
    `insert into tags (repository_id, name, digest, followed, announced, present, removed_at, since, looked_at,
       observed_at, failing_since, failure_code, failure_reason, facets, older_than)
     select repository, name, digest, followed, announced, present, removed, since, looked, observed, failing, code,
       reason, facets, older
     from v where true
     on conflict (repository_id, name) do update
     set digest = excluded.digest, followed = excluded.followed, announced = excluded.announced,
       present = excluded.present, removed_at = excluded.removed_at, since = excluded.since,
       looked_at = excluded.looked_at, observed_at = excluded.observed_at, failing_since = excluded.failing_since,
       failure_code = excluded.failure_code, failure_reason = excluded.failure_reason, facets = excluded.facets,
       older_than = excluded.older_than`,
  );
}

type OfRepository<Row> = Row & { readonly repositoryId: number };

const periodColumns = { repository: "bigint", tag: "text", digest: "text", began: "bigint", ended: "bigint" } as const;

/** A period that the registry says has ended has ended; what was found closed here stays closed. */
async function keepPeriods(tx: Store, rows: readonly OfRepository<TagPeriodRow>[]): Promise<void> {
  await tx.bulk(
    periodColumns,
    rows.map((row) => [row.repositoryId, row.tag, row.digest, row.from, row.to]),
    `insert into tag_history (repository_id, tag, digest, from_at, to_at)
     select repository, tag, digest, began, ended from v where true
     on conflict (repository_id, tag, from_at, digest) do update set to_at = coalesce(excluded.to_at, tag_history.to_at)`,
  );
}

/** A registry's clock may be behind ours: a period does not end before it began. */
async function closePeriods(
  tx: Store,
  rows: readonly OfRepository<{ readonly tag: string; readonly to: number }>[],
): Promise<void> {
  await tx.bulk(
    { repository: "bigint", tag: "text", ended: "bigint" },
    rows.map((row) => [row.repositoryId, row.tag, row.to]),
    `update tag_history set to_at = case when v.ended < tag_history.from_at then tag_history.from_at else v.ended end
     from v
     where tag_history.repository_id = v.repository and tag_history.tag = v.tag and tag_history.to_at is null`,
  );
}

async function openPeriods(
  tx: Store,
  rows: readonly OfRepository<{ readonly tag: string; readonly digest: string; readonly from: number }>[],
): Promise<void> {
  await tx.bulk(
    periodColumns,
    rows.map((row) => [row.repositoryId, row.tag, row.digest, row.from, null]),
    `insert into tag_history (repository_id, tag, digest, from_at, to_at)
     select repository, tag, digest, began, ended from v where true
     on conflict (repository_id, tag, from_at, digest) do update set to_at = null`,
  );
}

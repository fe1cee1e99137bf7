// Signature looks: which manifests are looked at for signatures and when, and what was found of each.
import type { FoundEvidence } from "../policies/trust/found-evidence.ts";
import {
  asJson,
  type BulkValue,
  fromJson,
  type RawBoolean,
  type RawNumber,
  toBoolean,
  toNumber,
  toNumberOrNull,
} from "./bulk.ts";
import type { Lease } from "./leases.ts";
import type { Store } from "./store.ts";

/**
 * Every manifest that a channel of these repositories names gets its row; what had stopped being looked at (no channel
 * named it for a while) is due again when its time has come, or its verdict's. Idempotent.
 */
export async function expectSignatureLooks(tx: Store, repositoryIds: readonly number[], now: number): Promise<void> {
  await tx.bulk(
    { repository: "bigint", moment: "bigint" },
    [...new Set(repositoryIds)].toSorted((a, b) => a - b).map((id) => [id, now]),
    `, wanted(repository_id, digest, moment) as (
       select t.repository_id, t.digest, v.moment from v join tags t on t.repository_id = v.repository
       where t.followed and t.present and t.digest is not null
       union
       select t.repository_id, p.digest, v.moment from v join tags t on t.repository_id = v.repository
       join image_platforms p on p.index_digest = t.digest
       where t.followed and t.present and p.role = 'image' and (p.os is null or p.os = 'linux')
     )
     ${insertWanted}`,
  );
}

/** The same for one image that somebody asked for, with its platforms' manifests, unless they were looked at of late. */
export async function expectWishedLooks(tx: Store, repositoryId: number, digest: string, now: number): Promise<void> {
  await tx.bulk(
    { repository: "bigint", digest: "text", moment: "bigint" },
    [[repositoryId, digest, now]],
    `, wanted(repository_id, digest, moment) as (
       select v.repository, v.digest, v.moment from v
       union
       select v.repository, p.digest, v.moment from v join image_platforms p on p.index_digest = v.digest
       where p.role = 'image' and (p.os is null or p.os = 'linux')
     )
     ${insertWanted}`,
  );
}

// Cross joins: SQLite keeps their order, and would else begin with all images of the catalog for each repository.
const insertWanted = `
  insert into signature_looks (repository_id, digest, host, due_at)
  select w.repository_id, w.digest, r.host, w.moment
  from wanted w cross join repository_images i cross join images m cross join repositories r
  where i.repository_id = w.repository_id and i.digest = w.digest and m.digest = w.digest and m.kind <> 'artifact'
    and r.id = w.repository_id and r.active
  order by w.repository_id, w.digest
  on conflict (repository_id, digest) do update
  set due_at = case when coalesce(signature_looks.recheck_at, 0) <= excluded.due_at then excluded.due_at
    else coalesce(
      (select case when j.changes_at <= excluded.due_at then excluded.due_at
         when j.changes_at < signature_looks.recheck_at then j.changes_at end
       from judgements j
       where j.repository_id = signature_looks.repository_id and j.digest = signature_looks.digest),
      signature_looks.recheck_at) end
  where signature_looks.due_at is null`;

/** Signatures come after images: a tag of theirs that a listing shows for the first time is looked at now. */
export async function expectNewSignatures(tx: Store, tags: readonly NewTag[], now: number): Promise<void> {
  const rows = tags.flatMap(({ repositoryId, name }) => {
    const digest = signedDigest(name);
    return digest === undefined ? [] : [`${repositoryId} ${digest}`];
  });
  await tx.bulk(
    { repository: "bigint", digest: "text", moment: "bigint" },
    [...new Set(rows)].map((row): BulkValue[] => {
      const [id, digest] = row.split(" ");
      return [Number(id), digest ?? "", now];
    }),
    `update signature_looks set due_at = v.moment, recheck_at = v.moment from v
     where signature_looks.repository_id = v.repository and signature_looks.digest = v.digest
       and signature_looks.due_at is not null and signature_looks.due_at > v.moment`,
  );
}

export type NewTag = { readonly repositoryId: number; readonly name: string };

function signedDigest(tag: string): string | undefined {
  const match = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att))?$/.exec(tag);
  return match === null ? undefined : `sha256:${match[1]}`;
}

/** `index --once`: a look that failed is tried again, whatever its back-off says. */
export async function retryFailedSignatureLooks(tx: Store, sourceIds: readonly string[], now: number): Promise<void> {
  await tx.bulk(
    { source: "text", moment: "bigint" },
    sourceIds.map((id) => [id, now]),
    `update signature_looks set due_at = v.moment
     from v join repositories r on r.source_id = v.source and r.active
     where signature_looks.repository_id = r.id and signature_looks.failing_since is not null
       and signature_looks.due_at > v.moment`,
  );
}

/** How many manifests wait to be looked at, of those repositories of these sources that were looked at since. */
export async function dueSignatureLooks(
  store: Store,
  sourceIds: readonly string[],
  { now, since }: { readonly now: number; readonly since: number },
): Promise<number> {
  const rows = await store.bulk<{ readonly waiting: RawNumber }>(
    { source: "text", moment: "bigint", since: "bigint" },
    sourceIds.map((id) => [id, now, since]),
    `select count(*) as waiting from v
     join repositories r on r.source_id = v.source and r.looked_at >= v.since
     join signature_looks l on l.repository_id = r.id and l.due_at <= v.moment`,
  );
  return rows.reduce((sum, { waiting }) => sum + toNumber(waiting), 0);
}

/** What is known of a tag that may hold evidence. `digest` null: the listing does not say it. */
export type ListedEvidenceTag = { readonly name: string; readonly digest: string | null };

/** What a look for signatures needs to know before it asks anybody. */
export type SignatureLookToDo = {
  readonly id: number;
  readonly repositoryId: number;
  /** `host/path`. */
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly private: boolean;
  readonly digest: string;
  /** Whether a channel names it still: else this look is the last one. */
  readonly followed: boolean;
  /** Whether its repository is there and declared. */
  readonly live: boolean;
  /** The run that its repository was looked at by, for failed items. */
  readonly runId: number | null;
  readonly sourceId: string;
  /** When the repository's tags were last listed; null where that is not to be relied on. */
  readonly listedAt: number | null;
  /** Of the tags that could hold evidence for this digest, those that are there. */
  readonly tags: readonly ListedEvidenceTag[];
  readonly attempts: number;
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly missingSince: number | null;
  readonly version: number;
  readonly found: readonly FoundEvidence[];
  readonly barren: readonly string[];
  /** When evidence of any manifest of this repository was last seen by the referrers API; null: never. */
  readonly apiListedAt: number | null;
};

export async function readSignatureLooks(store: Store, ids: readonly number[]): Promise<SignatureLookToDo[]> {
  const wanted = ids.map((id) => [id]);
  const rows = await store.bulk<RawLook>(
    { id: "bigint" },
    wanted,
    `, followed(repository_id, digest) as (${followedManifestsOf("v join signature_looks l0 on l0.id = v.id")}),
     by_api(repository_id, listed_at) as (
       select e.repository_id, max(s.checked_at) from evidence e
       join signature_looks s on s.repository_id = e.repository_id and s.digest = e.subject
       where e.repository_id in (select l0.repository_id from v join signature_looks l0 on l0.id = v.id)
         and e.shown and e.place in ('referrers', 'unread-referrers') and e.source like '%"referrers-api"%'
       group by e.repository_id
     )
     select l.*, r.name, r.path, r.private, r.run_id, r.source_id,
       (r.active and r.state = 'listed') as live,
       case when r.failing_since is null and r.suspect_listing is null and r.listing is not null
         then r.observed_at end as listed_at,
       exists (select 1 from followed f where f.repository_id = l.repository_id and f.digest = l.digest) as followed,
       (select a.listed_at from by_api a where a.repository_id = l.repository_id) as api_listed_at
     from v join signature_looks l on l.id = v.id join repositories r on r.id = l.repository_id`,
  );
  const tags = await store.bulk<RawLookTag>(
    { id: "bigint" },
    wanted,
    `, named(id, repository_id, name) as (
       select l.id, l.repository_id, replace(l.digest, ':', '-') || s.suffix
       from v join signature_looks l on l.id = v.id
       cross join (select '' as suffix union all select '.sig' union all select '.att') s
     )
     select n.id, t.name, t.digest from named n
     join tags t on t.repository_id = n.repository_id and t.name = n.name where t.present`,
  );
  const byLook = Map.groupBy(tags, ({ id }) => toNumber(id));
  return rows.map((raw) => ({
    id: toNumber(raw.id),
    repositoryId: toNumber(raw.repository_id),
    name: raw.name,
    host: raw.host,
    path: raw.path,
    private: toBoolean(raw.private),
    digest: raw.digest,
    followed: toBoolean(raw.followed),
    live: toBoolean(raw.live),
    runId: toNumberOrNull(raw.run_id),
    sourceId: raw.source_id,
    listedAt: toNumberOrNull(raw.listed_at),
    tags: (byLook.get(toNumber(raw.id)) ?? []).map(({ name, digest }) => ({ name, digest })),
    attempts: toNumber(raw.attempts),
    checkedAt: toNumberOrNull(raw.checked_at),
    recheckAt: toNumberOrNull(raw.recheck_at),
    failingSince: toNumberOrNull(raw.failing_since),
    failureCode: raw.failure_code,
    failureReason: raw.failure_reason,
    missingSince: toNumberOrNull(raw.missing_since),
    version: toNumber(raw.version),
    found: fromJson<readonly FoundEvidence[]>(raw.found) ?? [],
    barren: fromJson<readonly string[]>(raw.barren) ?? [],
    apiListedAt: toNumberOrNull(raw.api_listed_at),
  }));
}

function followedManifestsOf(from: string): string {
  const tags = `${from} join tags t on t.repository_id = l0.repository_id and t.followed and t.present`;
  return `select t.repository_id, t.digest from ${tags}
     union
     select t.repository_id, p.digest from ${tags} join image_platforms p on p.index_digest = t.digest
     where p.role = 'image' and (p.os is null or p.os = 'linux')`;
}

type RawLook = {
  readonly id: RawNumber;
  readonly repository_id: RawNumber;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly private: RawBoolean;
  readonly digest: string;
  readonly followed: RawBoolean;
  readonly live: RawBoolean;
  readonly run_id: RawNumber | null;
  readonly source_id: string;
  readonly listed_at: RawNumber | null;
  readonly attempts: RawNumber;
  readonly checked_at: RawNumber | null;
  readonly recheck_at: RawNumber | null;
  readonly failing_since: RawNumber | null;
  readonly failure_code: string | null;
  readonly failure_reason: string | null;
  readonly missing_since: RawNumber | null;
  readonly version: RawNumber;
  readonly found: string | null;
  readonly barren: string | null;
  readonly api_listed_at: RawNumber | null;
};

type RawLookTag = { readonly id: RawNumber; readonly name: string; readonly digest: string | null };

/**
 * The fence: of the looks whose lease is still the caller's and that nothing changed since they were read, locked until
 * the end of the transaction. Their repositories are locked before, as every writer does.
 */
export async function holdSignatureLooks(
  tx: Store,
  leases: readonly (Lease<number> & { readonly version: number; readonly repositoryId: number })[],
): Promise<Set<number>> {
  await tx.bulk(
    { id: "bigint" },
    [...new Set(leases.map(({ repositoryId }) => repositoryId))].toSorted((a, b) => a - b).map((id) => [id]),
    `update repositories set lease_token = repositories.lease_token from v where repositories.id = v.id`,
  );
  const rows = await tx.bulk<{ readonly id: RawNumber }>(
    { id: "bigint", token: "bigint", version: "bigint" },
    leases.toSorted((a, b) => a.id - b.id).map(({ id, token, version }) => [id, token, version]),
    `update signature_looks set version = signature_looks.version + 1
     from v where signature_looks.id = v.id and signature_looks.lease_token = v.token
       and signature_looks.version = v.version
     returning signature_looks.id`,
  );
  return new Set(rows.map(({ id }) => toNumber(id)));
}

/** What a look leaves in its row. */
export type SignatureLookRow = {
  readonly id: number;
  readonly dueAt: number | null;
  readonly attempts: number;
  readonly lookedAt: number | null;
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly missingSince: number | null;
  readonly found: readonly FoundEvidence[];
  readonly barren: readonly string[];
};

export async function storeSignatureLooks(tx: Store, rows: readonly SignatureLookRow[]): Promise<void> {
  await tx.bulk(
    {
      id: "bigint",
      due: "bigint",
      attempts: "bigint",
      looked: "bigint",
      checked: "bigint",
      recheck: "bigint",
      failing: "bigint",
      code: "text",
      reason: "text",
      missing: "bigint",
      found: "text",
      barren: "text",
    },
    rows.map((row) => [
      row.id,
      row.dueAt,
      row.attempts,
      row.lookedAt,
      row.checkedAt,
      row.recheckAt,
      row.failingSince,
      row.failureCode,
      row.failureReason,
      row.missingSince,
      asJson(row.found),
      asJson(row.barren),
    ]),
    `update signature_looks
     set due_at = v.due, attempts = v.attempts, looked_at = coalesce(v.looked, signature_looks.looked_at),
       checked_at = v.checked, recheck_at = v.recheck, failing_since = v.failing, failure_code = v.code,
       failure_reason = v.reason, missing_since = v.missing, found = v.found, barren = v.barren, lease_owner = null,
       lease_until = null
     from v where signature_looks.id = v.id`,
  );
}

/** Nothing is looked for any more: its repository is gone, or no document declares it. */
export async function dismissSignatureLooks(tx: Store, leases: readonly Lease<number>[]): Promise<void> {
  await tx.bulk(
    { id: "bigint", token: "bigint" },
    leases.map(({ id, token }) => [id, token]),
    `update signature_looks set due_at = null, lease_owner = null, lease_until = null
     from v where signature_looks.id = v.id and signature_looks.lease_token = v.token`,
  );
}

/**
 * Of an image whose index or whose platform's manifest is verified nothing is missing: the others of its manifests are
 * looked at as seldom as any. Not what was looked at before anything had come by the repository's referrers API: that look
 * may have taken a stray answer for a registry that has none.
 */
export async function easeCoveredLooks(tx: Store, repositoryIds: readonly number[], intervalMs: number): Promise<void> {
  await tx.bulk(
    { repository: "bigint", pause: "bigint" },
    repositoryIds.map((id) => [id, intervalMs]),
    `update signature_looks
     set missing_since = null, recheck_at = signature_looks.looked_at + v.pause,
       due_at = case
         when signature_looks.due_at is null or signature_looks.due_at < signature_looks.recheck_at
           then signature_looks.due_at
         else signature_looks.looked_at + v.pause end
     from v
     where signature_looks.repository_id = v.repository and signature_looks.missing_since is not null
       and signature_looks.failing_since is null
       and signature_looks.looked_at > coalesce((
         select min(e.first_seen_at) from evidence e
         where e.repository_id = v.repository and e.shown
           and e.place in ('referrers', 'unread-referrers')
           and e.source like '%"referrers-api"%'), -1)
       and exists (
         select 1 from judgements j
         join image_platforms p on p.index_digest = j.digest or p.digest = j.digest
         where j.repository_id = v.repository and j.verdict = 'verified'
           and ((p.index_digest = j.digest and p.digest = signature_looks.digest)
             or (p.digest = j.digest and p.index_digest = signature_looks.digest)))`,
  );
}

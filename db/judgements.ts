// Judgements: what the documents in force make of findings, and the verdicts that channels and listings show.
import type { Verdict } from "../policies/plan/switch-plan.ts";
import type { FinishTimes } from "../policies/trust/believed-provenance.ts";
import type { FoundEvidence } from "../policies/trust/found-evidence.ts";
import { asJson, fromJson, type RawBoolean, type RawNumber, toBoolean, toNumber, toNumberOrNull } from "./bulk.ts";
import type { Store } from "./store.ts";

export type JudgementRow = {
  readonly repositoryId: number;
  readonly digest: string;
  readonly verdict: Verdict;
  readonly policyDigest: string | null;
  readonly trustRoot: string | null;
  readonly judgedAt: number;
  readonly changesAt: number | null;
  readonly finished: FinishTimes | null;
};

export async function storeJudgements(tx: Store, rows: readonly JudgementRow[]): Promise<void> {
  await tx.bulk(
    {
      repository: "bigint",
      digest: "text",
      verdict: "text",
      policy: "text",
      root: "text",
      judged: "bigint",
      changes: "bigint",
      earliest: "bigint",
      latest: "bigint",
    },
    rows.map((row) => [
      row.repositoryId,
      row.digest,
      row.verdict,
      row.policyDigest,
      row.trustRoot,
      row.judgedAt,
      row.changesAt,
      row.finished?.firstMs ?? null,
      row.finished?.lastMs ?? null,
    ]),
    `insert into judgements (repository_id, digest, verdict, policy_digest, trust_root, judged_at, changes_at,
       finished_first, finished_last)
     select repository, digest, verdict, policy, root, judged, changes, earliest, latest from v where true
     on conflict (repository_id, digest) do update
     set verdict = excluded.verdict, policy_digest = excluded.policy_digest, trust_root = excluded.trust_root,
       judged_at = excluded.judged_at, changes_at = excluded.changes_at, finished_first = excluded.finished_first,
       finished_last = excluded.finished_last`,
  );
}

/** A channel with what is judged of the image that it names. */
export type ChannelVerdicts = {
  readonly repositoryId: number;
  readonly repository: string;
  readonly private: boolean;
  readonly tag: string;
  readonly digest: string;
  /** Whether a listing speaks of it, and the verdict that the listing shows. */
  readonly isDefault: boolean;
  readonly listed: string;
  /** The last verdict that was told of. */
  readonly told: Verdict | null;
  /** Of what the tag names; null: not judged yet. */
  readonly verdict: Verdict | null;
  readonly isIndex: boolean;
  /** Of an index, in its order. */
  readonly platforms: readonly {
    readonly digest: string;
    readonly architecture: string | null;
    readonly variant: string | null;
    readonly verdict: Verdict | null;
  }[];
};

export async function readChannelVerdicts(tx: Store, repositoryIds: readonly number[]): Promise<ChannelVerdicts[]> {
  const rows = await tx.bulk<RawChannel>(
    { repository: "bigint" },
    [...new Set(repositoryIds)].map((id) => [id]),
    `select r.id, r.name, r.private, r.verdict as listed, r.default_tag, t.name as tag, t.digest, t.verdict as told,
       i.kind, j.verdict, p.position, p.digest as entry, p.architecture, p.variant, pj.verdict as entry_verdict
     from v join repositories r on r.id = v.repository
     join tags t on t.repository_id = r.id and t.followed and t.present and t.digest is not null
     left join images i on i.digest = t.digest
     left join judgements j on j.repository_id = r.id and j.digest = t.digest
     left join image_platforms p on p.index_digest = t.digest and p.role = 'image' and (p.os is null or p.os = 'linux')
     left join judgements pj on pj.repository_id = r.id and pj.digest = p.digest
     order by r.id, t.name, p.position`,
  );
  const channels: (ChannelVerdicts & { platforms: ChannelVerdicts["platforms"][number][] })[] = [];
  for (const raw of rows) {
    const repositoryId = toNumber(raw.id);
    let channel = channels.at(-1);
    if (channel?.repositoryId !== repositoryId || channel.tag !== raw.tag) {
      channel = {
        repositoryId,
        repository: raw.name,
        private: toBoolean(raw.private),
        tag: raw.tag,
        digest: raw.digest,
        isDefault: raw.default_tag === raw.tag,
        listed: raw.listed,
        told: raw.told,
        verdict: raw.verdict,
        isIndex: raw.kind === "index",
        platforms: [],
      };
      channels.push(channel);
    }
    if (raw.entry === null) continue;
    const { entry: digest, architecture, variant, entry_verdict: verdict } = raw;
    channel.platforms.push({ digest, architecture, variant, verdict });
  }
  return channels;
}

type RawChannel = {
  readonly id: RawNumber;
  readonly name: string;
  readonly private: RawBoolean;
  readonly listed: string;
  readonly default_tag: string | null;
  readonly tag: string;
  readonly digest: string;
  readonly told: Verdict | null;
  readonly kind: string | null;
  readonly verdict: Verdict | null;
  readonly position: RawNumber | null;
  readonly entry: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly entry_verdict: Verdict | null;
};

export async function storeToldVerdicts(
  tx: Store,
  rows: readonly { readonly repositoryId: number; readonly tag: string; readonly verdict: Verdict }[],
): Promise<void> {
  await tx.bulk(
    { repository: "bigint", tag: "text", verdict: "text" },
    rows.map(({ repositoryId, tag, verdict }) => [repositoryId, tag, verdict]),
    `update tags set verdict = v.verdict from v where tags.repository_id = v.repository and tags.name = v.tag`,
  );
}

export async function storeListedVerdicts(
  tx: Store,
  rows: readonly { readonly repositoryId: number; readonly verdict: Verdict }[],
): Promise<void> {
  await tx.bulk(
    { repository: "bigint", verdict: "text" },
    rows.map(({ repositoryId, verdict }) => [repositoryId, verdict]),
    `update repositories set verdict = v.verdict from v where repositories.id = v.repository`,
  );
}

/** A manifest with all that a judgement is made from, and what it was last judged by. */
export type JudgedManifest = {
  readonly id: number;
  readonly repositoryId: number;
  readonly repository: string;
  readonly digest: string;
  readonly version: number;
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureReason: string | null;
  readonly found: readonly FoundEvidence[];
  readonly verdict: Verdict | null;
  readonly policyDigest: string | null;
};

/** Pages by id of everything that was looked at at least once. */
export async function judgedManifestsAfter(store: Store, after: number, limit: number): Promise<JudgedManifest[]> {
  const rows = await store.bulk<RawJudged>(
    { after: "bigint" },
    [[after]],
    `select l.id, l.repository_id, r.name, l.digest, l.version, l.checked_at, l.recheck_at, l.failing_since,
       l.failure_reason, l.found, j.verdict, j.policy_digest
     from v join signature_looks l on l.id > v.after
     join repositories r on r.id = l.repository_id
     left join judgements j on j.repository_id = l.repository_id and j.digest = l.digest
     where l.looked_at is not null
     order by l.id limit ${Math.trunc(limit)}`,
  );
  return rows.map(judgedOf);
}

/** The same of some. */
export async function readJudgedManifests(store: Store, ids: readonly number[]): Promise<JudgedManifest[]> {
  const rows = await store.bulk<RawJudged>(
    { id: "bigint" },
    ids.map((id) => [id]),
    `select l.id, l.repository_id, r.name, l.digest, l.version, l.checked_at, l.recheck_at, l.failing_since,
       l.failure_reason, l.found, j.verdict, j.policy_digest
     from v join signature_looks l on l.id = v.id
     join repositories r on r.id = l.repository_id
     left join judgements j on j.repository_id = l.repository_id and j.digest = l.digest`,
  );
  return rows.map(judgedOf);
}

function judgedOf(raw: RawJudged): JudgedManifest {
  return {
    id: toNumber(raw.id),
    repositoryId: toNumber(raw.repository_id),
    repository: raw.name,
    digest: raw.digest,
    version: toNumber(raw.version),
    checkedAt: toNumberOrNull(raw.checked_at),
    recheckAt: toNumberOrNull(raw.recheck_at),
    failingSince: toNumberOrNull(raw.failing_since),
    failureReason: raw.failure_reason,
    found: fromJson<readonly FoundEvidence[]>(raw.found) ?? [],
    verdict: raw.verdict,
    policyDigest: raw.policy_digest,
  };
}

type RawJudged = {
  readonly id: RawNumber;
  readonly repository_id: RawNumber;
  readonly name: string;
  readonly digest: string;
  readonly version: RawNumber;
  readonly checked_at: RawNumber | null;
  readonly recheck_at: RawNumber | null;
  readonly failing_since: RawNumber | null;
  readonly failure_reason: string | null;
  readonly found: string | null;
  readonly verdict: Verdict | null;
  readonly policy_digest: string | null;
};

/** Versions of everything that was looked at: what was worked out before the transaction is compared with them. */
export async function lookVersions(tx: Store): Promise<Map<number, number>> {
  const rows = await tx.bulk<{ readonly id: RawNumber; readonly version: RawNumber }>(
    { one: "bigint" },
    [[1]],
    "select l.id, l.version from v join signature_looks l on l.looked_at is not null",
  );
  return new Map(rows.map(({ id, version }) => [toNumber(id), toNumber(version)]));
}

/** Findings that were made again from stored bytes, and when the judgement wants to be made again. */
export async function storeFound(
  tx: Store,
  rows: readonly { readonly id: number; readonly found: readonly FoundEvidence[] }[],
): Promise<void> {
  await tx.bulk(
    { id: "bigint", found: "text" },
    rows.map(({ id, found }) => [id, asJson(found)]),
    `update signature_looks set found = v.found, version = signature_looks.version + 1
     from v where signature_looks.id = v.id`,
  );
}

/** A look is due not later than its judgement changes by time alone. */
export async function hurryLooks(
  tx: Store,
  rows: readonly { readonly id: number; readonly changesAt: number }[],
): Promise<void> {
  await tx.bulk(
    { id: "bigint", changes: "bigint" },
    rows.map(({ id, changesAt }) => [id, changesAt]),
    `update signature_looks set due_at = v.changes
     from v where signature_looks.id = v.id and signature_looks.due_at > v.changes`,
  );
}

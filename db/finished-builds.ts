// Finished builds: which of the builds that channels named have a provenance that says when they ended.
import type { FinishTimes } from "../policies/trust/believed-provenance.ts";
import { asJson, fromJson, type RawNumber, toNumber, toNumberOrNull } from "./bulk.ts";
import type { OlderThan } from "./schema.ts";
import type { Store } from "./store.ts";

/** A channel whose `olderThan` provenance may decide: nothing else has. */
export type UndecidedChannel = {
  readonly repositoryId: number;
  readonly tag: string;
  readonly digest: string;
  readonly since: number | null;
  readonly olderThan: OlderThan | null;
  /** Digests that it named, with when each, or an image of each index, was built. */
  readonly named: ReadonlyMap<string, ReadonlyMap<string, FinishTimes>>;
};

/** Those that named something with a known end of its build, or are said to be older by such a one. */
export async function readUndecidedChannels(tx: Store, repositoryIds: readonly number[]): Promise<UndecidedChannel[]> {
  const undecided = `join tags t on t.repository_id = v.repository and t.followed and t.present and t.digest is not null
       and (t.older_than is null or t.older_than like '%"by":"provenance"%')`;
  const columns = "t.repository_id, t.name as tag, t.digest, t.since, t.older_than";
  const rows = await tx.bulk<RawNamed>(
    { repository: "bigint" },
    [...new Set(repositoryIds)].map((id) => [id]),
    `select ${columns}, h.digest as named, j.digest as built, j.finished_first, j.finished_last
     from v ${undecided}
     join tag_history h on h.repository_id = t.repository_id and h.tag = t.name
     join judgements j on j.repository_id = t.repository_id and j.digest = h.digest and j.finished_first is not null
     union all
     select ${columns}, h.digest, j.digest, j.finished_first, j.finished_last
     from v ${undecided}
     join tag_history h on h.repository_id = t.repository_id and h.tag = t.name
     join image_platforms p on p.index_digest = h.digest and p.role = 'image'
     join judgements j on j.repository_id = t.repository_id and j.digest = p.digest and j.finished_first is not null
     union all
     select ${columns}, null, null, null, null
     from v ${undecided} and t.older_than is not null`,
  );
  const channels = new Map<
    string,
    Omit<UndecidedChannel, "named"> & { readonly named: Map<string, Map<string, FinishTimes>> }
  >();
  for (const raw of rows) {
    const key = `${raw.repository_id} ${raw.tag}`;
    let channel = channels.get(key);
    if (channel === undefined) {
      const { tag, digest } = raw;
      const [since, olderThan] = [toNumberOrNull(raw.since), fromJson<OlderThan>(raw.older_than)];
      channel = { repositoryId: toNumber(raw.repository_id), tag, digest, since, olderThan, named: new Map() };
      channels.set(key, channel);
    }
    const { named, built, finished_first: first, finished_last: last } = raw;
    if (named === null || built === null || first === null || last === null) continue;
    const times = channel.named.get(named) ?? new Map<string, FinishTimes>();
    channel.named.set(named, times.set(built, { firstMs: toNumber(first), lastMs: toNumber(last) }));
  }
  return [...channels.values()];
}

type RawNamed = {
  readonly repository_id: RawNumber;
  readonly tag: string;
  readonly digest: string;
  readonly since: RawNumber | null;
  readonly older_than: string | null;
  readonly named: string | null;
  readonly built: string | null;
  readonly finished_first: RawNumber | null;
  readonly finished_last: RawNumber | null;
};

export async function storeOlderThan(
  tx: Store,
  rows: readonly { readonly repositoryId: number; readonly tag: string; readonly olderThan: OlderThan | null }[],
): Promise<void> {
  await tx.bulk(
    { repository: "bigint", tag: "text", older: "text" },
    rows.map(({ repositoryId, tag, olderThan }) => [repositoryId, tag, asJson(olderThan)]),
    `update tags set older_than = v.older from v where tags.repository_id = v.repository and tags.name = v.tag`,
  );
}

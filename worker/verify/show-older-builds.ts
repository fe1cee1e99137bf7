// Older builds by provenance: channels that went back to a build which only its provenance tells from the newer one.
import type { Change } from "../../db/changes.ts";
import { readUndecidedChannels, storeOlderThan, type UndecidedChannel } from "../../db/finished-builds.ts";
import type { OlderThan } from "../../db/schema.ts";
import type { Store } from "../../db/store.ts";
import { isOlderByProvenance, type ProvenBuild } from "../../policies/images/build-order.ts";
import type { FinishTimes } from "../../policies/trust/believed-provenance.ts";
import { readBuildFacts } from "../show-channels.ts";
import type { BuildFacts } from "../tag-changes.ts";

/**
 * Derived anew from the judgements in this transaction: what a look finds, and whom the documents believe, may tell that a
 * move which nothing else gave away was one to an older build, or that it was none.
 */
export async function showOlderBuilds(tx: Store, change: Change, repositoryIds: readonly number[]): Promise<void> {
  const channels = await readUndecidedChannels(tx, repositoryIds);
  const later = new Map(channels.map((channel) => [channel, laterBuilds(channel)]));
  const digests = [...later].flatMap(([{ digest }, others]) => (others.length === 0 ? [] : [digest, ...others]));
  const builds = await readBuildFacts(tx, [...new Set(digests)]);
  const changed: { repositoryId: number; tag: string; olderThan: OlderThan | null }[] = [];
  for (const [channel, others] of later) {
    const { repositoryId, tag, olderThan } = channel;
    const found = newestAbove(channel, others, builds);
    if (found?.digest === olderThan?.digest && found?.since === olderThan?.since) continue;
    changed.push({ repositoryId, tag, olderThan: found });
    change.touch(repositoryId);
  }
  await storeOlderThan(tx, changed);
}

/** What the channel named of which anything was built later than anything of what it names now, the newest first. */
function laterBuilds({ digest, named }: UndecidedChannel): string[] {
  const current = span(named.get(digest));
  if (current === null) return [];
  return [...named]
    .flatMap(([other, times]) => {
      const { lastMs } = span(times) ?? { lastMs: Number.NEGATIVE_INFINITY };
      return other !== digest && lastMs > current.firstMs ? [{ other, lastMs }] : [];
    })
    .toSorted((a, b) => b.lastMs - a.lastMs)
    .map(({ other }) => other);
}

function newestAbove(
  { digest, since, named }: UndecidedChannel,
  others: readonly string[],
  facts: ReadonlyMap<string, BuildFacts>,
): OlderThan | null {
  const provenBuildsOf = (of: string): ProvenBuild[] =>
    (facts.get(of)?.builds ?? []).map((build) => {
      const times = [named.get(of)?.get(of), named.get(of)?.get(build.digest)].filter((each) => each !== undefined);
      return { ...build, finished: joined(times) };
    });
  const now = provenBuildsOf(digest);
  const newest = others.find((other) => isOlderByProvenance(provenBuildsOf(other), now));
  if (newest === undefined || since === null) return null;
  const { version = null, created = null } = facts.get(newest) ?? {};
  return { digest: newest, version, created, since, by: "provenance" };
}

function span(times: ReadonlyMap<string, FinishTimes> | undefined): FinishTimes | null {
  return joined([...(times?.values() ?? [])]);
}

function joined(times: readonly FinishTimes[]): FinishTimes | null {
  if (times.length === 0) return null;
  return {
    firstMs: Math.min(...times.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...times.map(({ lastMs }) => lastMs)),
  };
}

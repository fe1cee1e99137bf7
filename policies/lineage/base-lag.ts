// Base lag: how far a base is behind its own channel, by the channel's history.

/** One row of a channel's history: which digest, from when to when (null: still). In milliseconds. */
export type ChannelBuild = { readonly digest: string; readonly from: number; readonly to: number | null };

export type BaseLag =
  | { readonly outcome: "lag"; readonly days: number; readonly builds: number }
  | { readonly outcome: "unknown"; readonly reason: string };

const dayMs = 24 * 60 * 60 * 1000;

/**
 * `builds`: how many other builds the channel named after this one. `days`: whole days from when it first named this
 * one, after whatever came before, to when it first named its newest; none of it changes by time alone.
 */
export function baseLag(channel: string, digests: readonly string[], history: readonly ChannelBuild[]): BaseLag {
  const builds = history.toSorted((a, b) => a.from - b.from || (a.to ?? Infinity) - (b.to ?? Infinity));
  const place = builds.findLastIndex(({ digest }) => digests.includes(digest));
  const used = builds[place];
  const newest = builds.at(-1);
  if (used === undefined || newest === undefined) {
    return { outcome: "unknown", reason: `${channel} was never seen to name it` };
  }
  if (newest.to !== null) return { outcome: "unknown", reason: `${channel} is not there any more` };
  const later = new Set(builds.slice(place + 1).map(({ digest }) => digest));
  return { outcome: "lag", days: Math.floor((newest.from - used.from) / dayMs), builds: later.size };
}

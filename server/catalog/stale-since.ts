// Since when a tag is stale: its own looks fail, or those at the list of tags that lead to it.

type Look = { readonly observedAt: number | null; readonly failingSince: number | null };

/** The first failed look since the tag was last seen to be so; null while looks succeed. */
export function tagStaleSince(tag: Look, repository: Pick<Look, "failingSince">): number | null {
  // A tag that somebody asked for can have been seen while the list of tags could not be read.
  const listing = (repository.failingSince ?? 0) > (tag.observedAt ?? 0) ? repository.failingSince : null;
  if (listing === null || tag.failingSince === null) return listing ?? tag.failingSince;
  return Math.min(listing, tag.failingSince);
}

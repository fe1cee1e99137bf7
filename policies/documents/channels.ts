// Channels: which of a repository's tags are followed, and which of them a listing speaks of.
import { isArtefactTag } from "../words/artefact-tag.ts";
import { matchesAny, matchesPattern } from "../words/pattern.ts";
import type { SourceDocument } from "./source-document.ts";

type Tagged = Pick<SourceDocument, "tags">;

/** Whether the source leaves this tag out: what it ignores, and what carries signatures and names no image. */
export function isIgnored(source: Tagged, tag: string): boolean {
  return isArtefactTag(tag) || matchesAny(source.tags.ignore, tag);
}

/** Whether the tag is a channel: inspected and verified. What is ignored never is. */
export function isFollowed(source: Tagged, tag: string): boolean {
  return matchesAny(source.tags.channels, tag) && !isIgnored(source, tag);
}

/**
 * The channel a listing speaks of, among the tags that exist: the source's default, else `latest`, else the first in
 * the order of the source's channels (and by name where one pattern matches several).
 */
export function defaultChannel(source: Tagged, existing: readonly string[]): string | undefined {
  const followed = existing.filter((tag) => isFollowed(source, tag)).toSorted();
  for (const wanted of [source.tags.default, "latest"]) {
    if (wanted !== undefined && followed.includes(wanted)) return wanted;
  }
  for (const pattern of source.tags.channels) {
    const first = followed.find((tag) => matchesPattern(pattern, tag));
    if (first !== undefined) return first;
  }
  return undefined;
}

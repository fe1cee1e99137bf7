// Listings: the names of all pages, to the end, each once, and never without a bound.
import type { HttpAnswer } from "../http/http.ts";
import { nextPage } from "./link.ts";
import { RegistryError } from "./registry-error.ts";

export type ListingBounds = { readonly entries: number; readonly pages: number; readonly idlePages: number };

export type ListingSource<T> = {
  /** Whose listing it is, in errors. */
  readonly what: string;
  /** One page, or undefined where the registry does not know what is listed. */
  readonly readPage: (url: URL) => Promise<HttpAnswer | undefined>;
  /** The entries of a page under their keys. */
  readonly entriesOf: (answer: HttpAnswer) => Iterable<readonly [string, T]>;
};

/**
 * Follows `Link: rel="next"`. Pages may be of any length and the order is any; a listing that comes back to where it
 * was, or goes on without bringing anything, is refused, because nobody can say that it is whole.
 */
export async function readListing<T>(
  first: URL,
  source: ListingSource<T>,
  bounds: ListingBounds,
): Promise<ReadonlyMap<string, T> | undefined> {
  const { what } = source;
  const entries = new Map<string, T>();
  const visited = new Set<string>();
  let idle = 0;
  for (let url = first; ; ) {
    visited.add(url.href);
    const answer = await source.readPage(url);
    if (answer === undefined && visited.size > 1) throw new RegistryError("malformed", `${what} breaks off`);
    if (answer === undefined) return undefined;
    const before = entries.size;
    for (const [key, entry] of source.entriesOf(answer)) {
      if (!entries.has(key)) entries.set(key, entry);
      if (entries.size > bounds.entries) {
        throw new RegistryError("too-many", `${what} has more than ${bounds.entries} entries`);
      }
    }
    const next = nextPage(answer.headers.link, answer.url);
    if (next.outcome === "none") return entries;
    if (next.outcome === "refused") throw new RegistryError("malformed", `${what}: ${next.reason}`);
    if (visited.has(next.url.href)) throw new RegistryError("malformed", `${what} goes in a circle`);
    if (visited.size >= bounds.pages)
      throw new RegistryError("too-many", `${what} has more than ${bounds.pages} pages`);
    idle = entries.size === before ? idle + 1 : 0;
    if (idle > bounds.idlePages) {
      throw new RegistryError("malformed", `${what} goes on for ${idle} pages without a new entry`);
    }
    url = next.url;
  }
}

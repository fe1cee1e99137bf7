// The search query: what is asked of the index, and what it answers.
import type { FacetCount } from "./facet-column.ts";
import type { SortKey } from "./sort-order.ts";

export const sorts = [
  "name",
  "-name",
  "updated",
  "-updated",
  "popularity",
  "-popularity",
  "relevance",
  "-relevance",
] as const;
export type Sort = (typeof sorts)[number];

/** The last result of the page before: its key under the sort, its score, and its name. */
export type SearchPosition = {
  readonly score: number;
  readonly key: SortKey;
  readonly name: string;
};

export type SearchQuery = {
  /** All words are wanted; the last may be the beginning of one. Empty: everything. */
  readonly text: string;
  /** Facet -> values of which one is wanted. All facets are wanted. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
  readonly sort: Sort;
  readonly after: SearchPosition | null;
  readonly limit: number;
  readonly withFacets: boolean;
};

export type SearchFacet = { readonly key: string; readonly options: readonly FacetCount[] };

export type SearchResult = {
  readonly total: number;
  /** Ids of repositories, in order. */
  readonly ids: readonly number[];
  /** Where the next page begins; null: this is the last one. */
  readonly next: SearchPosition | null;
  /** Counts of each facet among what all other filters let through. */
  readonly facets: readonly SearchFacet[] | null;
};

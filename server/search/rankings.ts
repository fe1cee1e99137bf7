// Rankings: by which key, and in which direction, each way of sorting puts what was found.
import type { SearchRow } from "../../db/search-rows.ts";
import type { SearchPosition, Sort } from "./search-query.ts";
import type { SortKey, SortOrder } from "./sort-order.ts";

export type OrderName = "name" | "updated" | "-updated" | "popularity" | "-popularity";

export type Ranking = { readonly order: OrderName; readonly byScore: boolean; readonly reversed: boolean };

/** Equally relevant ones stand in the order of their popularity. */
export const rankings: Readonly<Record<Sort, Ranking>> = {
  name: { order: "name", byScore: false, reversed: false },
  "-name": { order: "name", byScore: false, reversed: true },
  updated: { order: "updated", byScore: false, reversed: false },
  "-updated": { order: "-updated", byScore: false, reversed: false },
  popularity: { order: "popularity", byScore: false, reversed: false },
  "-popularity": { order: "-popularity", byScore: false, reversed: false },
  relevance: { order: "-popularity", byScore: true, reversed: false },
  "-relevance": { order: "-popularity", byScore: true, reversed: true },
};

/** Where in an order (counted from its end where it is reversed) the page after this position begins. */
export function placeAfter(order: SortOrder, reversed: boolean, after: SearchPosition | null): number {
  if (after === null) return 0;
  return reversed
    ? order.ordinals.length - order.positionOf(after.key, after.name)
    : order.positionAfter(after.key, after.name);
}

export function keyUnder(order: OrderName, row: SearchRow | undefined): SortKey {
  if (row === undefined || order === "name") return null;
  return order.endsWith("updated") ? row.updatedAt : row.popularity;
}

// Sameness of search rows: whether a row that was touched says anything else than before.
import type { SearchRow } from "../../db/search-rows.ts";

export function isSameRow(a: SearchRow, b: SearchRow): boolean {
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    a.official === b.official &&
    a.distribution === b.distribution &&
    a.project === b.project &&
    a.title === b.title &&
    a.description === b.description &&
    a.verdict === b.verdict &&
    a.updatedAt === b.updatedAt &&
    a.popularity === b.popularity &&
    isSameJson(a.facets, b.facets) &&
    isSameJson(a.architectures, b.architectures)
  );
}

function isSameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

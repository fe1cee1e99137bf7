// Search rows: what the search index is made from, read in large pages at start and by revision afterwards.
import { sql } from "drizzle-orm";
import type { Facets } from "./schema.ts";
import type { Store } from "./store.ts";

export type SearchRow = {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly verdict: string;
  readonly updatedAt: number | null;
  readonly popularity: number | null;
  readonly facets: Facets;
  readonly architectures: readonly string[];
};

/** `row` is null where nobody may find the repository (any more): private, not declared, not listed. */
export type SearchChange = { readonly id: number; readonly row: SearchRow | null };

/**
 * A page of all that can be found, in the order of names, from after `name`. Read by hand-written SQL: the query
 * builder's mapping would take longer than the database for the 100,000 rows that a start may have to read.
 */
export async function pageOfSearchRows(store: Store, after: string, limit: number): Promise<SearchRow[]> {
  const rows = await store.rows<RawRow>(sql`
    select ${columns} from repositories
    where name > ${after} and state = 'listed' and ${flag(store, "active", true)} and ${flag(store, "private", false)}
    order by name limit ${limit}`);
  return rows.map(rowOf);
}

/** A page of what changed in commits after `generation`, by ascending id from above `afterId`. */
export async function pageOfSearchChanges(
  store: Store,
  generation: number,
  afterId: number,
  limit: number,
): Promise<SearchChange[]> {
  const rows = await store.rows<RawRow & { readonly found: unknown }>(sql`
    select ${columns},
      (state = 'listed' and ${flag(store, "active", true)} and ${flag(store, "private", false)}) as found
    from repositories where revision > ${generation} and id > ${afterId}
    order by id limit ${limit}`);
  return rows.map((row) => ({ id: Number(row.id), row: row.found ? rowOf(row) : null }));
}

type RawRow = {
  readonly id: number | string;
  readonly name: string;
  readonly kind: string;
  readonly official: boolean | number;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly verdict: string;
  readonly updated_at: number | string | null;
  readonly popularity: number | null;
  readonly facets: string;
  readonly architectures: string;
};

const columns = sql.raw(
  "id, name, kind, official, distribution, project, title, description, verdict, updated_at, popularity, facets, architectures",
);

/** PostgreSQL has booleans, SQLite 0 and 1. */
function flag(store: Store, column: "active" | "private", value: boolean) {
  if (store.dialect === "postgres") return sql.raw(value ? column : `not ${column}`);
  return sql.raw(`${column} = ${value ? 1 : 0}`);
}

function rowOf(raw: RawRow): SearchRow {
  return {
    id: Number(raw.id),
    name: raw.name,
    kind: intern(raw.kind),
    official: Boolean(raw.official),
    distribution: raw.distribution === null ? null : intern(raw.distribution),
    project: raw.project === null ? null : intern(raw.project),
    title: raw.title,
    description: raw.description,
    verdict: intern(raw.verdict),
    updatedAt: raw.updated_at === null ? null : Number(raw.updated_at),
    popularity: raw.popularity,
    facets: facetsOf(raw.facets),
    architectures: listOf(raw.architectures),
  };
}

/** Few texts stand in very many rows: each is parsed, and kept, once. */
function remembering<Value>(parse: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text);
    if (value !== undefined) return value;
    const parsed = parse(text);
    if (known.size >= 10_000) known.clear();
    known.set(text, parsed);
    return parsed;
  };
}

const intern = remembering((text) => text);
const facetsOf = remembering((text): Facets => JSON.parse(text));
const listOf = remembering((text): readonly string[] => JSON.parse(text));

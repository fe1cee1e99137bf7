// Bulk writes: rows as a table of values, so that a hundred results cost one statement.
import { type SQL, sql } from "drizzle-orm";

/** The types that both databases know by the same name. JSON is text here, and a boolean is 0 or 1. */
export type BulkType = "bigint" | "text" | "double precision";
export type BulkValue = string | number | null;

/** Parameters of one statement: PostgreSQL counts them in 16 bits, SQLite up to 32,766. */
const maxParameters = 30_000;

/**
 * `v(…) as (values …)`, to stand after the `with` of an update or insert that reads from `v`. The first row carries
 * the types: PostgreSQL takes a column of bare parameters for text.
 */
export function asValues(columns: Readonly<Record<string, BulkType>>, rows: readonly (readonly BulkValue[])[]): SQL {
  const names = Object.keys(columns);
  const types = Object.values(columns);
  const tuples = rows.map((row, r) => {
    const cells = row.map((value, c) =>
      r === 0 ? sql`cast(${storable(value)} as ${sql.raw(types[c] ?? "text")})` : sql`${storable(value)}`,
    );
    return sql`(${sql.join(cells, sql`, `)})`;
  });
  return sql`v(${sql.raw(names.join(", "))}) as (values ${sql.join(tuples, sql`, `)})`;
}

/** PostgreSQL refuses the character U+0000, which a registry's texts may well contain. */
function storable(value: BulkValue): BulkValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

/** Slices of rows that fit into one statement each. */
export function* inChunks<Row>(rows: readonly Row[], parametersPerRow: number, most = 500): Generator<Row[]> {
  const size = Math.max(1, Math.min(most, Math.floor(maxParameters / parametersPerRow)));
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

// The column vocabulary: the few kinds of column the schema is made of, for SQLite; PostgreSQL's is in pg/dialect.ts.
import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const sqlite = {
  table: sqliteTable,
  index,
  uniqueIndex,
  primaryKey,
  text: (name: string) => text(name),
  /** A whole number: a count, a size in bytes, or a time in milliseconds since 1970 (UTC). */
  integer: (name: string) => integer(name, { mode: "number" }),
  real: (name: string) => real(name),
  boolean: (name: string) => integer(name, { mode: "boolean" }),
  json: (name: string) => text(name, { mode: "json" }),
  bytes: (name: string) => blob(name, { mode: "buffer" }),
  /** A primary key the database counts up. */
  serial: (name: string) => integer(name, { mode: "number" }).primaryKey({ autoIncrement: true }),
};

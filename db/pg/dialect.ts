// PostgreSQL's column vocabulary. Apart from SQLite's, so that a process that needs one of them loads one of them.
import {
  bigint,
  bigserial,
  boolean,
  customType,
  doublePrecision,
  index as pgIndex,
  primaryKey as pgPrimaryKey,
  pgTable,
  uniqueIndex as pgUniqueIndex,
} from "drizzle-orm/pg-core";
import type { sqlite } from "../dialect.ts";

// Collation C whatever the database was made with: keyset pages must meet in the same order on both databases.
const pgText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text collate "C"',
  // PostgreSQL refuses the character U+0000, which a registry's texts may well contain.
  toDriver: (value) => (value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value),
});

const pgJson = customType<{ data: unknown; driverData: string }>({
  // Text, not jsonb: labels are kept as they are, with their order, and nothing is asked inside them by SQL.
  dataType: () => "text",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => JSON.parse(value),
});

const pgBytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** PostgreSQL's vocabulary under SQLite's types, so that every query is written and checked once. */
export const postgres = {
  table: pgTable,
  index: pgIndex,
  uniqueIndex: pgUniqueIndex,
  primaryKey: pgPrimaryKey,
  text: (name: string) => pgText(name),
  integer: (name: string) => bigint(name, { mode: "number" }),
  real: (name: string) => doublePrecision(name),
  boolean: (name: string) => boolean(name),
  json: (name: string) => pgJson(name),
  bytes: (name: string) => pgBytes(name),
  serial: (name: string) => bigserial(name, { mode: "number" }).primaryKey(),
} as unknown as typeof sqlite;

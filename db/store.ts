// The store: one interface over SQLite and PostgreSQL, through which every query module works.
import type { SQL } from "drizzle-orm";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import type { BulkColumns, BulkValue } from "./bulk.ts";
import type { Tables } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/** drizzle's SQLite query builder; PostgreSQL's has the same shape for the part of SQL that is used here. */
export type Database = BaseSQLiteDatabase<"async", unknown>;

export type Store = {
  readonly dialect: "sqlite" | "postgres";
  /** For reading. Outside a transaction nothing can be written: SQLite's reading connection refuses it. */
  readonly db: Database;
  readonly t: Tables;
  /** Rows of hand-written SQL. Numbers may come as text from PostgreSQL, and booleans as 0 and 1 from SQLite. */
  rows<Row>(query: SQL): Promise<Row[]>;
  /** Rows locked for this transaction, waiting for whoever holds them. Nothing to do on SQLite: one writer. */
  locked<Query>(query: Query): Query;
  /** The same, passing over those another holds. */
  skipLocked<Query>(query: Query): Query;
  /** Prepared once for each connection under a name: building a query costs ten times as much as running it. */
  prepared<Query extends { prepare(name?: string): unknown }>(
    name: string,
    build: (store: Store) => Query,
  ): Prepared<Query>;
  /**
   * One statement over many rows, which it reads as the table `v`: its text comes after `with recursive v(…) as (…)`,
   * as in `insert into … select … from v where true on conflict …` or `update … from v …`. No two rows may meet in
   * one row of the target. Gives what it returns, by hand-written SQL's rules (see `rows`). A thousand rows by the
   * query builder cost a hundred times as much as by this.
   */
  bulk<Row>(columns: BulkColumns, rows: readonly (readonly BulkValue[])[], statement: string): Promise<Row[]>;
  /**
   * All or nothing. `work` may run again, where PostgreSQL found a deadlock, so that it does nothing but read and
   * write through the store it is given. Inside a transaction, joins it.
   */
  transaction<T>(work: (tx: Store) => Promise<T>): Promise<T>;
  /**
   * The part of the check on start that would delay it: a large SQLite file's structure is looked at in a thread.
   * StoreError "damaged" where it is; nothing to do where opening has looked at everything.
   */
  finishCheck(): Promise<void>;
  close(): Promise<void>;
};

type Prepared<Query extends { prepare(name?: string): unknown }> = ReturnType<Query["prepare"]>;

export type DatabaseLimits = {
  /** How long a writer waits for another process's transaction (SQLite), in milliseconds. */
  readonly busyTimeoutMs: number;
  /** PostgreSQL connections of this process. */
  readonly poolMax: number;
  /** How long one PostgreSQL statement may run, in milliseconds. */
  readonly statementTimeoutMs: number;
  /** How long to wait for a PostgreSQL connection, in milliseconds. */
  readonly connectTimeoutMs: number;
};

export type DatabasePlace =
  | { readonly kind: "postgres"; readonly url: string }
  | { readonly kind: "sqlite"; readonly path: string };

/** Which database a URL names: `file:PATH`, a bare path or `postgres://…`. */
export function databaseOf(url: string): DatabasePlace {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: "postgres", url };
  const path = url.replace(/^file:(\/\/(?=\/))?/, "");
  if (path === "" || path === ":memory:" || /^[a-z][a-z0-9+.-]*:\/\//.test(path)) {
    throw new StoreError(
      "bad-url",
      `${JSON.stringify(url.replace(/\/\/[^@/]*@/, "//"))} names no database: give file:PATH or postgres://HOST/NAME`,
    );
  }
  return { kind: "sqlite", path };
}

/** Opens the database, and brings its schema up to date. */
export async function openStore(url: string, limits: DatabaseLimits): Promise<Store> {
  const place = databaseOf(url);
  if (place.kind === "postgres") {
    const { openPostgres } = await import("./pg/postgres-store.ts");
    return openPostgres(place.url, limits);
  }
  const { openSqlite } = await import("./sqlite/sqlite-store.ts");
  return openSqlite(place.path, limits);
}

// SQLite's migrations: brings a file's schema up to date in one transaction, whoever else is doing the same.
import type Sqlite from "better-sqlite3";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { migrationsFolder, refuseNewer } from "../migrations.ts";
import { StoreError } from "../store-error.ts";

/** When the newest migration that this file has seen was made; undefined for a file without any. */
function appliedMigration(connection: Sqlite.Database): number | undefined {
  const known = connection.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  if (known === undefined) return undefined;
  const row = connection
    .prepare<[], { newest: number | null }>("select max(created_at) as newest from __drizzle_migrations")
    .get();
  return row?.newest === null || row?.newest === undefined ? undefined : Number(row.newest);
}

/**
 * drizzle's own migrator asks for the version before its transaction begins: two processes that start on one fresh
 * file would both apply everything. Throws SQLITE_BUSY where another process is writing.
 */
export function migrateFile(connection: Sqlite.Database): void {
  const folder = migrationsFolder("sqlite");
  refuseNewer(appliedMigration(connection), folder);
  // A migration that changes a table makes a new one and drops the old, which would delete what refers to it.
  connection.pragma("foreign_keys = OFF");
  try {
    connection.exec("BEGIN IMMEDIATE");
    applyMissing(connection, folder);
    connection.exec("insert into clock (id, generation, last_event) values (1, 0, 0) on conflict do nothing");
    connection.exec("insert into catalogs (id, name) values (1, 'self') on conflict do nothing");
    connection.exec("COMMIT");
  } finally {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    connection.pragma("foreign_keys = ON");
  }
}

function applyMissing(connection: Sqlite.Database, folder: string): void {
  // The columns that drizzle-orm gives this table.
  connection.exec(
    "create table if not exists __drizzle_migrations (id integer primary key, hash text not null, created_at numeric)",
  );
  const applied = appliedMigration(connection) ?? Number.NEGATIVE_INFINITY;
  const missing = readMigrationFiles({ migrationsFolder: folder }).filter(({ folderMillis }) => folderMillis > applied);
  if (missing.length === 0) return;
  const note = connection.prepare("insert into __drizzle_migrations (hash, created_at) values (?, ?)");
  for (const migration of missing) {
    for (const statement of migration.sql) connection.exec(statement);
    note.run(migration.hash, migration.folderMillis);
  }
  const [broken] = connection.pragma("foreign_key_check") as { readonly table: string }[];
  if (broken !== undefined) {
    throw new StoreError(
      "damaged",
      `rows of ${broken.table} refer to nothing after the update, which was undone: restore a backup, and report this`,
    );
  }
}

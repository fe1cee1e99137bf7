// Migrations: from empty and from every version that was released, to the schema that the program is written for.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from "drizzle-kit/api";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { migrate as migratePostgres } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { migrationsFolder } from "../../../db/migrations.ts";
import * as pgTables from "../../../db/pg/tables.ts";
import * as sqliteTables from "../../../db/sqlite/tables.ts";
import { openStore, type Store } from "../../../db/store.ts";
import { createTestDatabase, type StoreKind, storeKinds, testDatabaseLimits } from "../../kit/stores.ts";

type Journal = { entries: { idx: number; tag: string; when: number }[] };
type Column = { readonly table: string; readonly name: string; readonly type: string };
type Row = Readonly<Record<string, unknown>>;

const folderOf = (kind: StoreKind) => migrationsFolder(kind === "sqlite" ? "sqlite" : "pg");
const journalOf = (kind: StoreKind): Journal =>
  JSON.parse(readFileSync(join(folderOf(kind), "meta/_journal.json"), "utf8"));

describe.each(storeKinds)("%s", (kind) => {
  async function database(): Promise<string> {
    const { url, drop } = await createTestDatabase(kind);
    onTestFinished(drop);
    return url;
  }

  async function opened(url: string): Promise<Store> {
    const store = await openStore(url, testDatabaseLimits);
    onTestFinished(() => store.close());
    return store;
  }

  test("the migrations make exactly the schema of the program", async () => {
    const { entries } = journalOf(kind);
    const snapshot = JSON.parse(
      readFileSync(
        join(folderOf(kind), "meta", `${String(entries.length - 1).padStart(4, "0")}_snapshot.json`),
        "utf8",
      ),
    );
    const missing =
      kind === "sqlite"
        ? await generateSQLiteMigration(snapshot, await generateSQLiteDrizzleJson(sqliteTables))
        : await generateMigration(snapshot, generateDrizzleJson(pgTables));
    expect(missing, "run `npm run migrations`").toEqual([]);
  });

  test("the journal goes forward in time: drizzle would pass over an entry older than the one before", () => {
    const times = journalOf(kind).entries.map((entry) => entry.when);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  test("opened again, a database is as it was", async () => {
    const url = await database();
    const store = await openStore(url, testDatabaseLimits);
    await store.transaction((tx) => tx.db.update(tx.t.clock).set({ generation: 7, lastEvent: 3 }));
    await store.close();
    const again = await opened(url);
    expect(await again.db.select().from(again.t.clock)).toEqual([{ id: 1, generation: 7, lastEvent: 3 }]);
  });

  test("a database newer than the program is refused, and left as it is", async () => {
    const url = await database();
    await (await openStore(url, testDatabaseLimits)).close();
    const future = Date.parse("2100-01-01");
    const table = kind === "sqlite" ? "__drizzle_migrations" : "drizzle.__drizzle_migrations";
    await runOn(url, [`insert into ${table} (hash, created_at) values ('future', ${future})`]);
    await expect(openStore(url, testDatabaseLimits)).rejects.toMatchObject({
      name: "StoreError",
      code: "newer-database",
      message: expect.stringMatching(/newer Signalbox: install that version, or restore the backup/),
    });
  });

  const versions = journalOf(kind).entries.map((entry) => entry.tag);
  test.each(versions.map((tag, i) => ({ tag, count: i + 1 })))(
    "data written under $tag survives the way to the newest",
    async ({ count }) => {
      const url = await database();
      await makeVersion(url, count);
      const columns = await columnsOf(url);
      await runOn(url, insertionsFor(kind, columns));
      const before = await contents(url, columns);
      const store = await opened(url);
      const fresh = await opened(await database());
      expect(await schemaOf(store)).toEqual(await schemaOf(fresh));
      const kept = new Set((await columnsOf(url)).map(({ table, name }) => `${table}.${name}`));
      const after = await contents(
        url,
        columns.filter(({ table, name }) => kept.has(`${table}.${name}`)),
      );
      for (const [table, rows] of Object.entries(after)) {
        expect(rows, table).toEqual(before[table]?.map((row) => only(row, (name) => kept.has(`${table}.${name}`))));
      }
      expect(await store.db.select().from(store.t.clock)).toHaveLength(1);
    },
  );

  async function makeVersion(url: string, count: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-migrations-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(folderOf(kind), folder, { recursive: true });
    const journal = journalOf(kind);
    writeFileSync(
      join(folder, "meta/_journal.json"),
      JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }),
    );
    if (kind === "postgres") {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await migratePostgres(drizzlePostgres({ client }), { migrationsFolder: folder });
      await client.end();
      return;
    }
    const connection = new Sqlite(url.slice("file:".length));
    connection.exec(
      "create table __drizzle_migrations (id integer primary key, hash text not null, created_at numeric)",
    );
    for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder: folder })) {
      for (const statement of statements) connection.exec(statement);
      connection.prepare("insert into __drizzle_migrations (hash, created_at) values (?, ?)").run(hash, folderMillis);
    }
    connection.close();
  }
});

/**
 * One row for each table, in which every number is 1 and every text is x: whatever refers to something finds it.
 * Constraints are off meanwhile, so that the order of tables does not matter.
 */
function insertionsFor(kind: StoreKind, columns: readonly Column[]): string[] {
  const values = (type: string) => {
    if (/^(integer|bigint|real|double)/i.test(type)) return "1";
    if (/^bool/i.test(type)) return "true";
    if (/^bytea/i.test(type)) return "'\\x01ff'";
    if (/^blob/i.test(type)) return "x'01ff'";
    return "'x'";
  };
  const insertions = [...Map.groupBy(columns, (column) => column.table)].map(
    ([table, own]) =>
      `insert into ${table} (${own.map(({ name }) => `"${name}"`).join(", ")}) values (${own.map(({ type }) => values(type)).join(", ")})`,
  );
  return [kind === "sqlite" ? "pragma foreign_keys = off" : "set session_replication_role = replica", ...insertions];
}

function only(row: Row, keep: (name: string) => boolean): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => keep(name)));
}

async function contents(url: string, columns: readonly Column[]): Promise<Record<string, Row[]>> {
  const tables = [...Map.groupBy(columns, (column) => column.table)];
  const rows = await runOn(
    url,
    tables.map(([table, own]) => `select ${own.map(({ name }) => `"${name}"`).join(", ")} from ${table}`),
  );
  return Object.fromEntries(tables.map(([table], i) => [table, rows[i] ?? []]));
}

async function columnsOf(url: string): Promise<Column[]> {
  const statement = url.startsWith("file:")
    ? `select m.name as "table", c.name, c.type from sqlite_master m, pragma_table_info(m.name) c
       where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' and m.name not like '\\_\\_%' escape '\\'`
    : `select table_name as "table", column_name as name, data_type as type from information_schema.columns
       where table_schema = 'public'`;
  return ((await runOn(url, [statement]))[0] ?? []) as Column[];
}

/** Everything that was made, in words that do not depend on the order of columns (ALTER TABLE adds at the end). */
async function schemaOf(store: Store): Promise<unknown> {
  if (store.dialect === "sqlite") {
    const tables = await store.rows<{ name: string }>(
      sql`select name from sqlite_master where type = 'table' order by 1`,
    );
    const columns = await Promise.all(
      tables.map(({ name }) =>
        store.rows(sql`select name, type, "notnull", dflt_value, pk from pragma_table_info(${name}) order by 1`),
      ),
    );
    const indexes = await store.rows(sql`select name, sql from sqlite_master where type = 'index' order by 1`);
    return { tables, columns, indexes };
  }
  return {
    columns: await store.rows(
      sql`select table_name, column_name, data_type, collation_name, is_nullable, column_default
          from information_schema.columns where table_schema = 'public' order by 1, 2`,
    ),
    indexes: await store.rows(sql`select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1`),
    constraints: await store.rows(
      sql`select conname, pg_get_constraintdef(oid) as definition from pg_constraint
          where connamespace = 'public'::regnamespace order by 1`,
    ),
  };
}

/** The rows of each statement, all on one connection. */
async function runOn(url: string, statements: readonly string[]): Promise<Row[][]> {
  if (url.startsWith("file:")) {
    const connection = new Sqlite(url.slice("file:".length));
    try {
      return statements.map((statement) => {
        const prepared = connection.prepare<[], Row>(statement);
        if (prepared.reader) return prepared.all();
        prepared.run();
        return [];
      });
    } finally {
      connection.close();
    }
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const answers: Row[][] = [];
    for (const statement of statements) answers.push((await client.query(statement)).rows);
    return answers;
  } finally {
    await client.end();
  }
}

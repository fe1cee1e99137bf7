// SQLite: one writing connection behind a mutex and one for reading, both on a file in WAL mode.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import type { SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { BulkColumns, BulkValue } from "../bulk.ts";
import type { Database, DatabaseLimits, Store } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { startCheckpointer } from "./checkpoint.ts";
import { checkConnection, checkFile, type Integrity } from "./integrity.ts";
import { migrateFile } from "./migrate.ts";
import { tables } from "./tables.ts";

/** A look at the structure of a file of that size delays nobody (some 20 ms); a larger file is looked at by finishCheck. */
const quickCheckMaxBytes = 8 * 1024 * 1024;
const busyPauseMs = 5;

export async function openSqlite(path: string, limits: DatabaseLimits): Promise<Store> {
  const writer = connect(path, limits, false);
  let checked: boolean;
  try {
    checked = await prepareFile(path, writer, limits);
  } catch (error) {
    writer.close();
    throw asStoreError(path, error);
  }
  const reader = connect(path, limits, true);
  const checkpointer = startCheckpointer(path, writer);
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  let check: Promise<void> | undefined = checked ? Promise.resolve() : undefined;
  const finishCheck = () => (check ??= checkLater(path, closing.signal));
  const writing = connectionStore(writer, { transact: (tx, work) => work(tx), finishCheck, close: async () => {} });
  return connectionStore(reader, {
    transact: (_, work) => {
      // One transaction at a time: a second one would fall into the first, which has awaited something.
      const turn = last.then(() => inTransaction(writer, limits, () => work(writing)));
      last = turn.then(() => checkpointer.committed()).catch(() => {});
      return turn;
    },
    finishCheck,
    close: async () => {
      closing.abort();
      await Promise.all([last, check?.catch(() => {})]);
      await checkpointer.close();
      reader.close();
      writer.close();
    },
  });
}

function connect(path: string, limits: DatabaseLimits, readOnly: boolean): Sqlite.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // A busy database is waited for in inTransaction, where waiting does not stop the event loop.
    const connection = new Sqlite(path, { timeout: readOnly ? limits.busyTimeoutMs : 0 });
    connection.pragma("foreign_keys = ON");
    connection.pragma("synchronous = NORMAL");
    // 16 MiB for each connection: the rest of the file is in the system's own cache, which costs this process nothing.
    connection.pragma("cache_size = -16384");
    connection.pragma("temp_store = MEMORY");
    if (readOnly) connection.pragma("query_only = ON");
    return connection;
  } catch (error) {
    throw asStoreError(path, error);
  }
}

/** True where the file's structure was looked at. */
async function prepareFile(path: string, writer: Sqlite.Database, limits: DatabaseLimits): Promise<boolean> {
  // A fresh file is made by one process while another may be doing the same.
  await whileBusy(limits, () => writer.pragma("journal_mode = WAL"));
  const sizeBytes =
    Number(writer.pragma("page_count", { simple: true })) * Number(writer.pragma("page_size", { simple: true }));
  const small = sizeBytes <= quickCheckMaxBytes;
  if (small) refuseDamaged(path, checkConnection(writer, "quick"));
  await whileBusy(limits, () => migrateFile(writer));
  return small;
}

async function checkLater(path: string, closing: AbortSignal): Promise<void> {
  try {
    refuseDamaged(path, await checkFile(path, "quick", closing));
  } catch (error) {
    if (!closing.aborted) throw asStoreError(path, error);
  }
}

function refuseDamaged(path: string, integrity: Integrity): void {
  if (integrity.outcome === "damaged") {
    throw new StoreError("damaged", `${path} is damaged (${integrity.reason}): restore a backup`);
  }
}

async function inTransaction<T>(writer: Sqlite.Database, limits: DatabaseLimits, work: () => Promise<T>): Promise<T> {
  await whileBusy(limits, () => writer.exec("BEGIN IMMEDIATE"));
  try {
    const result = await work();
    writer.exec("COMMIT");
    return result;
  } catch (error) {
    if (writer.inTransaction) writer.exec("ROLLBACK");
    throw error;
  }
}

/** Another process may be writing (`index` beside `serve`): waits for it without stopping the event loop. */
async function whileBusy<T>(limits: DatabaseLimits, attempt: () => T): Promise<T> {
  const deadline = performance.now() + limits.busyTimeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) {
        throw new StoreError("busy", "another process has been writing to the database for too long", { cause: error });
      }
      await sleep(busyPauseMs);
    }
  }
}

function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}

/** SQLite's own error, which drizzle puts into one of its own as the cause. */
function sqliteCode(error: unknown): string {
  if (error instanceof Sqlite.SqliteError) return error.code;
  return error instanceof Error && error.cause instanceof Sqlite.SqliteError ? error.cause.code : "";
}

/** What went wrong before there was a store, in words that say what to do. */
function asStoreError(path: string, error: unknown): unknown {
  if (error instanceof StoreError) return error;
  const code = sqliteCode(error);
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) {
    return new StoreError(
      "damaged",
      `${path} is not a usable SQLite database: restore a backup, or name another file`,
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError("unreachable", `${path} cannot be opened or made: ${reason}`, { cause: error });
}

type Behaviour = {
  readonly transact: <T>(store: Store, work: (tx: Store) => Promise<T>) => Promise<T>;
  readonly finishCheck: () => Promise<void>;
  readonly close: () => Promise<void>;
};

function connectionStore(connection: Sqlite.Database, { transact, finishCheck, close }: Behaviour): Store {
  const db = drizzle({ client: connection }) as unknown as Database;
  const statements = new Map<string, unknown>();
  const bulkStatements = new Map<string, Sqlite.Statement>();
  const store: Store = {
    dialect: "sqlite",
    db,
    t: tables,
    rows: async <Row>(query: SQL) => db.all<Row>(query),
    bulk: async <Row>(columns: BulkColumns, rows: readonly (readonly BulkValue[])[], statement: string) => {
      if (rows.length === 0) return [];
      const names = Object.keys(columns);
      const text = `with recursive v(${names.join(", ")}) as (values (${names.map(() => "?").join(", ")})) ${statement}`;
      // Row by row: SQLite runs in this process, and what costs is to prepare a statement, not to run it.
      const prepared = bulkStatements.get(text) ?? connection.prepare(text);
      bulkStatements.set(text, prepared);
      const answers: Row[] = [];
      for (const row of rows) {
        const values = row.map((value) => (typeof value === "boolean" ? Number(value) : value));
        if (prepared.reader) answers.push(...(prepared.all(...values) as Row[]));
        else prepared.run(...values);
      }
      return answers;
    },
    locked: (query) => query,
    skipLocked: (query) => query,
    prepared: (name, build) => {
      let statement = statements.get(name);
      if (statement === undefined) {
        statement = build(store).prepare(name);
        statements.set(name, statement);
      }
      return statement as never;
    },
    transaction: (work) => transact(store, work),
    finishCheck,
    close,
  };
  return store;
}

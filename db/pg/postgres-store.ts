// PostgreSQL: a pool of connections; a transaction has one of them to itself.
import { createHash } from "node:crypto";
import type { SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import type { BulkColumns, BulkValue } from "../bulk.ts";
import { migrationsFolder, newestMigration, refuseNewer } from "../migrations.ts";
import type { Database, DatabaseLimits, Store } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { tables } from "./tables.ts";

/** Any number will do as long as every Signalbox takes the same: two that start at once migrate one after the other. */
const migrationLock = 7_469_206;
const transactionAttempts = 5;
/** PostgreSQL's words for "run it again": serialization_failure and deadlock_detected. */
const retryable = new Set(["40001", "40P01"]);

type Client = pg.Pool | pg.PoolClient;
type Lockable<Query> = { for(strength: "update", options?: { readonly skipLocked: boolean }): Query };

export async function openPostgres(url: string, limits: DatabaseLimits): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: limits.poolMax,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
    application_name: "signalbox",
  });
  // A connection that the server ends would otherwise end this process too: an idle one through the pool, one that is
  // in use through itself. Whoever uses it gets the error from the query.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  try {
    await migrateOnce(pool);
  } catch (error) {
    await pool.end();
    if (error instanceof StoreError) throw error;
    throw new StoreError(
      "unreachable",
      `the PostgreSQL database cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const running = new Set<Promise<unknown>>();
  return clientStore(
    pool,
    (work) => {
      const turn = inTransaction(pool, work).finally(() => running.delete(turn));
      running.add(turn);
      return turn;
    },
    async () => {
      // pg's pool forgets who still waits for a connection when it ends.
      await Promise.allSettled(running);
      await pool.end();
    },
  );
}

async function migrateOnce(pool: pg.Pool): Promise<void> {
  const folder = migrationsFolder("pg");
  const client = await pool.connect();
  try {
    // Nothing is written where nothing is missing: a standby that only answers can be read from too.
    if ((await appliedMigration(client)) === newestMigration(folder) && (await isSeeded(client))) return;
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    try {
      refuseNewer(await appliedMigration(client), folder);
      await migrate(drizzle({ client }), { migrationsFolder: folder });
      await client.query("insert into catalogs (id, name) values (1, 'self') on conflict do nothing");
      await client.query("insert into clock (id, generation, last_event) values (1, 0, 0) on conflict do nothing");
    } finally {
      await client.query("select pg_advisory_unlock($1)", [migrationLock]).catch(() => {});
    }
  } finally {
    client.release();
  }
}

async function appliedMigration(client: pg.PoolClient): Promise<number | undefined> {
  const known = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known.rows[0]?.name === null) return undefined;
  const newest = await client.query("select max(created_at) as newest from drizzle.__drizzle_migrations");
  const value: unknown = newest.rows[0]?.newest;
  return value === null || value === undefined ? undefined : Number(value);
}

/** The clock comes last of all: a process that was killed before it leaves the rest to the next. */
async function isSeeded(client: pg.PoolClient): Promise<boolean> {
  return (await client.query("select 1 from clock where id = 1")).rowCount === 1;
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Store) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken = false;
    try {
      await client.query("begin");
      const tx: Store = clientStore(
        client,
        (inner) => inner(tx),
        async () => {},
      );
      const result = await work(tx);
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch(() => {
        broken = true;
      });
      if (attempt >= transactionAttempts || !retryable.has(sqlState(error))) throw error;
    } finally {
      client.release(broken);
    }
  }
}

function sqlState(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof pg.DatabaseError ? (cause.code ?? "") : "";
}

/** PostgreSQL refuses the character U+0000, which a registry's texts may well contain. */
function storable(value: BulkValue): BulkValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

/** The server keeps a statement's plan under its name, for each connection. */
function nameOf(text: string): string {
  return `bulk ${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}

function clientStore(client: Client, transaction: Store["transaction"], close: () => Promise<void>): Store {
  const db = drizzle({ client });
  const statements = new Map<string, unknown>();
  const store: Store = {
    dialect: "postgres",
    db: db as unknown as Database,
    t: tables,
    rows: async <Row>(query: SQL) => (await db.execute(query)).rows as Row[],
    bulk: async <Row>(columns: BulkColumns, rows: readonly (readonly BulkValue[])[], statement: string) => {
      if (rows.length === 0) return [];
      const names = Object.keys(columns);
      const arrays = Object.values(columns).map((type, i) => `$${i + 1}::${type}[]`);
      const text = `with recursive v(${names.join(", ")}) as (select * from unnest(${arrays.join(", ")})) ${statement}`;
      const values = names.map((_, column) => rows.map((row) => storable(row[column] ?? null)));
      return (await client.query({ name: nameOf(text), text, values })).rows as Row[];
    },
    locked: (query) => (query as Lockable<typeof query>).for("update"),
    skipLocked: (query) => (query as Lockable<typeof query>).for("update", { skipLocked: true }),
    prepared: (name, build) => {
      let statement = statements.get(name);
      if (statement === undefined) {
        statement = build(store).prepare(name);
        statements.set(name, statement);
      }
      return statement as never;
    },
    transaction,
    // The server looks after its own files.
    finishCheck: async () => {},
    close,
  };
  return store;
}

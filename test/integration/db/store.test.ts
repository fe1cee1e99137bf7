// The store: transactions, and what each kind of database does when things go wrong.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { asc, eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openStore, type Store } from "../../../db/store.ts";
import { createTestDatabase, openTestStore, storeKinds, type TestStore, testDatabaseLimits } from "../../kit/stores.ts";

const catalog = (id: number, name = `peer ${id}`) => ({ id, name });

async function catalogNames(store: Store): Promise<string[]> {
  const rows = await store.db.select().from(store.t.catalogs).orderBy(asc(store.t.catalogs.id));
  return rows.map((row) => row.name);
}

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  const insert = (tx: Store, id: number) => tx.db.insert(tx.t.catalogs).values(catalog(id));

  test("a fresh database has a clock at zero and itself as a catalog", async () => {
    expect(await store.db.select().from(store.t.clock)).toEqual([{ id: 1, generation: 0, lastEvent: 0 }]);
    expect(await catalogNames(store)).toEqual(["self"]);
  });

  test("a transaction that throws leaves nothing behind, and the next one works", async () => {
    await expect(
      store.transaction(async (tx) => {
        await insert(tx, 2);
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    expect(await catalogNames(store)).toEqual(["self"]);
    await store.transaction((tx) => insert(tx, 3));
    expect(await catalogNames(store)).toEqual(["self", "peer 3"]);
  });

  test("a statement that fails undoes the whole transaction", async () => {
    await expect(
      store.transaction(async (tx) => {
        await insert(tx, 2);
        await insert(tx, 2);
      }),
    ).rejects.toThrow();
    expect(await catalogNames(store)).toEqual(["self"]);
  });

  test("what another request does falls into no open transaction", async () => {
    const opened = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<void>();
    const failing = store.transaction(async (tx) => {
      await insert(tx, 2);
      opened.resolve();
      await seen.promise;
      throw new Error("undone");
    });
    await opened.promise;
    const other = store.transaction((tx) => insert(tx, 3));
    // A reader sees what is committed, and nothing of what is under way.
    expect(await catalogNames(store)).not.toContain("peer 2");
    seen.resolve();
    await expect(failing).rejects.toThrow("undone");
    await other;
    expect(await catalogNames(store)).toEqual(["self", "peer 3"]);
  });

  test("a transaction within a transaction is part of it", async () => {
    await expect(
      store.transaction(async (tx) => {
        await tx.transaction((inner) => insert(inner, 2));
        expect(await catalogNames(tx)).toEqual(["self", "peer 2"]);
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    expect(await catalogNames(store)).toEqual(["self"]);
  });

  test("transactions that read, wait and write lose no update", async () => {
    const generation = eq(store.t.clock.id, 1);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.transaction(async (tx) => {
          const [row] = await tx.locked(tx.db.select().from(tx.t.clock).where(generation));
          await sleep(1);
          await tx.db
            .update(tx.t.clock)
            .set({ generation: (row?.generation ?? 0) + 1 })
            .where(generation);
        }),
      ),
    );
    expect((await store.db.select().from(store.t.clock))[0]?.generation).toBe(20);
  });

  test("every kind of column gives back what was put in", async () => {
    const bytes = Buffer.from([0, 255, 10, 0, 128]);
    const image = {
      digest: "sha256:a",
      catalogId: 1,
      mediaType: "text/ü\u{1F682}",
      kind: "image" as const,
      artifactType: null,
      bytes,
      config: null,
      // Key order and text that looks like a number or holds a NUL are kept: labels are shown as they are.
      facts: { z: "1", a: null, nested: { nul: "a\0b" }, list: [1.5, false] } as never,
      observedAt: Number.MAX_SAFE_INTEGER,
    };
    const stored = await store.transaction(async (tx) => {
      await tx.db.insert(tx.t.images).values(image);
      return tx.db.select().from(tx.t.images);
    });
    expect(stored).toMatchObject([image]);
    expect(JSON.stringify(stored[0]?.facts)).toBe(JSON.stringify(image.facts));
    await store.transaction((tx) => tx.db.update(tx.t.images).set({ facts: null, config: bytes }));
    expect(await store.db.select().from(store.t.images)).toMatchObject([{ ...image, facts: null, config: bytes }]);
  });

  test("text that PostgreSQL could not hold is stored all the same", async () => {
    await store.transaction((tx) => tx.db.insert(tx.t.catalogs).values(catalog(2, "a\0b")));
    expect((await catalogNames(store))[1]).toBe(kind === "sqlite" ? "a\0b" : "a\uFFFDb");
    const found = await store.db.select().from(store.t.catalogs).where(eq(store.t.catalogs.name, "a\0b"));
    expect(found).toHaveLength(1);
  });

  test("text is ordered by its bytes", async () => {
    const names = ["b", "B", "a-b", "ab", "a_b", "\u00e9", "Z", "10", "9"];
    await store.transaction(async (tx) => {
      for (const [i, name] of names.entries()) await tx.db.insert(tx.t.catalogs).values(catalog(10 + i, name));
    });
    const rows = await store.db.select().from(store.t.catalogs).orderBy(asc(store.t.catalogs.name));
    expect(rows.map((row) => row.name).filter((name) => name !== "self")).toEqual([
      "10",
      "9",
      "B",
      "Z",
      "a-b",
      "a_b",
      "ab",
      "b",
      "\u00e9",
    ]);
  });

  test("a row that refers to nothing is refused", async () => {
    const run = { sourceId: "nowhere", trigger: "due", startedAt: 1 };
    await expect(store.transaction((tx) => tx.db.insert(tx.t.runs).values(run))).rejects.toThrow();
  });

  test("a prepared statement is one under its name, inside and outside of transactions", async () => {
    let built = 0;
    const byId = (s: Store) =>
      s.prepared("catalog_by_id", ({ db, t }) => {
        built++;
        return db
          .select()
          .from(t.catalogs)
          .where(eq(t.catalogs.id, sql.placeholder("id")));
      });
    expect(await byId(store).execute({ id: 1 })).toEqual([expect.objectContaining({ name: "self" })]);
    expect(await byId(store).execute({ id: 2 })).toEqual([]);
    expect(built).toBe(1);
    await store.transaction(async (tx) => {
      await insert(tx, 2);
      expect(await byId(tx).execute({ id: 2 })).toHaveLength(1);
    });
    expect(await byId(store).execute({ id: 2 })).toHaveLength(1);
  });

  test("hand-written SQL gives plain rows", async () => {
    const rows = await store.rows<{ name: string }>(sql`select name from ${store.t.catalogs} where id = ${1}`);
    expect(rows).toEqual([{ name: "self" }]);
  });

  test("closing waits for the transaction under way", async () => {
    const database = await createTestDatabase(kind);
    onTestFinished(database.drop);
    const first = await openStore(database.url, testDatabaseLimits);
    const turn = first.transaction(async (tx) => {
      await sleep(30);
      await insert(tx, 2);
    });
    await first.close();
    await turn;
    const second = await openStore(database.url, testDatabaseLimits);
    expect(await catalogNames(second)).toEqual(["self", "peer 2"]);
    await second.close();
  });

  test("many that open an empty database at once all find it made", async () => {
    const database = await createTestDatabase(kind);
    onTestFinished(database.drop);
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(database.url, testDatabaseLimits)));
    for (const each of stores) expect(await catalogNames(each)).toEqual(["self"]);
    await Promise.all(stores.map((each) => each.close()));
  });
});

describe("sqlite alone", () => {
  async function file(): Promise<{ url: string; path: string }> {
    const { url, drop } = await createTestDatabase("sqlite");
    onTestFinished(drop);
    return { url, path: url.slice("file:".length) };
  }

  async function opened(url: string, limits = testDatabaseLimits): Promise<Store> {
    const store = await openStore(url, limits);
    onTestFinished(() => store.close());
    return store;
  }

  test("outside of a transaction nothing can be written", async () => {
    const store = await opened((await file()).url);
    await expect(store.db.insert(store.t.catalogs).values(catalog(2))).rejects.toMatchObject({
      code: "SQLITE_READONLY",
    });
    await expect(store.db.delete(store.t.catalogs)).rejects.toThrow();
    expect(await catalogNames(store)).toEqual(["self"]);
  });

  test("another process's transaction is waited for, and the event loop goes on meanwhile", async () => {
    const { url, path } = await file();
    const store = await opened(url);
    const other = new Sqlite(path);
    onTestFinished(() => void other.close());
    other.exec("begin immediate");
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const waiting = store.transaction((tx) => tx.db.insert(tx.t.catalogs).values(catalog(2)));
    await sleep(200);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(0);
    expect(await catalogNames(store)).toEqual(["self"]);
    other.exec("commit");
    await waiting;
    expect(await catalogNames(store)).toEqual(["self", "peer 2"]);
  });

  test("a database that stays busy is an error that says so, and hurts no later transaction", async () => {
    const { url, path } = await file();
    const store = await opened(url, { ...testDatabaseLimits, busyTimeoutMs: 50 });
    const other = new Sqlite(path);
    onTestFinished(() => void other.close());
    other.exec("begin immediate");
    const insert = (tx: Store) => tx.db.insert(tx.t.catalogs).values(catalog(2));
    await expect(store.transaction(insert)).rejects.toMatchObject({ name: "StoreError", code: "busy" });
    other.exec("rollback");
    await store.transaction(insert);
    expect(await catalogNames(store)).toEqual(["self", "peer 2"]);
  });

  test("two processes write one file, and neither's writes are lost", async () => {
    const { url } = await file();
    const store = await opened(url);
    const child = spawn(process.execPath, [fileURLToPath(new URL("write-catalogs.ts", import.meta.url)), url, "1000"], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    for (let i = 0; i < 100; i++) {
      await store.transaction(async (tx) => {
        await tx.db.insert(tx.t.catalogs).values(catalog(2000 + i));
        await sleep(0);
      });
    }
    expect(await ended).toBe(0);
    expect(await catalogNames(store)).toHaveLength(1 + 100 + 100);
  });

  test("many processes that start on one fresh file at once all get it", async () => {
    const { url } = await file();
    const script = fileURLToPath(new URL("write-catalogs.ts", import.meta.url));
    const codes = await Promise.all(
      Array.from(
        { length: 3 },
        (_, i) =>
          new Promise((resolve) =>
            spawn(process.execPath, [script, url, String(1000 * (i + 1)), "3"], {
              stdio: ["ignore", "ignore", "inherit"],
            }).once("exit", resolve),
          ),
      ),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(await catalogNames(await opened(url))).toHaveLength(1 + 3 * 3);
  });

  test.each([
    {
      title: "text",
      spoil: (path: string) => writeFileSync(path, "this is no database, but it is long enough. ".repeat(99)),
    },
    { title: "a database with a page overwritten", spoil: overwriteAPage },
    {
      title: "a database that was cut off",
      spoil: (path: string) => truncateSync(path, readFileSync(path).length - 8192),
    },
  ])("$title is refused as damaged, and left as it is", async ({ spoil }) => {
    const { url, path } = await file();
    await (await openStore(url, testDatabaseLimits)).close();
    spoil(path);
    const before = readFileSync(path);
    await expect(openStore(url, testDatabaseLimits)).rejects.toMatchObject({
      name: "StoreError",
      code: "damaged",
      message: expect.stringContaining("restore a backup"),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a large file is looked at after the start, without stopping the event loop", async () => {
    const { url, path } = await file();
    await (await openStore(url, testDatabaseLimits)).close();
    const writer = new Sqlite(path);
    writer.exec(`with recursive n(i) as (values (1) union all select i + 1 from n where i < 23000)
      insert into images (digest, catalog_id, media_type, kind, bytes, observed_at)
      select 'sha256:' || i, 1, 'm', 'image', zeroblob(3000), 0 from n`);
    writer.pragma("wal_checkpoint(truncate)");
    writer.close();
    const sound = await openStore(url, testDatabaseLimits);
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    await expect(sound.finishCheck()).resolves.toBeUndefined();
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(0);
    await sound.close();

    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2 / 4096) * 4096;
    bytes.fill(0xa5, middle, middle + 4096);
    writeFileSync(path, bytes);
    const damaged = await openStore(url, testDatabaseLimits);
    await expect(damaged.finishCheck()).rejects.toMatchObject({
      name: "StoreError",
      code: "damaged",
      message: expect.stringContaining(path),
    });
    await damaged.close();
    // Closing ends a check that is under way; nobody is told about it.
    const closed = await openStore(url, testDatabaseLimits);
    const check = closed.finishCheck();
    await closed.close();
    await expect(check).resolves.toBeUndefined();
  });

  test.each(["file:", "file://", ""])("a path is taken as %jPATH", async (prefix) => {
    const { path } = await file();
    await opened(`${prefix}${path}`);
    expect(existsSync(path)).toBe(true);
  });

  test("what was opened whole has nothing left to check", async () => {
    const store = await opened((await file()).url);
    await expect(store.finishCheck()).resolves.toBeUndefined();
  });

  test.each(["", "file:", "file::memory:", "mysql://somebody:secret@host/name"])(
    "%j names no database",
    async (url) => {
      const refused = openStore(url, testDatabaseLimits);
      await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "bad-url" });
      await expect(refused).rejects.not.toThrow("secret");
    },
  );

  test("a place where no file can be made is an error that names it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-place-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "file"), "");
    for (const path of [folder, join(folder, "file", "below.db")]) {
      await expect(openStore(path, testDatabaseLimits)).rejects.toMatchObject({
        name: "StoreError",
        code: "unreachable",
        message: expect.stringContaining(path),
      });
    }
  });

  test("a path in a folder that does not exist yet is made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-place-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "a", "b", "catalog.db");
    await opened(`file:${path}`);
    expect(existsSync(path)).toBe(true);
  });
});

describe.runIf(storeKinds.includes("postgres"))("postgres alone", () => {
  async function opened(): Promise<Store> {
    const store = await openTestStore("postgres");
    onTestFinished(() => store.close());
    return store;
  }

  test("transactions that lock each other out are run again", async () => {
    const store = await opened();
    await store.transaction((tx) => tx.db.insert(tx.t.catalogs).values([catalog(2), catalog(3)]));
    const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const crossing = (mine: number, theirs: number, [arrived, other]: typeof met) =>
      store.transaction(async (tx) => {
        runs++;
        const rename = (id: number) =>
          tx.db
            .update(tx.t.catalogs)
            .set({ name: sql`${tx.t.catalogs.name} || '!'` })
            .where(eq(tx.t.catalogs.id, id));
        await rename(mine);
        arrived?.resolve();
        await other?.promise;
        await rename(theirs);
      });
    await Promise.all([crossing(2, 3, met), crossing(3, 2, [...met].reverse())]);
    expect(runs).toBe(3);
    expect(await catalogNames(store)).toEqual(["self", "peer 2!!", "peer 3!!"]);
  });

  test("a connection that the server ends during a transaction is not used again", async () => {
    const store = await opened();
    await expect(
      store.transaction(async (tx) => {
        await tx.db.insert(tx.t.catalogs).values(catalog(2));
        await store.rows(
          sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
        await tx.db.insert(tx.t.catalogs).values(catalog(3));
      }),
    ).rejects.toThrow();
    await store.transaction((tx) => tx.db.insert(tx.t.catalogs).values(catalog(4)));
    expect(await catalogNames(store)).toEqual(["self", "peer 4"]);
  });

  test("a server that is not there is an error that says so, without the password", async () => {
    const refused = openStore("postgres://somebody:secret@127.0.0.1:1/nothing", testDatabaseLimits);
    await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "unreachable" });
    await expect(refused).rejects.not.toThrow("secret");
  });

  test("a database that allows no writing can be read once it is up to date", async () => {
    const database = await createTestDatabase("postgres");
    onTestFinished(database.drop);
    await (await openStore(database.url, testDatabaseLimits)).close();
    const standby = await openStore(
      `${database.url}?options=-c%20default_transaction_read_only%3Don`,
      testDatabaseLimits,
    );
    expect(await catalogNames(standby)).toEqual(["self"]);
    await expect(standby.transaction((tx) => tx.db.insert(tx.t.catalogs).values(catalog(2)))).rejects.toThrow();
    await standby.close();
  });
});

function overwriteAPage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 * 3, 4096 * 4);
  writeFileSync(path, bytes);
}

// Bulk statements: many rows by one statement, with the same outcome on both databases.
import { asc } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toBoolean, toNumber } from "../../../db/bulk.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";
import { insertRepositories } from "./rows.ts";

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  const columns = { id: "bigint", name: "text" } as const;

  test("inserts what is not there, and gives what it wrote", async () => {
    const statement = `insert into catalogs (id, name) select id, name from v where true
      on conflict (id) do update set name = excluded.name where catalogs.name <> excluded.name
      returning id, name`;
    const write = (...rows: (readonly [number, string])[]) =>
      store.transaction((tx) => tx.bulk<{ id: number | string; name: string }>(columns, rows, statement));
    const first = await write([2, "two"], [3, "three"]);
    expect(first.map(({ id, name }) => [toNumber(id), name]).toSorted()).toEqual([
      [2, "two"],
      [3, "three"],
    ]);
    expect(await write([2, "two"], [3, "other"])).toHaveLength(1);
    const rows = await store.db.select().from(store.t.catalogs).orderBy(asc(store.t.catalogs.id));
    expect(rows.map(({ name }) => name)).toEqual(["self", "two", "other"]);
  });

  test("takes texts, numbers, booleans, bytes and nulls as they are", async () => {
    const types = { a: "text", b: "bigint", c: "boolean", d: "bytea", e: "double precision" } as const;
    const values = [
      ['it\'s "{quoted}", \\ and NULL\n', Number.MAX_SAFE_INTEGER, true, Buffer.from([0, 1, 255]), 0.5],
      [null, null, false, null, null],
      ["", 0, true, Buffer.alloc(0), -1.25],
    ] as const;
    const rows = await store.bulk<{ a: string | null; b: unknown; c: number | boolean; d: Buffer | null; e: unknown }>(
      types,
      values,
      "select a, b, c, d, e from v",
    );
    expect(
      rows.map(({ a, b, c, d, e }) => [
        a,
        b === null ? null : Number(b),
        toBoolean(c),
        d,
        e === null ? null : Number(e),
      ]),
    ).toEqual(values.map((row) => [...row]));
  });

  test("keeps a text with the character U+0000, as far as the database can", async () => {
    const [row] = await store.bulk<{ name: string }>(columns, [[1, "a\0b"]], "select name from v");
    expect(row?.name).toBe(kind === "sqlite" ? "a\0b" : "a\uFFFDb");
  });

  test("updates hundreds of rows, and reads them again", async () => {
    const ids = await insertRepositories(store, 1_500);
    await store.transaction((tx) =>
      tx.bulk(
        { id: "bigint", run: "bigint" },
        ids.map((id) => [id, id * 2]),
        "update repositories set run_id = v.run from v where repositories.id = v.id",
      ),
    );
    const rows = await store.db.select().from(store.t.repositories);
    expect(rows.every(({ id, runId }) => runId === id * 2)).toBe(true);
  });

  test("does nothing for no rows, not even with a wrong statement", async () => {
    expect(await store.bulk(columns, [], "this is no SQL")).toEqual([]);
  });

  test("follows what a statement begins with", async () => {
    const rows = await store.bulk<{ n: number | string }>(
      { n: "bigint" },
      [[1], [2]],
      ", twice(n) as (select n * 2 from v) select n from twice order by n",
    );
    expect(rows.map(({ n }) => Number(n)).toSorted()).toEqual([2, 4]);
  });

  test("writes nothing outside a transaction", async () => {
    const write = store.bulk(
      columns,
      [[2, "two"]],
      "insert into catalogs (id, name) select id, name from v where true",
    );
    if (kind === "sqlite") await expect(write).rejects.toThrow(/readonly/);
    else await write;
  });
});

// Checkpoints: a log that grows is moved into the file by a thread, while readers and the writer go on.
import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openTestStore } from "../../kit/stores.ts";

test("a log of many megabytes is moved into the file and cut, and nothing of it is lost", async () => {
  const store = await openTestStore("sqlite");
  const file = store.url.replace("file:", "");
  const logBytes = () => statSync(`${file}-wal`).size;
  const write = (from: number, count: number) =>
    store.transaction((tx) =>
      tx.bulk(
        { id: "bigint", name: "text" },
        Array.from({ length: count }, (_, i) => [from + i, "x".repeat(50_000)]),
        "insert into catalogs (id, name) select id, name from v where true",
      ),
    );
  await write(1_000, 400);
  expect(logBytes()).toBeGreaterThan(16 * 1024 * 1024);
  for (let i = 0; i < 500 && statSync(file).size < 16 * 1024 * 1024; i++) await sleep(10);
  expect(statSync(file).size).toBeGreaterThan(16 * 1024 * 1024);
  // The writer begins at the log's start again, and cuts it.
  for (let i = 0; i < 500 && logBytes() > 1024 * 1024; i++) {
    await write(10_000 + i, 1);
    await sleep(10);
  }
  expect(logBytes()).toBeLessThan(1024 * 1024);
  const rows = await store.db.select({ id: store.t.catalogs.id }).from(store.t.catalogs);
  expect(rows.length).toBeGreaterThanOrEqual(402);
  await store.close();
  expect(existsSync(file)).toBe(false);
});

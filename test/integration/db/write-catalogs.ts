// A process of its own for the tests of the store: writes a number of rows, each in a transaction that takes a while.
import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "../../../db/store.ts";

const [url = "", first = "0", count = "100"] = process.argv.slice(2);
const limits = { busyTimeoutMs: 10_000, poolMax: 2, statementTimeoutMs: 10_000, connectTimeoutMs: 10_000 };
const store = await openStore(url, limits);
for (let i = 0; i < Number(count); i++) {
  await store.transaction(async (tx) => {
    await tx.db.insert(tx.t.catalogs).values({ id: Number(first) + i, name: "written by another process" });
    await sleep(0);
  });
}
await store.close();

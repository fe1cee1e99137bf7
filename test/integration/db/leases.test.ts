// Leases: each due row is one worker's at a time, a killed worker's rows come back, and late results are refused.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { extendLeases, holdsLease, leaseDue, releaseAll } from "../../../db/leases.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";
import { insertRepositories, insertSource } from "./rows.ts";

const lease = (owner: string, changes: Partial<{ now: number; leaseMs: number; limit: number }> = {}) => ({
  owner,
  now: 1_000,
  leaseMs: 500,
  limit: 10,
  ...changes,
});

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  const leaseOf = async (id: number) => {
    const { repositories } = store.t;
    const [row] = await store.db.select().from(repositories).where(eq(repositories.id, id));
    return row && { owner: row.leaseOwner, until: row.leaseUntil, token: row.leaseToken };
  };

  test("8 workers that lease at once share 40 rows, and none is given twice", async () => {
    const ids = await insertRepositories(store, 40);
    const taken: number[][] = Array.from({ length: 8 }, () => []);
    await Promise.all(
      taken.map(async (mine, i) => {
        for (;;) {
          const rows = await leaseDue(store, "repositories", lease(`worker ${i}`, { limit: 3 }));
          if (rows.length === 0) return;
          mine.push(...rows.map((row) => Number(row.id)));
        }
      }),
    );
    expect(taken.flat().toSorted((a, b) => a - b)).toEqual(ids);
  });

  test("what is due longest comes first; what is not due, or never, does not come", async () => {
    const { repositories } = store.t;
    const [late = 0, early = 0, future = 0, never = 0] = await insertRepositories(store, 4);
    await store.transaction(async (tx) => {
      for (const [id, dueAt] of [
        [late, 900],
        [early, 100],
        [future, 1_001],
        [never, null],
      ] as const) {
        await tx.db.update(repositories).set({ dueAt }).where(eq(repositories.id, id));
      }
    });
    expect(await leaseDue(store, "repositories", lease("w", { limit: 1 }))).toEqual([{ id: early, token: 1 }]);
    expect(await leaseDue(store, "repositories", lease("w"))).toEqual([{ id: late, token: 1 }]);
    expect(await leaseDue(store, "repositories", lease("w"))).toEqual([]);
    expect(await leaseDue(store, "repositories", lease("w", { now: 1_001 }))).toEqual([{ id: future, token: 1 }]);
  });

  test("a killed worker's row comes back when its lease ends, under a new token", async () => {
    const [id = 0] = await insertRepositories(store, 1);
    const [killed] = await leaseDue(store, "repositories", lease("killed"));
    expect(killed).toEqual({ id, token: 1 });
    expect(await leaseDue(store, "repositories", lease("next", { now: 1_499 }))).toEqual([]);
    const [next] = await leaseDue(store, "repositories", lease("next", { now: 1_500 }));
    expect(next).toEqual({ id, token: 2 });
    expect(await leaseOf(id)).toEqual({ owner: "next", until: 2_000, token: 2 });
  });

  test("who lost the lease can neither store nor extend; who has it can", async () => {
    await insertRepositories(store, 1);
    const [first] = await leaseDue(store, "repositories", lease("slow"));
    const [second] = await leaseDue(store, "repositories", lease("quick", { now: 2_000 }));
    if (first === undefined || second === undefined) throw new Error("not leased");
    const holds = (held: typeof first) => store.transaction((tx) => holdsLease(tx, "repositories", held));
    expect(await holds(first)).toBe(false);
    expect([...(await extendLeases(store, "repositories", [first], 9_000)).keys()]).toEqual([]);
    expect(await holds(second)).toBe(true);
    expect(await leaseOf(Number(second.id))).toMatchObject({ owner: "quick", until: 2_500 });
    expect([...(await extendLeases(store, "repositories", [second], 9_000)).keys()]).toEqual([second.id]);
    expect(await leaseOf(Number(second.id))).toMatchObject({ until: 9_000 });
    expect(await leaseDue(store, "repositories", lease("other", { now: 8_999 }))).toEqual([]);
  });

  test("a lease that ended, and that nobody took, still stores", async () => {
    await insertRepositories(store, 1);
    const [held] = await leaseDue(store, "repositories", lease("slow"));
    if (held === undefined) throw new Error("not leased");
    expect(await store.transaction((tx) => holdsLease(tx, "repositories", held))).toBe(true);
  });

  test("releasing all frees every row at once and fences off who held it", async () => {
    const ids = await insertRepositories(store, 3);
    const held = await leaseDue(store, "repositories", lease("killed", { limit: 2 }));
    await releaseAll(store, "repositories");
    for (const each of held) expect(await store.transaction((tx) => holdsLease(tx, "repositories", each))).toBe(false);
    const again = await leaseDue(store, "repositories", lease("next"));
    expect(again.map((row) => [row.id, row.token]).toSorted()).toEqual([
      [ids[0], 3],
      [ids[1], 3],
      [ids[2], 1],
    ]);
  });

  test("sources and wishes are leased the same way", async () => {
    await insertSource(store, "src");
    await store.transaction((tx) =>
      tx.db
        .insert(tx.t.wishes)
        .values({ repository: "registry.example/a", reference: "latest", askedAt: 1, dueAt: 1, state: "open" }),
    );
    expect(await leaseDue(store, "sources", lease("w"))).toEqual([{ id: "src", token: 1 }]);
    expect(await leaseDue(store, "wishes", lease("w"))).toEqual([{ id: 1, token: 1 }]);
    expect([...(await extendLeases(store, "sources", [{ id: "src", token: 1 }], 5_000))]).toEqual([["src", 1]]);
    expect(await leaseDue(store, "sources", lease("other", { now: 4_999 }))).toEqual([]);
  });
});

describe.runIf(storeKinds.includes("postgres"))("postgres alone", () => {
  test("rows that another transaction holds are passed over, not waited for", async () => {
    const store = await openTestStore("postgres");
    const [first = 0, second = 0] = await insertRepositories(store, 2);
    const rows = await store.transaction(async (tx) => {
      await holdsLease(tx, "repositories", { id: first, token: 0 });
      return leaseDue(store, "repositories", lease("other"));
    });
    expect(rows.map((row) => row.id)).toEqual([second]);
    await store.close();
  });
});

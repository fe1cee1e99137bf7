// Leases in bulk: extended, given back and asked about together.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { extendLeases, type Lease, leaseDue, releaseLeases, someAreDue } from "../../../db/leases.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";
import { insertRepositories } from "./rows.ts";

const terms = { owner: "w", now: 1_000, leaseMs: 500, limit: 10 };
const all = () => undefined;

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  const lease = async (count: number) => {
    await insertRepositories(store, count);
    return (await leaseDue(store, "repositories", terms)) as Lease<number>[];
  };
  const untilOf = async () => {
    const rows = await store.db.select().from(store.t.repositories);
    return rows.map(({ leaseUntil }) => leaseUntil);
  };

  test("those that are still held are extended, and those of others are not", async () => {
    const [one, two, three] = await lease(3);
    if (one === undefined || two === undefined || three === undefined) throw new Error("three leases");
    await leaseDue(store, "repositories", { ...terms, owner: "other", now: 2_000, limit: 1 });
    const held = await extendLeases(store, "repositories", [one, two, three], 9_000);
    expect(held.size).toBe(2);
    expect((await untilOf()).toSorted()).toEqual([2_500, 9_000, 9_000]);
  });

  test("what was stored meanwhile is not leased again by an extension that comes late", async () => {
    const [one] = await lease(1);
    if (one === undefined) throw new Error("a lease");
    const { repositories } = store.t;
    await store.transaction((tx) =>
      tx.db.update(repositories).set({ leaseUntil: null, leaseOwner: null }).where(eq(repositories.id, one.id)),
    );
    expect((await extendLeases(store, "repositories", [one], 9_000)).size).toBe(0);
    expect(await untilOf()).toEqual([null]);
  });

  test("what is given back is due at once, but not what another has taken", async () => {
    const leases = await lease(2);
    await releaseLeases(store, "repositories", leases.slice(0, 1));
    expect(await leaseDue(store, "repositories", { ...terms, owner: "other" })).toHaveLength(1);
    await releaseLeases(store, "repositories", leases);
    expect((await untilOf()).filter((until) => until !== null)).toEqual([1_500]);
  });

  test("whether something is due is asked without taking it, and of the wanted rows alone", async () => {
    await insertRepositories(store, 2);
    const onlyHost =
      (host: string) =>
      ({ repositories }: TestStore["t"]) =>
        eq(repositories.host, host);
    expect(await someAreDue(store, "repositories", 0, all)).toBe(true);
    expect(await someAreDue(store, "repositories", -1, all)).toBe(false);
    expect(await someAreDue(store, "repositories", 0, onlyHost("other.example"))).toBe(false);
    expect(await leaseDue(store, "repositories", terms, onlyHost("other.example"))).toEqual([]);
    expect(await leaseDue(store, "repositories", terms, onlyHost("registry.example"))).toHaveLength(2);
    expect(await someAreDue(store, "repositories", 1_000, all)).toBe(false);
    expect(await someAreDue(store, "repositories", 1_500, all)).toBe(true);
  });
});

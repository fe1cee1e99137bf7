// Wishes in the store: bounded, noted once, and forgotten when nobody asks for them any more.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { leaseDue } from "../../../db/leases.ts";
import {
  answerWish,
  askFor,
  findWish,
  forgetAnsweredWishes,
  readWishes,
  type WishAnswer,
  type WishLimits,
} from "../../../db/wishes.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const limits: WishLimits = { wishes: 5, wishesPerRepository: 3, wishRepeatMs: 600_000 };
const now = 1_000_000_000;
const wish = (reference: string, repository = "registry.example/a") => ({ repository, reference });

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  const ask = (reference: string, repository?: string, at = now) =>
    askFor(store, at, wish(reference, repository), limits);
  const answer = async (reference: string, said: WishAnswer, at = now) => {
    const row = await findWish(store, wish(reference));
    await store.transaction((tx) => answerWish(tx, at, row?.id ?? 0, said));
  };

  test("a question is noted once, however often it is asked", async () => {
    expect(await ask("one")).toBe("asked");
    expect(await ask("one")).toBe("already");
    expect(await Promise.all([ask("two"), ask("two"), ask("two")])).toContain("asked");
    expect(await store.db.select().from(store.t.wishes)).toHaveLength(2);
    expect(await findWish(store, wish("one"))).toMatchObject({
      state: "open",
      waiting: true,
      askedAt: now,
      answeredAt: null,
    });
    expect(await findWish(store, wish("none"))).toBeUndefined();
  });

  test("no repository has more than its share of the queue, and the queue has an end", async () => {
    for (const reference of ["1", "2", "3"]) expect(await ask(reference)).toBe("asked");
    expect(await ask("4")).toBe("full");
    expect(await ask("4", "registry.example/b")).toBe("asked");
    expect(await ask("5", "registry.example/b")).toBe("asked");
    expect(await ask("6", "registry.example/c")).toBe("full");
    // What waits is already known, though there is no room.
    expect(await ask("1")).toBe("already");
    await answer("1", { state: "absent", reason: "none" });
    expect(await ask("6", "registry.example/c")).toBe("asked");
  });

  test.each<[WishAnswer, object]>([
    [{ state: "found" }, { state: "found", code: null, reason: null }],
    [
      { state: "absent", reason: "there is none" },
      { state: "absent", code: null, reason: "there is none" },
    ],
    [
      { state: "failed", code: "timeout", reason: "slow" },
      { state: "failed", code: "timeout", reason: "slow" },
    ],
  ])("the answer %j stands for ten minutes, and still while it is asked for again", async (said, stored) => {
    await ask("one");
    await answer("one", said);
    expect(await findWish(store, wish("one"))).toMatchObject({ ...stored, waiting: false, answeredAt: now });
    expect(await ask("one", undefined, now + 599_999)).toBe("already");
    expect(await leaseDue(store, "wishes", { owner: "w", now: now + 599_999, leaseMs: 1_000, limit: 5 })).toEqual([]);
    expect(await ask("one", undefined, now + 600_000)).toBe("asked");
    expect(await findWish(store, wish("one"))).toMatchObject({ ...stored, waiting: true });
    const [leased] = await leaseDue(store, "wishes", { owner: "w", now: now + 600_000, leaseMs: 1_000, limit: 5 });
    expect(await readWishes(store, [Number(leased?.id)])).toMatchObject([wish("one")]);
  });

  test("answers are forgotten by age and by number, and what waits never is", async () => {
    const many = { ...limits, wishes: 100, wishesPerRepository: 100 };
    for (let i = 0; i < 10; i++) {
      await askFor(store, now + i, wish(`${i}`), many);
      if (i < 8) await answer(`${i}`, { state: "found" }, now + i);
    }
    const left = async () =>
      (await store.db.select().from(store.t.wishes)).map(({ reference }) => reference).toSorted();
    await store.transaction((tx) => forgetAnsweredWishes(tx, now + 2, 100));
    expect(await left()).toEqual(["2", "3", "4", "5", "6", "7", "8", "9"]);
    await store.transaction((tx) => forgetAnsweredWishes(tx, now, 3));
    expect(await left()).toEqual(["5", "6", "7", "8", "9"]);
  });
});

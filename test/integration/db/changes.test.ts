// Changes: events and generations are in the order of commits, and a reader that follows either misses nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { asc, eq, gt } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Change, commitChange, currentGeneration } from "../../../db/changes.ts";
import { openStore, type Store } from "../../../db/store.ts";
import { createTestDatabase, openTestStore, storeKinds, type TestStore, testDatabaseLimits } from "../../kit/stores.ts";
import { insertRepositories } from "./rows.ts";

const event = (subject: string) => ({
  type: "tag.added" as const,
  subject,
  data: { digest: "sha256:x" },
  private: false,
});
const now = 1_000;

async function eventsAfter(store: Store, cursor: number) {
  const { events } = store.t;
  return store.db.select().from(events).where(gt(events.id, cursor)).orderBy(asc(events.id));
}

async function revisions(store: Store): Promise<number[]> {
  const { repositories } = store.t;
  const rows = await store.db.select().from(repositories).orderBy(asc(repositories.id));
  return rows.map((row) => row.revision);
}

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
  });
  afterEach(() => store.close());

  test("events get ids without a gap, in the order in which they were noted", async () => {
    await commitChange(store, now, async (_, change) => {
      for (let i = 0; i < 450; i++) change.event(event(`a${i}`));
    });
    await commitChange(store, now + 1, async (_, change) => change.event(event("b")));
    const events = await eventsAfter(store, 0);
    expect(events.map((row) => row.id)).toEqual(Array.from({ length: 451 }, (_, i) => i + 1));
    expect(events.map((row) => row.subject)).toEqual([...Array.from({ length: 450 }, (_, i) => `a${i}`), "b"]);
    expect(events.at(-1)).toEqual({ id: 451, catalogId: 1, time: now + 1, ...event("b") });
  });

  test("the generation counts the changes, and nothing else", async () => {
    expect(await currentGeneration(store)).toBe(0);
    await commitChange(store, now, async () => {});
    expect(await currentGeneration(store)).toBe(0);
    await commitChange(store, now, async (_, change) => change.touchCatalog());
    await commitChange(store, now, async (_, change) => {
      change.event(event("a"));
      change.touch(12345);
      change.touchCatalog();
    });
    expect(await currentGeneration(store)).toBe(2);
  });

  test("touched repositories, however many, carry the generation of their change", async () => {
    const ids = await insertRepositories(store, 450);
    await commitChange(store, now, async (_, change) => {
      for (const id of ids) change.touch(id);
    });
    await commitChange(store, now, async (_, change) => {
      change.touch(ids[7] ?? 0);
      change.touch(ids[7] ?? 0);
    });
    expect(await revisions(store)).toEqual(ids.map((_, i) => (i === 7 ? 2 : 1)));
  });

  test("a change that throws leaves no event, no generation and no gap", async () => {
    await expect(
      commitChange(store, now, async (_, change) => {
        change.event(event("never"));
        throw new Error("changed my mind");
      }),
    ).rejects.toThrow("changed my mind");
    await commitChange(store, now, async (_, change) => change.event(event("a")));
    expect((await eventsAfter(store, 0)).map((row) => [row.id, row.subject])).toEqual([[1, "a"]]);
    expect(await currentGeneration(store)).toBe(1);
  });

  test("what the change returns is given back", async () => {
    expect(await commitChange(store, now, async () => "result")).toBe("result");
  });

  test("a reader that follows the cursor misses no event of four writers, and sees none twice", async () => {
    const database = await createTestDatabase(kind);
    onTestFinished(database.drop);
    const open = () => openStore(database.url, testDatabaseLimits);
    const writers = await Promise.all([open(), open(), open(), open()]);
    const reader = await open();
    const random = seededRandom(42);
    let expected = 0;
    const write = async (writer: Store, name: number) => {
      for (let i = 0; i < 60; i++) {
        const [before, after, count] = [random() * 4, random() * 4, 1 + Math.floor(random() * 3)];
        const undone = random() < 0.1;
        const done = commitChange(writer, now, async (tx, change) => {
          await sleep(before);
          for (let j = 0; j < count; j++) change.event(event(`${name}/${i}/${j}`));
          await tx.db.insert(tx.t.catalogs).values({ id: 1000 * (name + 1) + i, name: "written before the clock" });
          await sleep(after);
          if (undone) throw new Error("undone");
        });
        if (undone) await expect(done).rejects.toThrow("undone");
        else {
          await done;
          expected += count;
        }
      }
    };
    let writing = true;
    const written = Promise.all(writers.map(write)).finally(() => {
      writing = false;
    });
    const seen: { id: number; subject: string }[] = [];
    const generations: number[] = [];
    for (let last = false; !last; ) {
      last = !writing;
      generations.push(await currentGeneration(reader));
      const batch = await eventsAfter(reader, seen.at(-1)?.id ?? 0);
      seen.push(...batch.map(({ id, subject }) => ({ id, subject })));
      await sleep(1);
    }
    await written;
    await Promise.all([...writers, reader].map((each) => each.close()));
    // Without a gap: an id that appeared later than a greater one would be missing here.
    expect(seen.map((row) => row.id)).toEqual(Array.from({ length: expected }, (_, i) => i + 1));
    expect(new Set(seen.map((row) => row.subject)).size).toBe(expected);
    expect(generations).toEqual(generations.toSorted((a, b) => a - b));
    for (let name = 0; name < 4; name++) {
      const own = seen.filter((row) => row.subject.startsWith(`${name}/`)).map((row) => row.subject);
      expect(own, "each writer's events are in its own order").toEqual(own.toSorted(byNumbers));
    }
  });
});

describe.runIf(storeKinds.includes("postgres"))("postgres alone", () => {
  test("a change run again after a deadlock records its events once", async () => {
    const store = await openTestStore("postgres");
    onTestFinished(() => store.close());
    const [one = 0, two = 0] = await insertRepositories(store, 2);
    const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const crossing = (mine: number, theirs: number, [arrived, other]: typeof met) =>
      commitChange(store, now, async (tx, change) => {
        runs++;
        change.event(event(`of ${mine}`));
        await describeRepository(tx, mine);
        arrived?.resolve();
        await other?.promise;
        await describeRepository(tx, theirs);
      });
    await Promise.all([crossing(one, two, met), crossing(two, one, met.toReversed())]);
    expect(runs).toBe(3);
    const subjects = (await eventsAfter(store, 0)).map((row) => row.subject);
    expect(subjects.toSorted()).toEqual([`of ${one}`, `of ${two}`]);
  });

  test("a change that waits for a repository does not make every other change wait", async () => {
    const store = await openTestStore("postgres");
    onTestFinished(() => store.close());
    const [one = 0] = await insertRepositories(store, 1);
    const holding = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const touch = async (_: Store, change: Change) => change.touch(one);
    const holder = commitChange(store, now, async (tx, change) => {
      await describeRepository(tx, one);
      holding.resolve();
      await release.promise;
      change.touch(one);
    });
    await holding.promise;
    const waiter = commitChange(store, now, touch);
    await sleep(50);
    // Were the clock in the waiter's hands, this one would wait for the holder.
    await commitChange(store, now, async (_, change) => change.event(event("free")));
    release.resolve();
    await Promise.all([holder, waiter]);
    expect(await currentGeneration(store)).toBe(3);
  });
});

async function describeRepository(tx: Store, id: number): Promise<void> {
  const { repositories } = tx.t;
  await tx.db.update(repositories).set({ description: "changed" }).where(eq(repositories.id, id));
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** mulberry32: the same instants in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

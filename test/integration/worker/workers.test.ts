// Workers at work: in the background, several at once, dying, being too late, and stopping.
import { setTimeout as sleep } from "node:timers/promises";
import { asc, gt } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { commitChange, currentGeneration } from "../../../db/changes.ts";
import { openStore, type Store } from "../../../db/store.ts";
import type { ProgressEvent } from "../../../worker/progress.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type StoreKind, storeKinds, type TestStore, testDatabaseLimits } from "../../kit/stores.ts";
import { failing, fakeRegistry } from "./fake-registry.ts";
import { type Bench, eventsOf, minute, repositoryNamed, tagsOf, workerBench, workerLimits } from "./harness.ts";

const host = "registry.example";
const image = buildMultiArch("worked on");
const paths = (count: number) => Array.from({ length: count }, (_, i) => `os/r${i}`);
const documentsOf = (count: number) => ({
  registries: [{ host, dialect: "oci" }],
  sources: [{ id: "os", registry: host, repositories: paths(count), kind: "remix", tags: { channels: ["stable"] } }],
});

async function bench(kind: StoreKind, count: number) {
  const registry = fakeRegistry(host);
  for (const path of paths(count)) registry.put(path, { stable: image });
  const opened = await workerBench(kind, [registry]);
  await opened.adopt(documentsOf(count));
  return { ...opened, registry };
}

/** Waits, with patience, for what happens in the background. */
async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await what()) return;
    await sleep(10);
  }
  throw new Error("it did not happen");
}

async function runsOf({ store }: Pick<Bench, "store">) {
  return store.db.select().from(store.t.runs).orderBy(asc(store.t.runs.id));
}

const isOver = async (opened: Pick<Bench, "store">) => (await runsOf(opened)).at(-1)?.endedAt != null;

describe.each(storeKinds)("%s", (kind) => {
  test("in the background, what is due is looked at, again when it is due again, and nothing between", async () => {
    const opened = await bench(kind, 3);
    const { worker, registry, clock, store } = opened;
    worker.start();
    await until(() => isOver(opened));
    expect(await runsOf(opened)).toMatchObject([{ trigger: "schedule", repositories: 3, done: 3, failures: 0 }]);
    registry.calls.length = 0;
    await sleep(5 * workerLimits.pollMs);
    expect(registry.calls).toEqual([]);
    clock.advance(15 * minute);
    await until(async () => registry.calls.filter(({ method }) => method === "listTags").length === 3);
    await until(async () => (await repositoryNamed(store, `${host}/os/r2`)).observedAt === clock.now());
    expect(await runsOf(opened)).toHaveLength(1);
    clock.advance(45 * minute);
    await until(async () => (await runsOf(opened)).length === 2 && (await isOver(opened)));
    expect(await eventsOf(store)).toHaveLength(9);
  });

  test("what failed is tried again after a minute, then two, and is well at once when it is well", async () => {
    const opened = await bench(kind, 1);
    const { worker, registry, clock, store } = opened;
    registry.before(failing("server-error"));
    worker.start();
    const attempts = async () => (await repositoryNamed(store, `${host}/os/r0`)).attempts;
    const dueIn = async () => ((await repositoryNamed(store, `${host}/os/r0`)).dueAt ?? 0) - clock.now();
    await until(async () => (await attempts()) === 1);
    expect(await dueIn()).toBe(minute / 2);
    clock.advance(minute / 2);
    await until(async () => (await attempts()) === 2);
    expect(await dueIn()).toBe(minute);
    registry.before(() => {});
    clock.advance(minute);
    await until(async () => (await attempts()) === 0);
    expect(await dueIn()).toBe(15 * minute);
    expect(await runsOf(opened)).toMatchObject([{ failures: 1, registryFailures: 1 }]);
  });

  test("a slow host leaves the others their places", async () => {
    const slow = fakeRegistry("slow.example");
    const fast = fakeRegistry(host);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    onTestFinished(() => release());
    slow.before(() => held);
    for (const path of paths(30)) {
      slow.put(path, { stable: image });
      fast.put(path, { stable: image });
    }
    const { worker, adopt, store } = await workerBench(kind, [slow, fast]);
    const source = { repositories: paths(30), kind: "remix", tags: { channels: ["stable"] } };
    await adopt({
      registries: [
        { host, dialect: "oci" },
        { host: "slow.example", dialect: "oci" },
      ],
      sources: [
        { ...source, id: "a-slow", registry: "slow.example" },
        { ...source, id: "fast", registry: host },
      ],
    });
    worker.start();
    await until(async () => {
      const runs = await runsOf({ store });
      return runs.some(({ sourceId, endedAt }) => sourceId === "fast" && endedAt !== null);
    });
    expect(slow.calls.length).toBeLessThanOrEqual(workerLimits.perHostConcurrency);
    release();
  });

  test("a worker that comes too late stores nothing: the repository is another's", async () => {
    const opened = await bench(kind, 1);
    const { worker, registry, clock, store, another, log } = opened;
    let first = true;
    const { promise: asked, resolve: wasAsked } = Promise.withResolvers<void>();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    registry.before(async ({ method }) => {
      if (method !== "lookAtTag" || !first) return;
      first = false;
      wasAsked();
      await held;
    });
    worker.start();
    await asked;
    // Its lease ends while it waits, and another worker takes over.
    clock.advance(2 * minute);
    const other = another();
    other.start();
    await until(() => isOver(opened));
    const seen = await eventsOf(store);
    const before = await repositoryNamed(store, `${host}/os/r0`);
    release();
    await until(async () => log.some(({ message }) => message === "another worker has it now"));
    expect(await eventsOf(store)).toEqual(seen);
    expect(await repositoryNamed(store, `${host}/os/r0`)).toMatchObject({ observedAt: before.observedAt });
    expect(await runsOf(opened)).toMatchObject([{ done: 1 }]);
  });

  test("several workers share the repositories, and everything is told of once", async () => {
    const opened = await bench(kind, 60);
    const { worker, store, another } = opened;
    const workers = [worker, another(), another(), another()];
    for (const each of workers) each.start();
    await until(() => isOver(opened));
    expect(await runsOf(opened)).toMatchObject([{ repositories: 60, done: 60, images: 60, failures: 0 }]);
    const events = await eventsOf(store);
    expect(events).toHaveLength(180);
    expect(new Set(events).size).toBe(180);
  });

  test("index --once takes over what a killed worker had leased, and looks at everything", async () => {
    const opened = await bench(kind, 5);
    const { worker, store, clock } = opened;
    await store.transaction(async (tx) => {
      const lease = { leaseOwner: "killed", leaseUntil: clock.now() + 10 * minute, leaseToken: 7 };
      await tx.db.update(tx.t.repositories).set({ ...lease, dueAt: clock.now() });
      await tx.db.update(tx.t.sources).set(lease);
    });
    const report = await worker.runOnce();
    expect(report.sources).toMatchObject([{ done: 5, failures: 0 }]);
    const rows = await store.db.select().from(store.t.repositories);
    expect(
      rows.every(({ leaseUntil, runWaits, state }) => leaseUntil === null && !runWaits && state === "listed"),
    ).toBe(true);
  });

  test("index --once of some sources leaves the others alone, whatever is due", async () => {
    const registry = fakeRegistry(host);
    for (const path of paths(4)) registry.put(path, { stable: image });
    const { worker, adopt } = await workerBench(kind, [registry]);
    const source = { registry: host, kind: "remix", tags: { channels: ["stable"] } };
    await adopt({
      registries: [{ host, dialect: "oci" }],
      sources: [
        { ...source, id: "a", repositories: ["os/r0", "os/r1"] },
        { ...source, id: "b", repositories: ["os/r2", "os/r3"] },
      ],
    });
    const report = await worker.runOnce({ sources: ["b"] });
    expect(report.sources.map(({ source: id }) => id)).toEqual(["b"]);
    expect(new Set(registry.calls.map(({ path }) => path))).toEqual(new Set(["os/r2", "os/r3"]));
  });

  test("progress is told as it comes, with every failure, and its end once", async () => {
    const { worker, registry } = await bench(kind, 20);
    registry.remove("os/r3");
    const told: ProgressEvent[] = [];
    await worker.runOnce({ onProgress: (event) => told.push(event) });
    const types = told.map(({ type }) => type);
    expect([types[0], types[1], types.at(-1)]).toEqual(["source-started", "source-listed", "source-done"]);
    expect(types.filter((type) => type === "repository-done")).toHaveLength(20);
    expect(types.filter((type) => type === "source-done")).toHaveLength(1);
    expect(told.find((event) => event.type === "failure")).toMatchObject({
      item: { repository: `${host}/os/r3`, code: "not-found" },
    });
    expect(told.findLast((event) => event.type === "repository-done")).toMatchObject({ done: 20, repositories: 20 });
  });

  test("a run that is told to stop gives everything back, and the next one goes on where it was", async () => {
    const opened = await bench(kind, 20);
    const { worker, registry, store } = opened;
    const controller = new AbortController();
    let looks = 0;
    registry.before(({ method }) => {
      if (method === "lookAtTag" && ++looks === 5) controller.abort();
    });
    const report = await worker.runOnce({ signal: controller.signal });
    expect(report.outcome).toBe("stopped");
    const rows = await store.db.select().from(store.t.repositories);
    expect(rows.every(({ leaseUntil }) => leaseUntil === null)).toBe(true);
    const read = registry.calls.filter(({ method }) => method === "readBlob").length;
    registry.before(() => {});
    expect(await worker.runOnce()).toMatchObject({ outcome: "done", sources: [{ done: 20 }] });
    expect(new Set(await eventsOf(store)).size).toBe(60);
    // Every repository holds the same image: it was read at most once more.
    expect(registry.calls.filter(({ method }) => method === "readBlob").length - read).toBeLessThanOrEqual(2);
  });

  test("a worker that is stopped while a registry hangs ends in time, and loses only the lease", async () => {
    const opened = await bench(kind, 3);
    const { registry, store, another } = opened;
    const worker = another({ limits: { ...workerLimits, shutdownMs: 50 } });
    const { promise: asked, resolve: wasAsked } = Promise.withResolvers<void>();
    registry.before(async (_, signal) => {
      wasAsked();
      await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    worker.start();
    await asked;
    await worker.stop();
    const rows = await store.db.select().from(store.t.repositories);
    expect(rows.every(({ leaseUntil, failingSince }) => leaseUntil === null && failingSince === null)).toBe(true);
    registry.before(() => {});
    const next = another();
    next.start();
    await until(() => isOver(opened));
    expect(await runsOf(opened)).toMatchObject([{ done: 3, failures: 0 }]);
  });

  test("a mistake of this program is a failed item with a line in the log, and stops nothing else", async () => {
    const { worker, registry, log, store } = await bench(kind, 3);
    registry.before(({ path }) => {
      if (path === "os/r1") throw new TypeError("a mistake\u001b[31m of ours");
    });
    const report = await worker.runOnce();
    expect(report.failures).toMatchObject([{ repository: `${host}/os/r1`, code: "internal", stage: "tags" }]);
    expect(report.failures[0]?.reason).toBe("Signalbox failed: TypeError: a mistake [31m of ours");
    expect(log.filter(({ level }) => level === "error")).toMatchObject([{ fields: { repository: `${host}/os/r1` } }]);
    expect(report.sources).toMatchObject([{ done: 3, failing: false }]);
    expect((await tagsOf(store, `${host}/os/r2`)).stable).toMatchObject({ present: true });
  });

  test("a look that cannot be stored fails alone, and is tried again", async () => {
    const opened = await bench(kind, 6);
    const { worker, registry, store, log } = opened;
    // A registry object that lies about a digest: no image of that name is ever stored.
    registry.before(({ path, method }) => {
      if (path === "os/r4" && method === "listTags") registry.pretend("os/r4", ["stable", "stable"]);
    });
    const report = await worker.runOnce();
    expect(report.sources).toMatchObject([{ done: 6 }]);
    expect(report.failures).toEqual([]);
    expect((await tagsOf(store, `${host}/os/r4`)).stable).toMatchObject({ digest: image.digest });
    expect(log.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("the generation moves once for each commit that changes an answer, and events are in its order", async () => {
    const { worker, store, registry, clock } = await bench(kind, 10);
    await worker.runOnce();
    const before = await currentGeneration(store);
    clock.advance(minute);
    await worker.runOnce();
    // Runs begin and end: nothing else.
    expect((await currentGeneration(store)) - before).toBeLessThanOrEqual(12);
    registry.put("os/r3", { stable: buildImage({ seed: "next" }) });
    clock.advance(minute);
    await worker.runOnce();
    expect((await repositoryNamed(store, `${host}/os/r3`)).revision).toBeGreaterThan(before);
    const { events } = store.t;
    const rows = await store.db.select().from(events).orderBy(asc(events.id));
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, i) => i + 1));
  });
});

const others = storeKinds.filter((kind) => kind === "postgres");

describe.each(others)("%s with several processes' stores", () => {
  test("four writers' events are in the order of commits, and a reader that follows the cursor misses none", async () => {
    const opened = await bench("postgres", 40);
    const { store, registry, another, clock } = opened;
    const stores = await Promise.all(Array.from({ length: 3 }, () => openStore(store.url, testDatabaseLimits)));
    onTestFinished(async () => {
      await Promise.all(stores.map((each) => each.close()));
    });
    const workers = stores.map((each) => another({ store: each }));
    const seen: number[] = [];
    const following = follow(stores[0] ?? store, seen);
    for (const each of [opened.worker, ...workers]) each.start();
    await until(() => isOver(opened));
    for (let round = 1; round <= 3; round++) {
      for (const path of paths(40)) registry.put(path, { stable: buildImage({ seed: `round ${round}` }) });
      clock.advance(60 * minute);
      await until(async () => (await runsOf(opened)).length === round + 1 && (await isOver(opened)));
    }
    for (const each of workers) await each.stop();
    const rows = await store.db.select({ id: store.t.events.id }).from(store.t.events).orderBy(asc(store.t.events.id));
    await following.end(rows.length);
    expect(rows).toHaveLength(40 * 3 + 40 * 3 * 2);
    expect(seen).toEqual(rows.map(({ id }) => id));
    expect(new Set(await eventsOf(store as TestStore)).size).toBeGreaterThan(40 * 3 + 40 * 3);
  });

  test("writers that meet in one repository wait for each other and lose nothing", async () => {
    const opened = await bench("postgres", 2);
    const { store } = opened;
    await opened.worker.runOnce();
    const before = (await eventsOf(store)).length;
    const ids = (await store.db.select().from(store.t.repositories)).map(({ id }) => id);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        commitChange(store, i, async (tx, change) => {
          for (const id of i % 2 === 0 ? ids : ids.toReversed()) change.touch(id);
          change.event({ type: "tag.moved", subject: `e${i}`, data: {}, private: false });
          await tx.rows((await import("drizzle-orm")).sql`select 1`);
        }),
      ),
    );
    expect(await eventsOf(store)).toHaveLength(before + 20);
  });
});

/** Reads events as a client of /events does, again and again, and never goes back. */
function follow(store: Store, seen: number[]) {
  let stopped = false;
  const reading = (async () => {
    while (!stopped) {
      const { events } = store.t;
      const rows = await store.db
        .select({ id: events.id })
        .from(events)
        .where(gt(events.id, seen.at(-1) ?? 0))
        .orderBy(asc(events.id))
        .limit(7);
      seen.push(...rows.map(({ id }) => id));
      if (rows.length === 0) await sleep(1);
    }
  })();
  return {
    end: async (count: number) => {
      await until(async () => seen.length >= count);
      stopped = true;
      await reading;
    },
  };
}

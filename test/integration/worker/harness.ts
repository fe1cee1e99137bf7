// A worker over fake registries and a clock that stands still, for tests of what the catalog then holds.
import { asc, eq } from "drizzle-orm";
import { onTestFinished } from "vitest";
import type { PolicySet } from "../../../policies/documents/policy-set.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import { createWorker, type Worker, type WorkerOptions } from "../../../worker/worker.ts";
import type { WorkerLimits } from "../../../worker/worker-limits.ts";
import { type CatalogDocuments, catalogTime, policySetOf } from "../../kit/catalog.ts";
import { openTestStore, type StoreKind, type TestStore } from "../../kit/stores.ts";

export const minute = 60_000;

export const workerLimits: WorkerLimits = {
  pollMs: 20,
  concurrency: 16,
  perHostConcurrency: 4,
  perRepositoryConcurrency: 4,
  perHostWishes: 2,
  leaseMs: minute,
  sourceIntervalMs: 60 * minute,
  repositoryIntervalMs: 15 * minute,
  retryMs: minute,
  retryMaxMs: 30 * minute,
  observedStepMs: 10 * minute,
  indexEntries: 50,
  indexDepth: 2,
  configBytes: 1024 * 1024,
  failuresPerRun: 100,
  runsPerSource: 20,
  answeredWishes: 100,
  answeredWishMs: 24 * 60 * minute,
  storeLingerMs: 1,
  storeGroup: 32,
  shutdownMs: 1_000,
};

export type Clock = { readonly now: () => number; advance(ms: number): void };

export function standingClock(start = catalogTime): Clock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}

export type LogLine = {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type Bench = {
  readonly store: TestStore;
  readonly clock: Clock;
  readonly worker: Worker;
  readonly log: readonly LogLine[];
  /** Another worker on the same database, as another process would be. */
  another(options?: Partial<WorkerOptions>): Worker;
  adopt(documents: CatalogDocuments): Promise<PolicySet>;
  /** One run of everything, an hour after the last. */
  run(...sources: string[]): ReturnType<Worker["runOnce"]>;
};

/** Registries by host; documents are adopted by the test. */
export async function workerBench(
  kind: StoreKind,
  registries: readonly Registry[],
  options: Partial<WorkerOptions> = {},
): Promise<Bench> {
  const store = await openTestStore(kind);
  const clock = standingClock();
  const log: LogLine[] = [];
  const byHost = new Map(registries.map((registry) => [registry.host, registry]));
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void log.push({ level, message, fields });
  let workers = 0;
  const another = (more: Partial<WorkerOptions> = {}) =>
    createWorker({
      store,
      registries: {
        declare: () => {},
        open: ({ host }) => {
          const registry = byHost.get(host);
          if (registry === undefined) throw new Error(`there is no fake of ${host}`);
          return registry;
        },
      },
      limits: workerLimits,
      now: clock.now,
      log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
      owner: `worker ${++workers}`,
      random: () => 0,
      ...options,
      ...more,
    });
  const opened: Worker[] = [];
  const open = (more?: Partial<WorkerOptions>) => {
    const worker = another(more);
    opened.push(worker);
    return worker;
  };
  const worker = open();
  onTestFinished(async () => {
    for (const each of opened) await each.stop();
    await store.close();
  });
  return {
    store,
    clock,
    worker,
    log,
    another: open,
    adopt: async (documents) => {
      const set = policySetOf(documents);
      await worker.adopt(set);
      return set;
    },
    run: async (...sources) => {
      clock.advance(60 * minute);
      return worker.runOnce(sources.length === 0 ? {} : { sources });
    },
  };
}

export async function eventsOf(store: TestStore): Promise<string[]> {
  const { events } = store.t;
  const rows = await store.db.select().from(events).orderBy(asc(events.id));
  return rows.map(({ type, subject }) => `${type} ${subject}`);
}

/** Events since the last call with the same list. */
export async function newEvents(store: TestStore, seen: string[]): Promise<string[]> {
  const all = await eventsOf(store);
  const fresh = all.slice(seen.length);
  seen.push(...fresh);
  return fresh;
}

export async function repositoryNamed(store: TestStore, name: string) {
  const { repositories } = store.t;
  const [row] = await store.db.select().from(repositories).where(eq(repositories.name, name));
  if (row === undefined) throw new Error(`there is no repository ${name}`);
  return row;
}

/** The tags of a repository by name. */
export async function tagsOf(store: TestStore, name: string) {
  const { tags } = store.t;
  const { id } = await repositoryNamed(store, name);
  const rows = await store.db.select().from(tags).where(eq(tags.repositoryId, id)).orderBy(asc(tags.name));
  return Object.fromEntries(rows.map((row) => [row.name, row]));
}

/** `tag digest from-to` in the order of time; times as hours since the catalog's beginning. */
export async function historyOf(store: TestStore, name: string) {
  const { tagHistory } = store.t;
  const { id } = await repositoryNamed(store, name);
  const rows = await store.db
    .select()
    .from(tagHistory)
    .where(eq(tagHistory.repositoryId, id))
    .orderBy(asc(tagHistory.tag), asc(tagHistory.from));
  return rows.map(({ tag, digest, from, to }) => ({ tag, digest, from, to }));
}

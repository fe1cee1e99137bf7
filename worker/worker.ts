// The worker: everything that goes out. It takes what is due and what is wished for, and fills the store.
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Store } from "../db/store.ts";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import { type Adoption, adopt } from "./adoption.ts";
import { followDocuments, type RegistryOpener } from "./documents.ts";
import type { Random } from "./due-times.ts";
import { fillLineage } from "./fill-lineage.ts";
import type { LookasideReader } from "./find-signatures/read-lookaside.ts";
import { keepHouse } from "./keep-house.ts";
import { type Lanes, openLanes } from "./lanes.ts";
import type { ProgressEvent, RunReport, Traffic } from "./progress.ts";
import { type RunWish, runOnce } from "./run-once.ts";
import { defaultSignatureLimits, type SignatureLimits } from "./signatures/limits.ts";
import { type ShippedRoot, shippedTrust } from "./signatures/public-good-root.ts";
import { storeLooks } from "./store-looks.ts";
import { createStoreQueue } from "./store-queue.ts";
import { newestRoot, type RootFetcher, refreshRoot } from "./trust-root/refresh-root.ts";
import { createBatcher } from "./verify/batch.ts";
import {
  type FinishedSignatureLook,
  type StoredSignatureLook,
  storeSignatureLooks,
} from "./verify/store-signature-looks.ts";
import { defaultVerifyLimits, type VerifyLimits } from "./verify/verify-limits.ts";
import type { AnsweredWish, WorkerContext } from "./worker-context.ts";
import type { WorkerLimits } from "./worker-limits.ts";
import type { WorkerLog } from "./worker-log.ts";

export type WorkerOptions = {
  readonly store: Store;
  readonly registries: RegistryOpener;
  readonly limits: WorkerLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: WorkerLog;
  /** Unlike any other worker's on this database: host, process and a random part. */
  readonly owner: string;
  /** What the HTTP client counted so far, for reports. */
  readonly traffic?: () => Traffic;
  /** Undefined: lookasides are not read, and looks that want one say so. */
  readonly lookasides?: LookasideReader;
  readonly verifyLimits?: VerifyLimits;
  readonly signatureLimits?: SignatureLimits;
  /** The public-good trust root before any was fetched; the one that ships with the sigstore packages unless given. */
  readonly shippedRoot?: ShippedRoot;
  /** Asks for newer ones; undefined: nobody is asked. */
  readonly fetchRoot?: RootFetcher;
  /** Jitter; Math.random unless a test wants to know. */
  readonly random?: Random;
};

export type Worker = {
  /** Puts these documents in force, in one step with everything that follows from them. */
  adopt(set: PolicySet): Promise<Adoption>;
  /** Begins to work on what is due, by the documents in force in the database, until `stop`. */
  start(): void;
  /** One run of these sources, now and to its end. For a worker that was not started. */
  runOnce(wish?: RunWish & { readonly onProgress?: (event: ProgressEvent) => void }): Promise<RunReport>;
  /** Something may be due: a wish was noted in this process. Without it, it is seen within `pollMs`. */
  poke(): void;
  /** Called after the commit that answers a wish; gives the function that ends it. */
  onWishAnswered(listener: (wish: AnsweredWish) => void): () => void;
  onProgress(listener: (event: ProgressEvent) => void): () => void;
  /** Takes nothing more, stores what is under way, gives back the rest. The store stays open. */
  stop(): Promise<void>;
};

/** How often it is asked whether the trust root is to be refreshed. */
const refreshPollMs = 60_000;

export function createWorker(options: WorkerOptions): Worker {
  const { store, limits, now, log } = options;
  const random = options.random ?? Math.random;
  const documents = followDocuments(store, options.registries);
  const progress = new Set<(event: ProgressEvent) => void>();
  const wishes = new Set<(wish: AnsweredWish) => void>();
  const queue = createStoreQueue((images, looks) => storeLooks(store, images, looks, { limits, now, random }), limits);
  const verifyLimits = options.verifyLimits ?? defaultVerifyLimits;
  const signatureLimits = options.signatureLimits ?? defaultSignatureLimits;
  const signatures = createBatcher<FinishedSignatureLook, StoredSignatureLook>(
    (looks) => storeSignatureLooks(store, looks, { limits: { ...limits, ...verifyLimits }, now, random }),
    limits,
  );
  let lanes: Lanes | undefined;
  const context: WorkerContext = {
    ...{ store, documents, limits, now, random, log, queue, signatures, verifyLimits, signatureLimits },
    lookasides: options.lookasides,
    owner: options.owner,
    overall: pLimit(limits.concurrency),
    tell: (event) => call(progress, event),
    answered: (wish) => call(wishes, wish),
    wake: () => void poke(),
  };

  /** A listener's mistake is its own. */
  function call<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        log.error({ err: error }, "a listener failed");
      }
    }
  }

  async function poke(): Promise<void> {
    try {
      await Promise.all([...open].map((each) => each.poke()));
    } catch (error) {
      log.error({ err: error }, "what is due could not be read");
    }
  }

  const shipped = options.shippedRoot ?? shippedTrust();
  let local: PolicySet | undefined;

  /** Nobody waits for it: what is due goes on meanwhile. */
  async function refreshTrustRoot(fetch: RootFetcher): Promise<void> {
    const refresher = {
      ...{ store, fetch, shipped, now, log, limits: { ...verifyLimits, signatures: signatureLimits } },
      loaded: (inForce: PolicySet) => (local?.digest === inForce.digest ? local : inForce),
    };
    try {
      if ((await refreshRoot(refresher, stopping.signal))?.outcome === "adopted") await poke();
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error }, "the public-good trust root could not be refreshed");
    }
  }

  /** What an older version stored; nobody waits for it. */
  async function readOlderImages(): Promise<void> {
    try {
      await fillLineage(store, stopping.signal);
    } catch (error) {
      log.error({ err: error }, "the lineage of images that were there before could not be read");
    }
  }

  const open = new Set<Lanes>();
  const stopping = new AbortController();
  let ticking: Promise<void> | undefined;

  async function tick(): Promise<void> {
    const filling = readOlderImages();
    let nextHousekeeping = now();
    let refreshing: Promise<void> | undefined;
    let nextRefresh = now();
    while (!stopping.signal.aborted) {
      await poke();
      if (options.fetchRoot !== undefined && refreshing === undefined && now() >= nextRefresh) {
        // Whether it is due stands in the database, for all workers together.
        nextRefresh = now() + refreshPollMs;
        refreshing = refreshTrustRoot(options.fetchRoot).finally(() => {
          refreshing = undefined;
        });
      }
      if (now() >= nextHousekeeping) {
        nextHousekeeping = now() + limits.answeredWishMs / 10;
        await keepHouse(store, now(), limits).catch((error: unknown) =>
          log.error({ err: error }, "housekeeping failed"),
        );
      }
      await sleep(limits.pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
    await Promise.all([refreshing, filling]);
  }

  return {
    async adopt(set) {
      documents.loaded(set);
      local = set;
      const adoption = await adopt(store, set, now(), {
        limits: signatureLimits,
        publicGoodRoot: await newestRoot(store, shipped),
      });
      await poke();
      return adoption;
    },
    start() {
      if (lanes !== undefined || stopping.signal.aborted) return;
      lanes = openLanes(context);
      open.add(lanes);
      ticking = tick();
    },
    async runOnce({ onProgress, ...wish } = {}) {
      const listen = (listener: (event: ProgressEvent) => void) => {
        progress.add(listener);
        return () => void progress.delete(listener);
      };
      const unsubscribe = onProgress === undefined ? undefined : listen(onProgress);
      try {
        await readOlderImages();
        return await runOnce(
          {
            context,
            openLanes: (scope) => {
              const scoped = openLanes(context, scope);
              open.add(scoped);
              return { ...scoped, stop: () => scoped.stop().finally(() => open.delete(scoped)) };
            },
            onProgress: (listener) => listen((event) => event.type === "source-done" && listener()),
            traffic: () => options.traffic?.() ?? null,
          },
          { ...wish, signal: AbortSignal.any([stopping.signal, ...(wish.signal === undefined ? [] : [wish.signal])]) },
        );
      } finally {
        unsubscribe?.();
      }
    },
    poke: () => void poke(),
    onWishAnswered(listener) {
      wishes.add(listener);
      return () => void wishes.delete(listener);
    },
    onProgress(listener) {
      progress.add(listener);
      return () => void progress.delete(listener);
    },
    async stop() {
      stopping.abort();
      await ticking;
      await Promise.all([...open].map((each) => each.stop()));
      await queue.drain();
      await signatures.drain();
    },
  };
}

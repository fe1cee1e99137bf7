// A lane: takes due rows of one kind, works on a few of them at once and keeps their leases alive meanwhile.
import pLimit, { type LimitFunction } from "p-limit";
import {
  extendLeases,
  type Lease,
  type LeasedTable,
  leaseDue,
  releaseLeases,
  someAreDue,
  type Wanted,
} from "../db/leases.ts";
import type { Store } from "../db/store.ts";
import type { WorkerLimits } from "./worker-limits.ts";
import type { WorkerLog } from "./worker-log.ts";

export type LaneItem<Id> = {
  readonly lease: Lease<Id>;
  /** In place of the lane's own limit. */
  readonly limit?: LimitFunction;
  /**
   * Asks what there is to ask, and gives the promise that it is stored: the place in the lane is free before that.
   * Throws where the signal was aborted, and then the row is given back.
   */
  readonly work: (signal: AbortSignal) => Promise<{ readonly stored: Promise<unknown> }>;
  /** Told when it is over in any way, also without having been worked on. */
  readonly done?: () => void;
};

export type LaneOptions<Id> = {
  readonly name: string;
  readonly store: Store;
  readonly table: LeasedTable;
  readonly wanted: Wanted;
  readonly owner: string;
  readonly now: () => number;
  readonly log: WorkerLog;
  readonly limits: Pick<WorkerLimits, "leaseMs" | "pollMs" | "shutdownMs">;
  readonly concurrency: number;
  /** Rows leased at once: those that are worked on and those that are next. */
  readonly window: number;
  /** Shared with other lanes. */
  readonly overall?: LimitFunction;
  /** Reads what was leased. What does not come back is left to its lease's end: nothing is tried again at once. */
  readonly prepare: (leases: readonly Lease<Id>[]) => Promise<readonly LaneItem<Id>[]>;
};

export type Lane = {
  /** There may be something due. */
  poke(): void;
  /** Takes nothing more, lets what is under way finish for a while, gives the rest back. */
  stop(): Promise<void>;
};

export function openLane<Id extends string | number>(options: LaneOptions<Id>): Lane {
  const { store, table, owner, now, log, limits } = options;
  /** By lease, not by row: documents that change take a row away, and it may come back while it is looked at. */
  const inFlight = new Map<Lease<Id>, AbortController>();
  const own = pLimit(options.concurrency);
  const { overall } = options;
  let mayBeDue = false;
  let stopping = false;
  let filling: Promise<void> | undefined;
  const running = new Set<Promise<void>>();

  const heartbeat = setInterval(() => void extend(), limits.leaseMs / 3);
  heartbeat.unref();

  async function extend(): Promise<void> {
    const leases = [...inFlight.keys()];
    try {
      const held = await extendLeases(store, table, leases, now() + limits.leaseMs);
      for (const lease of leases) {
        if (held.get(lease.id) !== lease.token) inFlight.get(lease)?.abort(new Error("the lease was lost"));
      }
    } catch (error) {
      // The fence decides when the result is stored; until then the work may as well go on.
      log.warn({ lane: options.name, err: error }, "leases could not be extended");
    }
  }

  function fill(): void {
    if (filling !== undefined || stopping || !mayBeDue || inFlight.size > options.window / 2) return;
    filling = take()
      .catch((error: unknown) => {
        mayBeDue = false;
        log.error({ lane: options.name, err: error }, "what is due could not be taken");
      })
      .finally(() => {
        filling = undefined;
        fill();
      });
  }

  async function take(): Promise<void> {
    const room = options.window - inFlight.size;
    mayBeDue = false;
    // A reader's question first: what is never due costs no writing transaction.
    if (!(await someAreDue(store, table, now(), options.wanted))) return;
    const terms = { owner, now: now(), leaseMs: limits.leaseMs, limit: room };
    const leases = (await leaseDue(store, table, terms, options.wanted)) as Lease<Id>[];
    mayBeDue = leases.length === room;
    for (const lease of leases) inFlight.set(lease, new AbortController());
    let items: readonly LaneItem<Id>[] = [];
    try {
      items = await options.prepare(leases);
    } finally {
      const prepared = new Set(items.map(({ lease }) => lease));
      for (const lease of leases) if (!prepared.has(lease)) inFlight.delete(lease);
    }
    for (const item of items) {
      const run = process(item).finally(() => running.delete(run));
      running.add(run);
    }
  }

  async function process(item: LaneItem<Id>): Promise<void> {
    const { signal } = inFlight.get(item.lease) ?? new AbortController();
    const work = async () => (stopping || signal.aborted ? undefined : item.work(signal));
    try {
      const place = item.limit ?? own;
      const result = await place(() => (overall === undefined ? work() : overall(work)));
      if (result === undefined) await releaseLeases(store, table, [item.lease]);
      else await result.stored;
    } catch (error) {
      if (signal.aborted) await releaseLeases(store, table, [item.lease]).catch(() => {});
      // Its lease ends by itself, and it is tried again then.
      else log.error({ lane: options.name, id: item.lease.id, err: error }, "what was found could not be stored");
    } finally {
      inFlight.delete(item.lease);
      item.done?.();
      fill();
    }
  }

  return {
    poke() {
      mayBeDue = true;
      fill();
    },
    async stop() {
      stopping = true;
      const timer = setTimeout(() => {
        for (const controller of inFlight.values()) controller.abort(new Error("the worker stops"));
      }, limits.shutdownMs);
      while (filling !== undefined || running.size > 0) await Promise.allSettled([filling, ...running]);
      clearTimeout(timer);
      clearInterval(heartbeat);
    },
  };
}

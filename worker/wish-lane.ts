// The lane of wishes: of all hosts together and before everything else, so that no slow source delays an answer.

import { and, notLike } from "drizzle-orm";
import pLimit, { type LimitFunction } from "p-limit";
import { type Lease, releaseLeases } from "../db/leases.ts";
import { readWishes, type Wish } from "../db/wishes.ts";
import { lookForWish, storeWish } from "./answer-wish.ts";
import type { Documents } from "./documents.ts";
import { type Lane, openLane } from "./lane.ts";
import { lookAtWished } from "./verify/signature-lane.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Hosts whose wishes may be under way at once, were each of them slow. */
const hosts = 8;
/** Leased for one host: those that are worked on and as many that are next. */
const ahead = 2;

export function openWishLane(context: WorkerContext): Lane {
  const { limits, store } = context;
  const underWay = new Map<string, { readonly limit: LimitFunction; count: number }>();
  const share = limits.perHostWishes * ahead;
  const placeOf = (host: string) => {
    const place = underWay.get(host) ?? { limit: pLimit(limits.perHostWishes), count: 0 };
    underWay.set(host, place);
    return place;
  };
  const lane = openLane<number>({
    ...context,
    name: "wishes",
    table: "wishes",
    // A host that has all it may have under way leaves the rest of the window to others.
    wanted: ({ wishes }) =>
      and(
        ...[...underWay].flatMap(([host, { count }]) =>
          count >= share ? [notLike(wishes.repository, `${host}/%`)] : [],
        ),
      ),
    concurrency: limits.perHostWishes * hosts,
    window: limits.perHostWishes * hosts,
    prepare: async (leases) => {
      const documents = await context.documents.current();
      if (documents === undefined) return [];
      const byId = new Map(leases.map((lease) => [lease.id, lease]));
      const wishes = await readWishes(store, [...byId.keys()]);
      const surplus: Lease<number>[] = [];
      const items = wishes.flatMap((wish) => {
        const lease = byId.get(wish.id);
        if (lease === undefined) return [];
        const host = wish.repository.slice(0, wish.repository.indexOf("/"));
        const place = placeOf(host);
        if (place.count >= share) {
          surplus.push(lease);
          return [];
        }
        place.count++;
        const done = () => {
          place.count--;
          if (place.count === 0) underWay.delete(host);
          // The host's next ones were left aside until now.
          lane.poke();
        };
        return [
          {
            lease,
            limit: place.limit,
            work: (signal: AbortSignal) => work(context, documents, lease, wish, signal),
            done,
          },
        ];
      });
      await releaseLeases(store, "wishes", surplus);
      return items;
    },
  });
  return lane;
}

async function work(
  context: WorkerContext,
  documents: Documents,
  lease: Lease<number>,
  wish: Wish,
  signal: AbortSignal,
): Promise<{ readonly stored: Promise<void> }> {
  const report = (error: unknown) =>
    context.log.error({ repository: wish.repository, reference: wish.reference, err: error }, "a wish failed here");
  const found = await lookForWish({ ...context, documents, signal, report }, wish);
  return { stored: store(context, documents, lease, wish, found, signal) };
}

async function store(
  context: WorkerContext,
  documents: Documents,
  lease: Lease<number>,
  wish: Wish,
  found: Awaited<ReturnType<typeof lookForWish>>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await storeWish(context.store, documents, lease, wish, found, context.now());
  if (answer === undefined) return;
  // Whoever waits gets a verdict with the answer, where its registry is quick.
  if (found.outcome === "found") await lookAtWished(context, wish.repository, found.digest, signal);
  context.answered({ repository: wish.repository, reference: wish.reference, state: answer.state });
  // The repository may be due now.
  if (answer.state !== "failed") context.wake();
}

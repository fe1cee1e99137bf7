// What every route is given: the store, what is in memory, and the limits.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Store } from "../../db/store.ts";
import type { CatalogView } from "../catalog/catalog-view.ts";
import type { Reads } from "../hot/read-through.ts";
import { clientAddress, type RateLimiter, type RateState } from "../rate-limit.ts";
import type { HostAnswers } from "../resolve/host-answers.ts";
import type { TargetMemory } from "../resolve/target-memory.ts";
import type { ServerLimits } from "../server-limits.ts";
import type { ServerLog } from "../server-log.ts";

export type Api = {
  readonly app: OpenAPIHono;
  readonly store: Store;
  readonly limits: ServerLimits;
  readonly now: () => number;
  readonly log: ServerLog;
  readonly catalog: CatalogView;
  readonly memory: TargetMemory;
  readonly hostAnswers: HostAnswers;
  readonly reads: Reads;
  readonly rate: RateLimiter;
  readonly waitForWish: ((repository: string, reference: string, timeoutMs: number) => Promise<void>) | null;
  /** Whether resolve speaks of what is private: never over HTTP. */
  readonly seesPrivate: boolean;
};

/** Takes from the share of whoever asks. */
export function takeShare(api: Api, c: Context, cost: number): RateState {
  // In tests without a listener there is no connection.
  const address: unknown = c.env?.incoming?.socket?.remoteAddress;
  const client = clientAddress(
    typeof address === "string" ? address : undefined,
    c.req.header("x-forwarded-for") ?? null,
    api.limits.proxyHops,
  );
  return api.rate.take(client, cost);
}

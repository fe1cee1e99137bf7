// The server: puts the API, its memory of the catalog and the HTTP listener together.
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Store } from "../db/store.ts";
import { problem } from "./problems.ts";
import type { ServerLimits } from "./server-limits.ts";
import type { ServerLog } from "./server-log.ts";

export type ServerOptions = {
  readonly store: Store;
  readonly limits: ServerLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: ServerLog;
  /** Where the service is reached from outside, as in https://signalbox.example; null: not known. */
  readonly publicUrl: string | null;
  readonly version: string;
  /** Ends when the wish was answered or the time is over; given where a worker runs in the same process. */
  readonly waitForWish?: (repository: string, reference: string, timeoutMs: number) => Promise<void>;
  /** What the rest of the process says of itself, shown by /healthz: a refused policy folder, the worker. */
  readonly health?: () => Readonly<Record<string, unknown>>;
};

export type SignalboxServer = {
  /** For tests: `app.request("/api/v1/…")`, after `refresh()`. */
  readonly app: OpenAPIHono;
  /** What a node:http server is given: answers from memory first. */
  readonly listener: RequestListener;
  /** Takes over what was committed since the last time; the first time loads everything. */
  refresh(): Promise<void>;
  /** Listens, loads, and goes on refreshing. `port` 0 takes a free one. */
  start(host: string, port: number): Promise<RunningServer>;
};

export type RunningServer = {
  readonly port: number;
  /** Finishes the requests under way, ends the streams, stops listening. The store stays open. */
  close(): Promise<void>;
};

export function createServer(options: ServerOptions): SignalboxServer {
  const app = new OpenAPIHono();
  app.get("/healthz", (c) => c.json({ status: "ok", version: options.version, ...options.health?.() }));
  app.notFound((c) => problem(c, { name: "not-found", detail: `there is nothing at ${new URL(c.req.url).pathname}` }));
  const listener = getRequestListener(app.fetch);
  return {
    app,
    listener: (request, response) => void listener(request, response),
    refresh: async () => {},
    start: async () => {
      throw new Error("not written yet");
    },
  };
}

// The server: puts the API, its memory of the catalog and the HTTP listener together.
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Store } from "../db/store.ts";
import { createAccessLog } from "./access-log.ts";
import { addRoutes } from "./api/add-routes.ts";
import { wrongParameters } from "./api/problem-responses.ts";
import { createCatalogView } from "./catalog/catalog-view.ts";
import { createAnswerCache } from "./hot/answer-cache.ts";
import { createHotListener } from "./hot/hot-listener.ts";
import { createPostListener } from "./hot/post-listener.ts";
import { createReads } from "./hot/read-through.ts";
import { listen } from "./http-server.ts";
import { answerTheRest } from "./methods.ts";
import { problem, problemResponse } from "./problems.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createHostAnswers } from "./resolve/host-answers.ts";
import { createTargetMemory } from "./resolve/target-memory.ts";
import { warmed } from "./search/load-search-index.ts";
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
  /** Resolve speaks of what is private too: for the command line on the catalog's own database, never for a listener. */
  readonly seesPrivate?: boolean;
  /** What the rest of the process says of itself, shown by /healthz: a refused policy folder, the worker. */
  readonly health?: () => Readonly<Record<string, unknown>>;
};

export type SignalboxServer = {
  /** For tests: `app.request("/api/v1/…")`, after `refresh()`. */
  readonly app: OpenAPIHono;
  /** What a node:http server is given: answers from memory first. */
  readonly listener: RequestListener;
  /** Takes over what was committed since the last time. */
  refresh(): Promise<void>;
  /** Listens at once, and is there when it can answer; then goes on refreshing. `port` 0 takes a free one. */
  start(host: string, port: number): Promise<RunningServer>;
};

export type RunningServer = {
  readonly port: number;
  /** Finishes the requests under way, ends the streams, stops listening. The store stays open. */
  close(): Promise<void>;
};

export function createServer(options: ServerOptions): SignalboxServer {
  const { store, limits, now, log } = options;
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : problem(c, wrongParameters(result.error.issues))),
  });
  const cache = createAnswerCache(limits.cacheBytes);
  const hostAnswers = createHostAnswers(limits, now);
  const memory = createTargetMemory(store, limits.targetBytes, hostAnswers);
  const catalog = createCatalogView(store, [cache, memory.kept]);
  const reads = createReads(cache, catalog, now);
  const routes = addRoutes(
    {
      app,
      store,
      limits,
      now,
      log,
      catalog,
      memory,
      hostAnswers,
      reads,
      rate: createRateLimiter(limits, now),
      waitForWish: options.waitForWish ?? null,
      seesPrivate: options.seesPrivate ?? false,
    },
    options,
  );
  app.onError((error, c) => {
    log.error({ err: error, path: c.req.path }, "a request failed");
    return problem(c, { name: "internal-error", detail: "something went wrong here, and it was logged" });
  });
  answerTheRest(app);

  const access = createAccessLog(log, limits.logSample, limits.slowMs);
  const routed = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler: refuseRequest });
  const listener = createHotListener({
    cache,
    now,
    note: access.note,
    otherwise: access.wrap(
      createPostListener(routes.posts, (request, response) => void routed(request, response), log),
    ),
  });

  return {
    app,
    listener,
    refresh: () => catalog.refresh(),
    start: async (host, port) => {
      if (options.seesPrivate === true) throw new Error("what is private is not for whoever connects");
      const listening = await listen(listener, limits, log, host, port);
      const polling = keepFresh(() => catalog.refresh(), limits.pollMs, log);
      const forgetting = setInterval(() => hostAnswers.forgetOld(), forgetEveryMs);
      await polling.first;
      // Nobody waits for the index but whoever searches before it is there.
      void catalog.loaded
        ?.search()
        .then(warmed)
        .catch((error: unknown) => log.warn({ err: error }, "the search index could not be loaded yet"));
      return {
        port: listening.port,
        close: async () => {
          clearInterval(forgetting);
          routes.end();
          await Promise.all([polling.stop(), listening.close()]);
        },
      };
    },
  };
}

/** No answer to a host stays in memory for longer than this beyond its time. */
const forgetEveryMs = 60_000;

/** Looks for commits again and again; a database that is away for a while is no reason to stop. */
function keepFresh(
  refresh: () => Promise<void>,
  everyMs: number,
  log: ServerLog,
): { readonly first: Promise<void>; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failing = false;
  let turn: Promise<void> = Promise.resolve();
  const next = async () => {
    try {
      await refresh();
      if (failing) log.info({}, "the catalog can be read again");
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, "the catalog cannot be read; trying again");
      failing = true;
    }
    if (!stopped) timer = setTimeout(run, everyMs);
  };
  const run = () => {
    turn = next();
  };
  run();
  return {
    first: turn,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}

/** A request that no route can be asked for: its target or its host cannot be read. */
function refuseRequest(): Response {
  const refused = { name: "invalid-parameter", detail: "the request's target or host cannot be read" } as const;
  return problemResponse(refused, "/");
}

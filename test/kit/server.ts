// A server for tests: the whole API over a test's store, with limits that are small enough to be met.

import type { z } from "@hono/zod-openapi";
import { expect } from "vitest";
import type { Store } from "../../db/store.ts";
import { createServer, type ServerOptions, type SignalboxServer } from "../../server/create-server.ts";
import type { ServerLimits } from "../../server/server-limits.ts";
import type { ServerLog } from "../../server/server-log.ts";
import { catalogTime } from "./catalog.ts";

export const testServerLimits: ServerLimits = {
  cacheBytes: 8 * 1024 * 1024,
  targetBytes: 8 * 1024 * 1024,
  hostAnswerBytes: 1024 * 1024,
  hostAnswerMs: 15 * 60_000,
  pollMs: 20,
  bodyMaxBytes: 64 * 1024,
  batchBodyMaxBytes: 1024 * 1024,
  evidenceMaxBytes: 1024 * 1024,
  bodyMaxDepth: 32,
  wishWaitMs: 200,
  wishWaitersMax: 10,
  wishesMax: 50,
  wishesPerRepositoryMax: 10,
  rateMax: 1_000,
  rateWindowMs: 60_000,
  rateClientsMax: 100,
  proxyHops: 0,
  streamClientsMax: 3,
  streamHeartbeatMs: 50,
  streamBufferMaxBytes: 64 * 1024,
  headersTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  keepAliveTimeoutMs: 1_000,
  connectionsMax: 50,
  headerMaxBytes: 16 * 1024,
  shutdownMs: 1_000,
  logSample: 1_000_000,
  slowMs: 60_000,
};

export type Logged = {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

/** Keeps what was logged. */
export function memoryLog(): ServerLog & { readonly lines: readonly Logged[] } {
  const lines: Logged[] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

export type TestServer = SignalboxServer & {
  readonly log: ReturnType<typeof memoryLog>;
  /** The clock that the server reads. */
  clock: { now: number };
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
};

export function testServer(
  store: Store,
  options: Partial<Omit<ServerOptions, "store" | "limits">> & { readonly limits?: Partial<ServerLimits> } = {},
): TestServer {
  const log = memoryLog();
  const clock = { now: catalogTime };
  const server = createServer({
    now: () => clock.now,
    log,
    publicUrl: null,
    version: "0.0.0-test",
    ...options,
    store,
    limits: { ...testServerLimits, ...options.limits },
  });
  return {
    ...server,
    log,
    clock,
    get: async (path, headers = {}) => server.app.request(path, { headers }),
    post: async (path, body, headers = {}) =>
      server.app.request(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
  };
}

/** The answer's body, which has exactly the fields of the schema that the document was made from. */
export async function bodyOf<Schema extends z.ZodType>(schema: Schema, response: Response): Promise<z.output<Schema>> {
  const body: unknown = await response.json();
  const read = schema.parse(body);
  expect(read).toEqual(body);
  return read;
}

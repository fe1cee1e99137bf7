// The access log: what is written of a request that was slow, that failed, that reads a stream, or that was picked.
import { createServer, get, type RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { createAccessLog } from "../../../server/access-log.ts";

const slowMs = 5;
const path = "/api/v1/events";

/** What is written of one request to a server that takes longer than `slowMs`. */
async function written(listener: RequestListener, { accept = "*/*", sample = 1_000 } = {}) {
  const info = vi.fn<(fields: object, message: string) => void>();
  const { wrap, note } = createAccessLog({ debug() {}, info, warn() {}, error() {} }, sample, slowMs);
  const closed = Promise.withResolvers<void>();
  const wrapped = wrap((request, response) => {
    response.once("close", () => closed.resolve());
    void sleep(slowMs * 4).then(() => listener(request, response));
  });
  const server = createServer((request, response) => {
    // The first of a sample is picked: this is another one.
    if (sample > 1) note(request, 200);
    info.mockClear();
    wrapped(request, response);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens at a port");
  get({ host: "127.0.0.1", port: address.port, path: `${path}?after=secret`, headers: { accept } }, (answer) => {
    answer.resume();
  });
  await closed.promise;
  return info.mock.calls.map(([fields, why]) => ({ ...fields, ms: "some", why }));
}

const said = { method: "GET", path, ms: "some" };

test.each<{ title: string; listener: RequestListener; accept?: string; sample?: number; logged: readonly object[] }>([
  {
    title: "slow one is written, without its query",
    listener: (_, response) => response.end("done"),
    logged: [{ ...said, status: 200, why: "slow request" }],
  },
  {
    title: "stream of events is long by its nature",
    listener: (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(": bye\n\n"),
    accept: "text/event-stream",
    logged: [],
  },
  {
    title: "stream that fails is written",
    listener: (_, response) => response.writeHead(500).end(),
    accept: "text/event-stream",
    logged: [{ ...said, status: 500, why: "failed request" }],
  },
  {
    title: "refusal while the server is not ready is no failure of its own",
    listener: (_, response) => response.writeHead(503).end(),
    logged: [{ ...said, status: 503, why: "slow request" }],
  },
  {
    title: "picked one is written, however quick",
    listener: (_, response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(),
    accept: "text/event-stream",
    sample: 1,
    logged: [{ ...said, status: 200, why: "request" }],
  },
])("of requests, a $title", async ({ listener, accept, sample, logged }) => {
  const options = { ...(accept === undefined ? {} : { accept }), ...(sample === undefined ? {} : { sample }) };
  expect(await written(listener, options)).toEqual(logged);
});

// A server on a free loopback port that keeps what it was asked, for fakes of what a test talks to.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type SeenRequest = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly atMs: number;
};

export type FakeServer = {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Requests whose method and URL (`GET /v2/…`) match. */
  count(pattern: RegExp): number;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export async function startFake(handler: Handler): Promise<FakeServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, headers, atMs: Date.now() });
    // Who goes away in the middle of an answer is no error of the fake.
    response.on("error", () => undefined);
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
  });
  server.keepAliveTimeout = 60_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `http://${host}`,
    requests,
    count: (pattern) => requests.filter(({ method, url }) => pattern.test(`${method} ${url}`)).length,
    connections: () =>
      new Promise((done, fail) =>
        server.getConnections((error, count) => (error === null ? done(count) : fail(error))),
      ),
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** An error in the form of the distribution specification. */
export function sendOciError(response: ServerResponse, status: number, code: string, message = "no"): void {
  sendJson(response, status, { errors: [{ code, message, detail: null }] });
}

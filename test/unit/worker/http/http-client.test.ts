// The guarded client against servers on loopback: what it follows, repeats, counts and refuses.
import { getEventListeners } from "node:events";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { HttpClient, HttpRequest } from "../../../../worker/http/http.ts";
import { type FakeServer, type Handler, startFake } from "../../../kit/registries/fake-server.ts";
import {
  createTestHttpClient,
  never,
  type TestRegistryOptions,
  testUserAgent,
} from "../../../kit/registries/open-test-registry.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function serve(handler: Handler): Promise<FakeServer> {
  const server = await startFake(handler);
  ends.push(() => server.close());
  return server;
}

/** A client that knows the given places. */
function clientFor(places: readonly FakeServer[], options: TestRegistryOptions & { rate?: number } = {}): HttpClient {
  const client = createTestHttpClient(options);
  ends.push(() => client.close());
  const requestsPerSecond = options.rate ?? 100_000;
  client.declare(places.map(({ url }) => ({ origin: url, addresses: "loopback", requestsPerSecond })));
  return client;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: "GET", url: new URL(url), limitBytes: 10_000, ...more };
}

describe("an answer", () => {
  test("has status, headers, body and where it came from", async () => {
    const server = await serve((_, response) => {
      response.setHeader("x-two", ["a", "b"]);
      response.writeHead(404, { "X-One": "1" }).end("nothing here");
    });
    const answer = await clientFor([server]).request(get(`${server.url}/a?b=c`), never);
    expect(answer).toMatchObject({ status: 404, cut: false });
    expect(answer.headers).toMatchObject({ "x-one": "1", "x-two": "a, b" });
    expect(answer.body.toString()).toBe("nothing here");
    expect(answer.url.href).toBe(`${server.url}/a?b=c`);
    expect(server.requests[0]).toMatchObject({ method: "GET", url: "/a?b=c" });
    expect(server.requests[0]?.headers).toMatchObject({ "user-agent": testUserAgent, "accept-encoding": "identity" });
  });

  test("to HEAD has no body, whatever length it announces", async () => {
    const server = await serve((_, response) => void response.writeHead(200, { "content-length": "999999999" }).end());
    const answer = await clientFor([server]).request(get(server.url, { method: "HEAD" }), never);
    expect(answer.body.length).toBe(0);
    expect(answer.headers["content-length"]).toBe("999999999");
  });

  test("that comes packed is unpacked", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });
    const answer = await clientFor([server]).request(get(server.url), never);
    expect(answer.body.toString()).toBe("hello");
  });
});

describe("limits", () => {
  const body = (size: number, headers: Record<string, string> = {}): Handler => {
    return (_, response) => void response.writeHead(200, headers).end(Buffer.alloc(size, "x"));
  };

  test("a body of exactly the limit is read, one byte more is too large", async () => {
    const [fits, over] = [await serve(body(10_000)), await serve(body(10_001))];
    const client = clientFor([fits, over]);
    expect((await client.request(get(fits.url), never)).body.length).toBe(10_000);
    await expect(client.request(get(over.url), never)).rejects.toMatchObject({ code: "too-large" });
    expect(over.requests.length).toBe(1);
  });

  test("a body that announces too much is refused before it comes", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-length": "100000000" });
      response.write("x");
    });
    await expect(clientFor([server]).request(get(server.url), never)).rejects.toMatchObject({ code: "too-large" });
  });

  test("a body may be cut instead", async () => {
    const server = await serve(body(50_000));
    const answer = await clientFor([server]).request(get(server.url, { beyondLimit: "cut" }), never);
    expect(answer).toMatchObject({ cut: true, status: 200 });
    expect(answer.body.length).toBe(10_000);
  });

  test("of a refusal only the beginning is read, and it stays a refusal", async () => {
    const server = await serve((_, response) => {
      response.writeHead(403);
      const timer = setInterval(() => response.write(Buffer.alloc(60_000, "x")), 1);
      response.once("close", () => clearInterval(timer));
    });
    const answer = await clientFor([server], { http: { errorBodyBytes: 1_000 } }).request(get(server.url), never);
    expect(answer).toMatchObject({ status: 403, cut: true });
    expect(answer.body.length).toBe(1_000);
  });

  test("a body that unpacks to more than the limit is too large", async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const server = await serve((_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    await expect(clientFor([server]).request(get(server.url), never)).rejects.toMatchObject({ code: "too-large" });
  });

  test("headers are bounded", async () => {
    const server = await serve((_, response) => void response.writeHead(200, { "x-long": "x".repeat(20_000) }).end());
    await expect(clientFor([server]).request(get(server.url), never)).rejects.toMatchObject({ code: "too-large" });
  });

  test("a body that drips is given up, though it never stops", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 20);
      response.once("close", () => clearInterval(timer));
    });
    const started = performance.now();
    const client = clientFor([server], { http: { slowAfterMs: 200, minBytesPerSecond: 1_000 } });
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "timeout" });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(server.requests.length).toBe(1);
  });

  test("a server that says nothing is given up within the deadline, retries and all", async () => {
    const server = await serve(() => undefined);
    const started = performance.now();
    const client = clientFor([server], { http: { headersTimeoutMs: 60_000, deadlineMs: 300, attempts: 5 } });
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "timeout" });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test("a request may have a deadline of its own", async () => {
    const server = await serve(() => undefined);
    const client = clientFor([server], { http: { deadlineMs: 60_000, headersTimeoutMs: 60_000 } });
    await expect(client.request(get(server.url, { deadlineMs: 100 }), never)).rejects.toMatchObject({
      code: "timeout",
    });
  });
});

describe("the guard", () => {
  test.each([
    ["https://10.0.0.1/", "address-refused"],
    ["http://127.0.0.1:9/", "address-refused"],
    ["https://127.0.0.1:9/", "address-refused"],
    ["https://[::1]:9/", "address-refused"],
    ["http://169.254.169.254/latest/meta-data/", "address-refused"],
    ["http://registry.example/", "redirect-refused"],
  ])("does not ask %s: %s", async (url, code) => {
    await expect(clientFor([]).request(get(url), never)).rejects.toMatchObject({ code });
  });

  test("a name is judged by the address behind it, at the connection", async () => {
    const server = await serve((_, response) => void response.end("secret"));
    const { port } = new URL(server.url);
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const client = clientFor([], { resolve });
    await expect(client.request(get(`https://rebound.example:${port}/`), never)).rejects.toMatchObject({
      code: "address-refused",
    });
    expect(server.requests.length).toBe(0);
  });

  test("one private address among public ones refuses the name", async () => {
    const resolve = async () => [
      { address: "1.1.1.1", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ];
    const client = clientFor([], { resolve });
    await expect(client.request(get("https://mixed.example/"), never)).rejects.toMatchObject({
      code: "address-refused",
    });
  });

  test.each([
    ["::ffff:127.0.0.1"],
    ["64:ff9b::7f00:1"],
    ["169.254.169.254"],
    ["100.100.100.200"],
    ["0.0.0.0"],
    ["fe80::1"],
  ])("a name that leads to %s is refused", async (address) => {
    const resolve = async () => [{ address, family: address.includes(":") ? 6 : 4 }];
    const client = clientFor([], { resolve });
    await expect(client.request(get("https://x.example/"), never)).rejects.toMatchObject({ code: "address-refused" });
  });

  test("a declared name for plain HTTP on loopback is not believed elsewhere, and is there", async () => {
    const server = await serve((_, response) => void response.end("here"));
    const { port } = new URL(server.url);
    let address = "127.0.0.1";
    const client = clientFor([], { resolve: async () => [{ address, family: 4 }] });
    client.declare([{ origin: `http://registry.test:${port}`, addresses: "loopback" }]);
    expect((await client.request(get(`http://registry.test:${port}/`), never)).body.toString()).toBe("here");
    address = "192.168.1.1";
    client.declare([
      { origin: `http://registry.test:${port}`, addresses: "loopback" },
      { origin: "https://b.test", addresses: "any" },
    ]);
    await expect(client.request(get(`http://registry.test:${port}/`), never)).rejects.toMatchObject({
      code: "address-refused",
    });
  });

  test("a place that is no more declared is no more asked, open connection or not", async () => {
    const server = await serve((_, response) => void response.end("here"));
    const { port } = new URL(server.url);
    const place = { origin: `https://registry.test:${port}`, addresses: "any" as const };
    const client = clientFor([server]);
    expect((await client.request(get(server.url), never)).status).toBe(200);
    client.declare([place]);
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "address-refused" });
  });

  test("a name that does not exist is unreachable", async () => {
    const resolve = async () => {
      throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    };
    const client = clientFor([], { resolve });
    await expect(client.request(get("https://nowhere.example/"), never)).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("redirects", () => {
  test("are followed to another declared place without the authorization, for good", async () => {
    const back = await serve((request, response) => {
      if (request.url === "/start") response.writeHead(307, { location: `${cdn.url}/blob` }).end();
      else response.end(`back with ${request.headers.authorization}`);
    });
    const cdn: FakeServer = await serve((_, response) => {
      response.writeHead(302, { location: `${back.url}/end` }).end();
    });
    const client = clientFor([back, cdn]);
    const answer = await client.request(get(`${back.url}/start`, { authorization: "Bearer secret" }), never);
    expect(answer.body.toString()).toBe("back with undefined");
    expect(back.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(cdn.requests[0]?.headers.authorization).toBeUndefined();
    expect(answer.url.href).toBe(`${back.url}/end`);
  });

  test("within one origin keep it", async () => {
    const server = await serve((request, response) => {
      if (request.url === "/a") response.writeHead(301, { location: "/b" }).end();
      else response.end(request.headers.authorization);
    });
    const answer = await clientFor([server]).request(get(`${server.url}/a`, { authorization: "Basic x" }), never);
    expect(answer.body.toString()).toBe("Basic x");
  });

  test.each([
    ["a circle", (at: number) => `/${(at + 1) % 3}`, "redirect-refused"],
    ["an endless way", (at: number) => `/${at + 1}`, "redirect-refused"],
    ["a private address", () => "https://10.0.0.1/", "address-refused"],
    ["loopback", () => "http://127.0.0.1:1/", "address-refused"],
    ["plain HTTP", () => "http://cdn.example/", "redirect-refused"],
  ])("into %s are refused", async (_, next, code) => {
    const server = await serve((request, response) => {
      response.writeHead(302, { location: next(Number(request.url?.slice(1))) }).end();
    });
    await expect(clientFor([server]).request(get(`${server.url}/0`), never)).rejects.toMatchObject({ code });
    expect(server.requests.length).toBeLessThanOrEqual(6);
  });

  test("to another origin are the answer where only the same is followed", async () => {
    const server = await serve(
      (_, response) => void response.writeHead(303, { location: "https://web.example/" }).end(),
    );
    const answer = await clientFor([server]).request(get(server.url, { redirects: "same-origin" }), never);
    expect(answer.status).toBe(303);
  });
});

describe("retries", () => {
  /** Fails so many times, then answers. */
  function failing(times: number, status: number, headers: Record<string, string> = {}): Handler {
    let count = 0;
    return (_, response) => {
      count += 1;
      if (count <= times) response.writeHead(status, headers).end("no");
      else response.end("yes");
    };
  }

  test.each([429, 500, 502, 503, 504, 520])("%d is asked again", async (status) => {
    const server = await serve(failing(2, status));
    const answer = await clientFor([server]).request(get(server.url), never);
    expect(answer.body.toString()).toBe("yes");
    expect(server.requests.length).toBe(3);
  });

  test.each([400, 401, 403, 404, 405, 408, 409, 416, 501, 505])("%d is not", async (status) => {
    const server = await serve(failing(1, status));
    expect((await clientFor([server]).request(get(server.url), never)).status).toBe(status);
    expect(server.requests.length).toBe(1);
  });

  test("end with the last answer after as many attempts as are allowed", async () => {
    const server = await serve(failing(100, 503));
    expect((await clientFor([server]).request(get(server.url), never)).status).toBe(503);
    expect(server.requests.length).toBe(3);
  });

  test("are made when the connection breaks off, also in the middle of a body", async () => {
    let count = 0;
    const server = await serve((_, response) => {
      count += 1;
      if (count === 1) return void response.socket?.resetAndDestroy();
      response.writeHead(200, { "content-length": "5" });
      if (count === 2) return void response.write("he", () => response.socket?.resetAndDestroy());
      response.end("hello");
    });
    const answer = await clientFor([server]).request(get(server.url), never);
    expect(answer.body.toString()).toBe("hello");
    expect(count).toBe(3);
  });

  test("are no use where nobody listens", async () => {
    const server = await serve((_, response) => void response.end());
    await server.close();
    ends.pop();
    const client = clientFor([server]);
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "unreachable" });
  });

  test("wait as long as Retry-After says, all of the host's work together", async () => {
    const server = await serve(failing(1, 429, { "retry-after": "1" }));
    const client = clientFor([server], { random: () => 0 });
    const started = performance.now();
    const first = client.request(get(`${server.url}/first`), never);
    while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, 50));
    const second = client.request(get(`${server.url}/second`), never);
    await Promise.all([first, second]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    expect(server.requests.slice(1).every(({ atMs }) => atMs - (server.requests[0]?.atMs ?? 0) >= 990)).toBe(true);
  });

  test("do not wait for longer than is believed, and then nobody asks", async () => {
    const server = await serve(failing(100, 429, { "retry-after": "3600" }));
    const client = clientFor([server]);
    expect((await client.request(get(server.url), never)).status).toBe(429);
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "rate-limited" });
    expect(server.requests.length).toBe(1);
  });
});

describe("a circuit", () => {
  test("opens for a host that is down and leaves the others alone", async () => {
    const down = await serve((_, response) => void response.writeHead(502).end());
    const up = await serve((_, response) => void response.end("up"));
    const client = clientFor([down, up], { http: { circuitFailures: 4, attempts: 2, circuitOpenMs: 60_000 } });
    for (let i = 0; i < 2; i += 1) expect((await client.request(get(down.url), never)).status).toBe(502);
    const refused = client.request(get(down.url), never);
    await expect(refused).rejects.toMatchObject({ code: "circuit-open", retryAfterMs: expect.any(Number) });
    await expect(refused).rejects.toThrow(/502/);
    expect(down.requests.length).toBe(4);
    expect((await client.request(get(up.url), never)).body.toString()).toBe("up");
  });

  test("closes again when the host is back", async () => {
    let broken = true;
    const server = await serve((_, response) => void response.writeHead(broken ? 500 : 200).end("x"));
    const client = clientFor([server], { http: { circuitFailures: 2, attempts: 1, circuitOpenMs: 100 } });
    for (let i = 0; i < 2; i += 1) await client.request(get(server.url), never);
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "circuit-open" });
    broken = false;
    await new Promise((done) => setTimeout(done, 120));
    expect((await client.request(get(server.url), never)).status).toBe(200);
    expect((await client.request(get(server.url), never)).status).toBe(200);
  });

  test("is not opened by refusals", async () => {
    const server = await serve((_, response) => void response.writeHead(404).end());
    const client = clientFor([server], { http: { circuitFailures: 2 } });
    for (let i = 0; i < 5; i += 1) expect((await client.request(get(server.url), never)).status).toBe(404);
  });
});

describe("the budget", () => {
  test("holds for all requests of a host, redirects there too", async () => {
    const target = await serve((_, response) => void response.end("x"));
    const source = await serve((_, response) => void response.writeHead(307, { location: `${target.url}/` }).end());
    const client = clientFor([source, target], { rate: 10 });
    client.declare([
      { origin: source.url, addresses: "loopback", requestsPerSecond: 1_000 },
      { origin: target.url, addresses: "loopback", requestsPerSecond: 10 },
    ]);
    await Promise.all(Array.from({ length: 15 }, () => client.request(get(source.url), never)));
    const times = target.requests.map(({ atMs }) => atMs);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(450);
  });

  test("is not waited for by the deadline", async () => {
    const server = await serve((_, response) => void response.end("x"));
    const client = clientFor([server], { rate: 5, http: { deadlineMs: 300 } });
    const answers = await Promise.all(Array.from({ length: 9 }, () => client.request(get(server.url), never)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("an abort", () => {
  test.each(["in the queue", "before the answer", "in the body", "in the back-off"])(
    "%s ends the request with its reason",
    async (where) => {
      const server = await serve((_, response) => {
        if (where === "in the body") response.writeHead(200).write("x");
        if (where === "in the back-off") response.writeHead(503).end();
      });
      const client = clientFor([server], {
        rate: where === "in the queue" ? 0.01 : 1_000,
        random: () => 0.99,
        http: { backOffMs: 60_000, backOffMaxMs: 60_000, deadlineMs: 100_000 },
      });
      if (where === "in the queue") void client.request(get(server.url), never).catch(() => undefined);
      const controller = new AbortController();
      const reason = new Error("no more wanted");
      const pending = client.request(get(server.url), controller.signal);
      setTimeout(() => controller.abort(reason), 60);
      await expect(pending).rejects.toBe(reason);
    },
  );

  test("before the start sends nothing", async () => {
    const server = await serve((_, response) => void response.end());
    await expect(clientFor([server]).request(get(server.url), AbortSignal.abort(new Error("late")))).rejects.toThrow(
      "late",
    );
    expect(server.requests.length).toBe(0);
  });

  test("by closing the client ends everything that is under way", async () => {
    const server = await serve(() => undefined);
    const client = clientFor([server], { rate: 2 });
    const pending = Array.from({ length: 6 }, () =>
      client.request(get(server.url), never).catch((error: unknown) => error),
    );
    await new Promise((done) => setTimeout(done, 50));
    await client.close();
    for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: "closed" });
    await expect(client.request(get(server.url), never)).rejects.toMatchObject({ code: "closed" });
  });

  test("by closing leaves no connection open", async () => {
    const server = await serve((request, response) => {
      if (request.url !== "/silent") response.end("x");
    });
    const client = clientFor([server]);
    await Promise.all(Array.from({ length: 8 }, () => client.request(get(server.url), never)));
    const silent = client.request(get(`${server.url}/silent`), never).catch((error: unknown) => error);
    expect(await server.connections()).toBeGreaterThan(0);
    await client.close();
    expect(await silent).toMatchObject({ code: "closed" });
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
  });

  test("leaves nothing listening on the signal, whatever became of the request", async () => {
    const server = await serve((request, response) => {
      if (request.url === "/reset") response.socket?.resetAndDestroy();
      else
        response
          .writeHead(request.url === "/broken" ? 503 : 200)
          .end("x".repeat(request.url === "/large" ? 20_000 : 1));
    });
    const client = clientFor([server], { rate: 50 });
    const { signal } = new AbortController();
    const paths = ["/", "/reset", "/broken", "/large", "/"];
    await Promise.allSettled(paths.map((path) => client.request(get(`${server.url}${path}`), signal)));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

// HTTP: methods, origins, conditions and limits, through the listener that a browser, a cache or an attacker meets.
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitChange } from "../../../db/changes.ts";
import { createClient } from "../../../openapi/client.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import type { RunningServer } from "../../../server/create-server.ts";
import { problemKinds } from "../../../server/problems.ts";
import { catalogTime } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, type TestStore } from "../../kit/stores.ts";

const plan = `/api/v1/resolve?ref=${bazzite}:stable&arch=amd64`;

describe("the listener", () => {
  let store: TestStore;
  let server: TestServer;
  let running: RunningServer;
  let base: string;

  beforeAll(async () => {
    store = await openTestStore("sqlite");
    await seed(store);
    server = testServer(store, { limits: { connectionsMax: 30 } });
    running = await server.start("127.0.0.1", 0);
    base = `http://127.0.0.1:${running.port}`;
    while ((await fetch(`${base}/readyz`)).status !== 200) await sleep(5);
  });
  afterAll(async () => {
    await running.close();
    await store.close();
  });

  test("the first answer and those from memory are the same, byte for byte and header for header", async () => {
    const answers = [];
    for (let i = 0; i < 3; i++) {
      const response = await fetch(base + plan);
      const headers = [...response.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
      answers.push({ status: response.status, headers: headers.sort(), body: await response.text() });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]?.status).toBe(200);
    expect(Object.fromEntries(answers[0]?.headers ?? [])).toMatchObject({
      "cache-control": "public, max-age=60",
      "access-control-allow-origin": "*",
      "content-type": "application/json",
      "x-content-type-options": "nosniff",
    });
  });

  test("an answer has a date", async () => {
    const response = await fetch(base + plan);
    expect(Date.parse(response.headers.get("date") ?? "")).toBeGreaterThan(0);
  });

  test.each([
    "/api/v1/resolve",
    "/api/v1/repositories",
    "/api/v1/events",
    "/openapi.json",
    `/api/v1/images/${bazziteIndex.digest}/manifest`,
  ])("%s can be asked for conditionally and by HEAD", async (path) => {
    const url = base + (path === "/api/v1/resolve" ? plan : path);
    const whole = await fetch(url);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const length = (await whole.arrayBuffer()).byteLength;
    for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await fetch(url, { headers: { "if-none-match": condition } });
      expect([condition, response.status]).toEqual([condition, 304]);
      expect(response.headers.get("etag")).toBe(etag);
      expect(response.headers.get("cache-control")).toBe(whole.headers.get("cache-control"));
      expect(await response.text()).toBe("");
    }
    expect((await fetch(url, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    const head = await fetch(url, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String(length));
    expect(head.headers.get("etag")).toBe(etag);
    expect(await head.text()).toBe("");
  });

  test("another process's commit is seen within two seconds", async () => {
    const verdict = async () => ((await (await fetch(base + plan)).json()) as { observedAt: string }).observedAt;
    expect(await verdict()).toBe("2026-11-20T10:00:00Z");
    const later = catalogTime + 600_000;
    await commitChange(store, later, async (tx, change) => {
      await tx.db.update(tx.t.tags).set({ observedAt: later });
      change.touch(1);
    });
    const deadline = performance.now() + 2_000;
    while ((await verdict()) !== "2026-11-20T10:10:00Z") {
      expect(performance.now()).toBeLessThan(deadline);
      await sleep(5);
    }
  });

  test.each([
    { method: "DELETE", path: plan, allow: "GET, HEAD, OPTIONS, POST" },
    { method: "PUT", path: `/api/v1/images/${bazziteIndex.digest}`, allow: "GET, HEAD, OPTIONS" },
    { method: "GET", path: "/api/v1/resolve/batch", allow: "OPTIONS, POST" },
    { method: "POST", path: "/healthz", allow: "GET, HEAD, OPTIONS" },
  ])("$method $path: 405 with what is allowed", async ({ method, path, allow }) => {
    const response = await fetch(base + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/method-not-allowed");
  });

  test.each(["/nothing", "/api/v1/nothing", "/api/v1/resolve/", "/api/v2/resolve", "/api/v1/images", "//", "/%"])(
    "%s: 404 as a problem",
    async (path) => {
      const response = await fetch(base + path);
      expect(response.status).toBe(404);
      expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/not-found");
    },
  );

  test("a page of another origin may ask, and is told which methods and headers", async () => {
    const response = await fetch(`${base}/api/v1/resolve`, {
      method: "OPTIONS",
      headers: {
        origin: "https://site.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      allow: "GET, HEAD, OPTIONS, POST",
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
      "access-control-allow-headers": expect.stringContaining("Content-Type"),
    });
    const exposed = (await fetch(base + plan)).headers.get("access-control-expose-headers");
    for (const name of ["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"])
      expect(exposed).toContain(name);
    expect((await fetch(`${base}/nothing`, { method: "OPTIONS" })).status).toBe(404);
  });

  test("every kind of problem has a page at its type", async () => {
    for (const name of Object.keys(problemKinds)) {
      const response = await fetch(`${base}/problems/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await response.text()).toContain(name);
    }
    expect((await fetch(`${base}/problems/none`)).status).toBe(404);
    expect(await (await fetch(`${base}/problems`)).text()).toContain("/problems/unknown-reference");
  });

  test("the documentation comes whole from this server", async () => {
    const page = await fetch(`${base}/docs`);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    const html = await page.text();
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) {
      expect(path.startsWith("/")).toBe(true);
      expect((await fetch(base + path)).status).toBe(200);
    }
    expect(html).not.toMatch(/<script>|style="|onload=/);
  });

  test("the documentation is sent again only where it changed", async () => {
    const etag = (await fetch(`${base}/docs`)).headers.get("etag");
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await fetch(`${base}/docs`, { headers: { "if-none-match": etag ?? "" } });
    expect(again.status).toBe(304);
    expect(again.headers.get("content-security-policy")).toBeNull();
  });

  test("the address alone shows what is here, to programs and to people", async () => {
    const program = await fetch(`${base}/`);
    expect(await program.json()).toMatchObject({ name: "Signalbox", openapi: "/openapi.json" });
    const person = await fetch(`${base}/`, { headers: { accept: "text/html,*/*" } });
    expect(person.headers.get("content-type")).toContain("text/html");
    expect(person.headers.get("vary")).toBe("Accept");
    expect(await (await fetch(`${base}/api/v1`)).json()).toMatchObject({ documentation: "/docs" });
  });

  test("the typed client speaks to it", async () => {
    const client = createClient({ baseUrl: `${base}/` });
    const { data } = await client.GET("/api/v1/resolve", {
      params: { query: { ref: `${bazzite}:stable`, arch: "amd64" } },
    });
    expect(data?.target.digest).toBe(bazziteIndex.digest);
    const { error, response } = await client.GET("/api/v1/repository", { params: { query: { name: "quay.io/a/b" } } });
    expect(response.status).toBe(404);
    expect(error?.type).toBe("/problems/unknown-reference");
    const filtered = await client.GET("/api/v1/repositories", {
      params: { query: { kind: ["base", "remix"], limit: 1 } },
    });
    expect(filtered.data?.items).toHaveLength(1);
  });

  test.each([
    { title: "no request at all", bytes: "hello\r\n\r\n", status: "400" },
    { title: "no host", bytes: "GET / HTTP/1.1\r\n\r\n", status: "400" },
    { title: "a host that is none", bytes: "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", status: "400" },
    {
      title: "headers that never end",
      bytes: `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
      status: "431",
    },
    { title: "a target with a backslash", bytes: "GET /\\..\\x HTTP/1.1\r\nHost: a\r\n\r\n", status: "400" },
  ])("$title: $status", async ({ bytes, status }) => {
    const socket = connect(running.port, "127.0.0.1");
    socket.end(bytes);
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("whoever drips headers or a body is cut off", async () => {
    const drip = async (start: string) => {
      const socket = connect(running.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(start);
      const timer = setInterval(() => socket.write("x"), 100);
      const begun = performance.now();
      socket.resume();
      await once(socket, "close");
      clearInterval(timer);
      return performance.now() - begun;
    };
    const [headers, body] = await Promise.all([
      drip("GET / HTTP/1.1\r\nHost: a\r\nX: "),
      drip(
        "POST /api/v1/resolve HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n",
      ),
    ]);
    expect(headers).toBeLessThan(5_000);
    expect(body).toBeLessThan(8_000);
  });

  test("what failed is logged without the query, and the client learns nothing", async () => {
    const broken = testServer({
      ...store,
      prepared: () => {
        throw new Error("the disk is on fire at /var/secret");
      },
    });
    const listening = await broken.start("127.0.0.1", 0);
    try {
      const response = await fetch(`http://127.0.0.1:${listening.port}/readyz`);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(broken.log.lines.some(({ level }) => level === "error")).toBe(true);
    } finally {
      await listening.close();
    }
  });
});

test("stopping lets a request under way finish, and takes no new ones", async () => {
  const store = await openTestStore("sqlite");
  await seed(store);
  let release = () => {};
  const waiting = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = testServer(store, { waitForWish: () => waiting });
  const running = await server.start("127.0.0.1", 0);
  await server.refresh();
  const under = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    httpRequest({ port: running.port, path: `/api/v1/resolve?ref=${bazzite}:slow&arch=amd64` }, async (response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, body });
    })
      .on("error", reject)
      .end();
  });
  while ((await store.db.select().from(store.t.wishes)).length === 0) await sleep(5);
  const closed = running.close();
  release();
  expect(await under).toMatchObject({ status: 503, body: expect.stringContaining("not-yet-indexed") });
  await closed;
  await expect(fetch(`http://127.0.0.1:${running.port}/healthz`)).rejects.toThrow();
  await store.close();
});

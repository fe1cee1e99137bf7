// Questions by POST: the listener that reads them from the socket answers them as the router does.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../../server/create-server.ts";
import { bazzite, fedora, fedoraOlder, seed } from "../../kit/seeded-catalog.ts";
import { type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, type TestStore } from "../../kit/stores.ts";

const path = "/api/v1/resolve";
const json = { "content-type": "application/json" };
const question = JSON.stringify({ target: `${bazzite}:stable`, arch: "amd64", facts: { packages: ["žsh"] } });

describe("POST resolve", () => {
  let store: TestStore;
  let server: TestServer;
  let running: RunningServer;
  let base: string;

  beforeAll(async () => {
    store = await openTestStore("sqlite");
    await seed(store);
    server = testServer(store);
    running = await server.start("127.0.0.1", 0);
    base = `http://127.0.0.1:${running.port}`;
    while ((await fetch(`${base}/readyz`)).status !== 200) await sleep(5);
  });
  afterAll(async () => {
    await running.close();
    await store.close();
  });

  async function seen(answer: Response): Promise<object> {
    const own = ["date", "connection", "keep-alive", "content-length", "transfer-encoding", "ratelimit"];
    const headers = [...answer.headers].filter(([name]) => !own.includes(name)).sort();
    return { status: answer.status, headers, body: await answer.text() };
  }

  test.each([
    { title: "a question", body: question },
    { title: "a host", body: JSON.stringify({ target: `${fedora}:44`, arch: "arm64", from: fedoraOlder.digest }) },
    { title: "all hazards", query: "?verbose=true&arch=amd64", body: question },
    { title: "a parameter that stands twice", query: "?arch=amd64&arch=arm64", body: question },
    { title: "a parameter that is none", query: "?depth=3", body: question },
    { title: "an unknown reference", body: JSON.stringify({ target: "nowhere.example/os:1", arch: "amd64" }) },
    { title: "no architecture", body: JSON.stringify({ target: `${bazzite}:stable` }) },
    { title: "no JSON", body: "{" },
    { title: "nothing", body: "" },
    { title: "a member that stands twice", body: '{"target":"a","target":"b"}' },
    { title: "a body of another type", body: question, headers: { "content-type": "text/plain" } },
    { title: "a compressed body", body: question, headers: { ...json, "content-encoding": "gzip" } },
    { title: "a body that is too large", body: JSON.stringify({ target: "x".repeat(70_000) }) },
    { title: "a longer path", query: "/more", body: question },
  ])("$title: the same from the listener and from the router", async ({ query = "", body, headers = json }) => {
    const routed = await seen(await server.app.request(`${base}${path}${query}`, { method: "POST", headers, body }));
    const listened = await seen(await fetch(`${base}${path}${query}`, { method: "POST", headers, body }));
    expect(listened).toEqual(routed);
  });

  test("a body of unsaid length is answered too", async () => {
    const body = new Blob([question]).stream();
    const answer = await fetch(`${base}${path}`, { method: "POST", headers: json, body, duplex: "half" });
    const routed = await server.app.request(`${base}${path}`, { method: "POST", headers: json, body: question });
    expect(await seen(answer)).toEqual(await seen(routed));
  });

  const fleet = (count: number) =>
    JSON.stringify({
      items: Array.from({ length: count }, (_, i) => ({ target: `${bazzite}:stable`, facts: { packages: [`ž${i}`] } })),
    });

  test.each([
    { title: "a batch", query: "?arch=amd64", body: JSON.stringify({ items: [JSON.parse(question), 7, {}] }) },
    { title: "a batch of nothing", body: '{"items":[]}' },
    { title: "a batch whose answer is sent in turns", query: "?arch=amd64&verbose=true", body: fleet(150) },
    { title: "a batch of too many", body: JSON.stringify({ items: Array(1_001).fill(1) }) },
    { title: "a batch that breaks off", body: fleet(500).slice(0, -2) },
    { title: "a batch of members that stand twice", body: `{"items":[{"a":1,"a":2}${",7".repeat(20_000)}]}` },
    { title: "a batch of a wrong query", query: "?depth=3", body: '{"items":[]}' },
    { title: "a batch of another type", body: '{"items":[]}', headers: { "content-type": "text/plain" } },
    { title: "a batch that is too large", body: JSON.stringify({ items: ["x".repeat(1_100_000)] }) },
  ])("$title: the same from the listener and from the router", async ({ query = "", body, headers = json }) => {
    const url = `${base}${path}/batch${query}`;
    const routed = await seen(await server.app.request(url, { method: "POST", headers, body }));
    const listened = await seen(await fetch(url, { method: "POST", headers, body }));
    expect(listened).toEqual(routed);
  });

  test("an answer that is sent in turns says its length, and comes whole to who reads slowly", async () => {
    const answer = await fetch(`${base}${path}/batch?arch=amd64`, {
      method: "POST",
      headers: json,
      body: fleet(1_000),
    });
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      length += chunk.byteLength;
      if (length < 3_000_000) await sleep(5);
    }
    expect(length).toBeGreaterThan(1_000_000);
    expect(answer.headers.get("content-length")).toBe(String(length));
  });

  test("whoever goes away in the middle of an answer leaves the server to others", async () => {
    const gone = new AbortController();
    const asked = { method: "POST", headers: json, body: fleet(1_000), signal: gone.signal };
    const answer = await fetch(`${base}${path}/batch?arch=amd64`, asked);
    const reader = answer.body?.getReader();
    await reader?.read();
    gone.abort();
    await expect(reader?.read()).rejects.toThrow();
    expect((await fetch(`${base}${path}`, { method: "POST", headers: json, body: question })).status).toBe(200);
    expect(server.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("whoever goes away in the middle of a question leaves no failure behind", async () => {
    const socket = connect(running.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"target":`,
    );
    await sleep(20);
    socket.destroy();
    await once(socket, "close");
    expect((await fetch(`${base}${path}`, { method: "POST", headers: json, body: question })).status).toBe(200);
    expect(server.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("a question that fails here is logged without what was asked, and answered", async () => {
    const broken = testServer({
      ...store,
      prepared: (name, build) => {
        if (name === "find_target") throw new Error("the database is away");
        return store.prepared(name, build);
      },
    });
    await broken.refresh();
    const listening = await broken.start("127.0.0.1", 0);
    try {
      const answer = await fetch(`http://127.0.0.1:${listening.port}${path}?arch=amd64`, {
        method: "POST",
        headers: json,
        body: question,
      });
      expect(answer.status).toBe(500);
      expect(JSON.stringify(broken.log.lines)).not.toContain("arch=amd64");
      expect(broken.log.lines.map(({ message }) => message)).toContain("a request failed");
    } finally {
      await listening.close();
    }
  });
});

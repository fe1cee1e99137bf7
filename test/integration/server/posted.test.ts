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

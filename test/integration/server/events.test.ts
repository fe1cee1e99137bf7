// Events: pages and streams of the change log, in the order of commits, each event once and none missed.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventPage } from "../../../server/api/event-routes.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import type { RunningServer } from "../../../server/create-server.ts";
import { writeCatalog } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const stream = { accept: "text/event-stream" };

describe.each(storeKinds)("events on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  const add = (count: number, hidden = false) =>
    writeCatalog(store, async (catalog) => {
      for (let i = 0; i < count; i++)
        catalog.event({ type: "image.indexed", subject: `${bazzite}:${i}`, private: hidden });
    });
  const page = async (query: string) => bodyOf(EventPage, await server.get(`/api/v1/events${query}`));

  test("an event says what changed, and what is private is passed over", async () => {
    const { events, next } = await page("");
    expect(events).toEqual([
      { id: "1", cursor: "1", time: "2026-11-20T10:00:00Z", type: "repository.added", subject: bazzite, data: {} },
      {
        id: "3",
        cursor: "3",
        time: "2026-11-20T10:00:00Z",
        type: "tag.moved",
        subject: `${bazzite}:stable`,
        data: { from: `sha256:${"1".repeat(64)}`, to: bazziteIndex.digest, older: false },
      },
    ]);
    expect(next).toBe("3");
  });

  test("whoever follows `next` misses none and sees none twice", async () => {
    await add(25);
    await add(7, true);
    await add(5);
    await server.refresh();
    for (const limit of [1, 4, 200]) {
      const seen: string[] = [];
      let after = "0";
      for (;;) {
        const { events, next } = await page(`?after=${after}&limit=${limit}`);
        seen.push(...events.map(({ id }) => id));
        if (events.length === 0) {
          expect(next).toBe(after);
          break;
        }
        after = next;
      }
      expect(seen).toEqual([
        "1",
        "3",
        ...Array.from({ length: 25 }, (_, i) => String(5 + i)),
        ...["37", "38", "39", "40", "41"],
      ]);
    }
  });

  test("`now` begins after all there is", async () => {
    expect(await page("?after=now")).toEqual({ events: [], next: "4" });
    expect(await page("?after=4")).toEqual({ events: [], next: "4" });
  });

  test("the next page is linked", async () => {
    const response = await server.get("/api/v1/events?limit=1");
    expect(response.headers.get("link")).toBe('</api/v1/events?after=1&limit=1>; rel="next"');
    expect(response.headers.get("vary")).toBe("Accept");
  });

  test.each(["?after=x", "?after=-1", "?after=1.5", "?after=", "?after=99999999999999999999", "?after=99999999"])(
    "%s is no cursor",
    async (query) => {
      const response = await server.get(`/api/v1/events${query}`);
      expect(response.status).toBe(400);
      expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/invalid-cursor");
      expect((await server.get(`/api/v1/events${query}`, stream)).status).toBe(400);
    },
  );

  describe("streams", () => {
    let running: RunningServer;
    let base: string;

    beforeEach(async () => {
      running = await server.start("127.0.0.1", 0);
      base = `http://127.0.0.1:${running.port}/api/v1/events`;
    });
    afterEach(() => running.close());

    /** The response has begun, so that the stream is open; `ids` reads until there are so many, or the stream ends. */
    async function open(url: string, headers: Record<string, string> = {}) {
      const controller = new AbortController();
      const response = await fetch(url, { headers: { ...stream, ...headers }, signal: controller.signal });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      expect(response.headers.get("cache-control")).toBe("no-store");
      return {
        ids: async (count: number): Promise<string[]> => {
          let ids: string[] = [];
          let text = "";
          try {
            for await (const chunk of response.body ?? []) {
              text += Buffer.from(chunk).toString();
              ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? "");
              if (ids.length >= count) break;
            }
          } finally {
            controller.abort();
          }
          return ids.slice(0, count);
        },
      };
    }

    test("a reader gets what there is and then what comes", async () => {
      const reader = await open(`${base}?after=0`);
      await add(2);
      await add(1, true);
      await add(2);
      expect(await reader.ids(6)).toEqual(["1", "3", "5", "6", "8", "9"]);
    });

    test("a reader that was cut off goes on where it was", async () => {
      await add(5);
      const reader = await open(`${base}?after=0`, { "last-event-id": "5" });
      expect(await reader.ids(4)).toEqual(["6", "7", "8", "9"]);
    });

    test("many readers at different places each get everything once, while events come", async () => {
      await add(300);
      const readers = await Promise.all(["0", "100", "304"].map((after) => open(`${base}?after=${after}`)));
      const reading = Promise.all(readers.map((reader, i) => reader.ids([442, 344, 140][i] ?? 0)));
      for (let i = 0; i < 4; i++) {
        await add(35);
        await sleep(30);
      }
      await add(2);
      const [all, some, live] = await reading;
      const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
      expect(all).toEqual(["1", "3", ...ids(5, 444)]);
      expect(some).toEqual(ids(101, 444));
      expect(live).toEqual(ids(305, 444));
    });

    test("silence is broken by comments, and too many readers are refused", async () => {
      const controller = new AbortController();
      const open = () => fetch(`${base}?after=now`, { headers: stream, signal: controller.signal });
      const responses = await Promise.all([open(), open(), open()]);
      const fourth = await open();
      expect(fourth.status).toBe(503);
      expect(fourth.headers.get("retry-after")).toBe("30");
      let text = "";
      for await (const chunk of responses[0]?.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (text.includes("\n:\n\n")) break;
      }
      expect(text.startsWith("retry: 2000\n\n")).toBe(true);
      controller.abort();
      // A place is free again once its reader has gone.
      const deadline = performance.now() + 5_000;
      for (;;) {
        const again = new AbortController();
        const response = await fetch(`${base}?after=now`, { headers: stream, signal: again.signal });
        again.abort();
        if (response.status === 200) break;
        expect(performance.now()).toBeLessThan(deadline);
        await sleep(10);
      }
    });

    test("a HEAD opens no stream", async () => {
      for (let i = 0; i < 10; i++) {
        const response = await fetch(`${base}?after=now`, { method: "HEAD", headers: stream });
        expect(response.status).toBe(200);
      }
      expect((await fetch(base)).status).toBe(200);
    });

    test("stopping the server ends the streams", async () => {
      const reader = await open(`${base}?after=now`);
      const reading = reader.ids(1);
      const started = performance.now();
      await running.close();
      expect(await reading).toEqual([]);
      expect(performance.now() - started).toBeLessThan(900);
    });

    test("a reader that takes nothing is let go", async () => {
      await writeCatalog(store, async (catalog) => {
        for (let i = 0; i < 300; i++)
          catalog.event({ type: "image.indexed", subject: bazzite, data: { filler: "x".repeat(20_000) } });
      });
      const response = await fetch(`${base}?after=0`, { headers: stream });
      const deadline = performance.now() + 10_000;
      // Its place can be had by others although it never said goodbye.
      const others = new AbortController();
      for (;;) {
        const tries = await Promise.all(
          [1, 2, 3].map(() => fetch(`${base}?after=now`, { headers: stream, signal: others.signal })),
        );
        if (tries.every(({ status }) => status === 200)) break;
        await Promise.all(tries.map((each) => each.body?.cancel()));
        expect(performance.now()).toBeLessThan(deadline);
        await sleep(50);
      }
      others.abort();
      await response.body?.cancel();
    });
  });
});

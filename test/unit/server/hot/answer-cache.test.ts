// The answer cache: bounded, dropped by repository and topic, and never filled with what was read before a change.
import { describe, expect, test } from "vitest";
import { type AnswerParts, makeAnswer } from "../../../../server/hot/answer.ts";
import { createAnswerCache } from "../../../../server/hot/answer-cache.ts";

const answer = (parts: Partial<AnswerParts> = {}) =>
  makeAnswer({ body: Buffer.alloc(1_000), mediaType: "application/json", ...parts }, 0);

describe("dropping", () => {
  const filled = () => {
    const cache = createAnswerCache(1_000_000);
    const ticket = cache.ticket();
    cache.put("/one", answer({ about: [1] }), ticket);
    cache.put("/one-and-two", answer({ about: [1, 2] }), ticket);
    cache.put("/two", answer({ about: [2] }), ticket);
    cache.put("/list", answer({ about: [3], topics: ["listing"] }), ticket);
    cache.put("/sources", answer({ topics: ["catalog"] }), ticket);
    cache.put("/bytes", answer({ lifetime: "forever" }), ticket);
    return cache;
  };
  const left = (cache: ReturnType<typeof filled>) =>
    ["/one", "/one-and-two", "/two", "/list", "/sources", "/bytes"].filter((url) => cache.get(url) !== undefined);

  test.each([
    { title: "one repository", repositories: [1], topics: [], kept: ["/two", "/list", "/sources", "/bytes"] },
    { title: "another", repositories: [2], topics: [], kept: ["/one", "/list", "/sources", "/bytes"] },
    {
      title: "one that a list shows",
      repositories: [3],
      topics: [],
      kept: ["/one", "/one-and-two", "/two", "/sources", "/bytes"],
    },
    {
      title: "none",
      repositories: [9],
      topics: [],
      kept: ["/one", "/one-and-two", "/two", "/list", "/sources", "/bytes"],
    },
    {
      title: "what can be found",
      repositories: [],
      topics: ["listing" as const],
      kept: ["/one", "/one-and-two", "/two", "/sources", "/bytes"],
    },
    {
      title: "anything",
      repositories: [],
      topics: ["catalog" as const],
      kept: ["/one", "/one-and-two", "/two", "/list", "/bytes"],
    },
  ])("$title", ({ repositories, topics, kept }) => {
    const cache = filled();
    cache.drop(repositories, topics);
    expect(left(cache)).toEqual(kept);
  });

  test("all", () => {
    const cache = filled();
    cache.dropAll();
    expect(left(cache)).toEqual([]);
    expect(cache.sizeBytes).toBe(0);
  });

  test("what stood at a URL before is forgotten with its repositories", () => {
    const cache = filled();
    cache.put("/one", answer({ about: [7] }), cache.ticket());
    cache.drop([1], []);
    expect(cache.get("/one")).toBeDefined();
    cache.drop([7], []);
    expect(cache.get("/one")).toBeUndefined();
  });
});

test("what was read before a change is not kept", () => {
  const cache = createAnswerCache(1_000_000);
  const ticket = cache.ticket();
  cache.drop([1], []);
  cache.put("/old", answer({ about: [1] }), ticket);
  expect(cache.get("/old")).toBeUndefined();
  cache.put("/new", answer({ about: [1] }), cache.ticket());
  expect(cache.get("/new")).toBeDefined();
});

test("it holds no more than it may, and gives up what was asked for longest ago", () => {
  const cache = createAnswerCache(50_000);
  for (let i = 0; i < 100; i++) {
    cache.put(`/${i}`, answer({ about: [i] }), cache.ticket());
    cache.get("/0");
  }
  expect(cache.sizeBytes).toBeLessThanOrEqual(50_000);
  expect(cache.size).toBeGreaterThan(10);
  expect(cache.get("/0")).toBeDefined();
  expect(cache.get("/1")).toBeUndefined();
  expect(cache.get("/99")).toBeDefined();
});

test("one answer that would crowd out all others is not kept", () => {
  const cache = createAnswerCache(50_000);
  cache.put("/small", answer(), cache.ticket());
  cache.put("/large", answer({ body: Buffer.alloc(40_000), about: [1] }), cache.ticket());
  expect(cache.get("/large")).toBeUndefined();
  expect(cache.get("/small")).toBeDefined();
});

test("no memory at all is a choice", () => {
  const cache = createAnswerCache(0);
  cache.put("/x", answer(), cache.ticket());
  expect(cache.get("/x")).toBeUndefined();
});

// Repositories: search and pages, one in detail, tags and history, each against the schema of the document.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { RepositoryPage } from "../../../server/api/repository-list-route.ts";
import { HistoryPage, Repository, TagPage } from "../../../server/api/repository-schemas.ts";
import { catalogTime, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, day, fedora, gone, secret, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const many = "quay.io/fedora/many";
const tagNames = Array.from({ length: 230 }, (_, i) => `v${i % 7}.${i}`);
const signatures = Array.from({ length: 60 }, (_, i) => `sha256-${i.toString(16).padStart(64, "0")}.sig`);

describe.each(storeKinds)("repositories on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(many, {
        sourceId: "fedora",
        kind: "base",
        facets: { stream: ["stable"], "my-facet": ["x"] },
      });
      for (const name of [...tagNames, ...signatures])
        await catalog.tag(many, name, { followed: false, digest: null, observedAt: null });
      for (let i = 0; i < 25; i++) {
        const from = catalogTime - (25 - i) * day;
        await catalog.history(
          many,
          `v${i % 2}`,
          `sha256:${String(i).padStart(64, "0")}`,
          from - (i % 3 === 0 ? day : 0),
          i === 24 ? null : from + day,
        );
      }
    });
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  const list = async (query: string) => bodyOf(RepositoryPage, await server.get(`/api/v1/repositories${query}`));
  const names = async (query: string) => (await list(query)).items.map(({ name }) => name);

  test("what is listed, declared and public is there, by name", async () => {
    const page = await list("");
    expect(page.items.map(({ name }) => name)).toEqual([bazzite, fedora, many]);
    expect(page).toMatchObject({ next: null, total: 3 });
    expect(page.facets).toBeUndefined();
    expect(page.items[0]).toMatchObject({
      registry: "ghcr.io",
      kind: "remix",
      title: "Bazzite",
      digest: bazziteIndex.digest,
      updatedAt: "2026-11-20T04:00:00Z",
      verdict: "pending",
      level: null,
      unknown: expect.arrayContaining([{ field: "level", reason: "its project was not assessed yet" }]),
    });
  });

  test.each([
    { query: "?q=bazzite", expected: [bazzite] },
    { query: "?q=base", expected: [fedora] },
    { query: "?kind=base", expected: [fedora, many] },
    { query: "?kind=base&kind=remix", expected: [bazzite, fedora, many] },
    { query: "?kind=base&official=true", expected: [fedora] },
    { query: "?registry=ghcr.io", expected: [bazzite] },
    { query: "?namespace=fedora", expected: [fedora, many] },
    { query: "?project=bazzite", expected: [bazzite] },
    { query: "?verdict=verified", expected: [] },
    { query: "?level=graduated", expected: [] },
    { query: "?arch=aarch64", expected: [fedora] },
    { query: "?distribution=fedora&desktop=kde", expected: [bazzite] },
    { query: "?use=gaming&use=edge", expected: [bazzite] },
    { query: "?hardware=nvidia", expected: [] },
    { query: "?stream=stable", expected: [many] },
    { query: "?my-facet=x", expected: [many] },
    { query: "?sort=-name", expected: [many, fedora, bazzite] },
    { query: "?sort=-popularity", expected: [bazzite, fedora, many] },
    { query: "?sort=updated", expected: [bazzite, fedora, many] },
    {
      query: "?q=fedora&sort=relevance",
      expected: [fedora, many, bazzite].sort((a, b) => Number(b === fedora) - Number(a === fedora)),
    },
  ])("$query", async ({ query, expected }) => {
    const found = await names(query);
    if (query.includes("relevance")) expect(found[0]).toBe(expected[0]);
    else expect(found).toEqual(expected);
  });

  test("facets are counted, a facet's own filter left aside", async () => {
    const { facets, total } = await list("?facets=true&kind=remix&limit=1");
    expect(total).toBe(1);
    const options = (key: string) => facets?.find((facet) => facet.key === key)?.options;
    expect(options("kind")).toEqual([
      { value: "base", count: 2 },
      { value: "remix", count: 1 },
    ]);
    expect(options("desktop")).toEqual([{ value: "kde", count: 1 }]);
    expect(options("my-facet")).toEqual([]);
    expect(options("level")).toEqual([]);
  });

  test.each([
    { query: "?nope=1", field: "nope" },
    { query: "?kind=nonsense", field: "kind.0" },
    { query: "?official=maybe", field: "official.0" },
    { query: "?limit=0", field: "limit" },
    { query: "?limit=201", field: "limit" },
    { query: "?limit=1e2", field: "limit" },
    { query: "?sort=size", field: "sort" },
    { query: "?facets=1", field: "facets" },
    { query: `?q=${"x".repeat(201)}`, field: "q" },
    { query: "?q=a&q=b", field: "q" },
    { query: `?${"desktop=x&".repeat(60)}`, field: "desktop" },
    { query: "?constructor=1", field: "constructor" },
  ])("$query is refused by name", async ({ query, field }) => {
    const response = await server.get(`/api/v1/repositories${query}`);
    expect(response.status).toBe(400);
    const problem = await bodyOf(ProblemSchema, response);
    expect(problem.type).toBe("/problems/invalid-parameter");
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });

  test.each(["?cursor=x", "?cursor=", "?cursor=bnVsbA", "?cursor=WzFd", "?cursor=e30"])(
    "%s is no cursor of this list",
    async (query) => {
      const response = await server.get(`/api/v1/repositories${query}`);
      expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/invalid-cursor");
    },
  );

  test("the cursor of one order is refused in another", async () => {
    const { next } = await list("?limit=1");
    const response = await server.get(`/api/v1/repositories?limit=1&sort=-name&cursor=${next}`);
    expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/invalid-cursor");
  });

  test("pages are linked to the next and meet", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/api/v1/repositories?limit=1&sort=-name&kind=base&kind=remix";
    while (path !== undefined) {
      const response = await server.get(path);
      const page = await bodyOf(RepositoryPage, response);
      seen.push(...page.items.map(({ name }) => name));
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
      expect(path === undefined).toBe(page.next === null);
    }
    expect(seen).toEqual([many, fedora, bazzite]);
  });

  test("a repository in detail", async () => {
    const response = await server.get(`/api/v1/repository?name=${bazzite}`);
    const body = await bodyOf(Repository, response);
    expect(body).toMatchObject({
      name: bazzite,
      state: "listed",
      source: "ublue",
      lifecycle: { deprecatedOn: null, deprecated: false, successor: null },
      failure: null,
    });
    expect(body.channels).toEqual([
      {
        name: "stable",
        digest: bazziteIndex.digest,
        followed: true,
        observedAt: "2026-11-20T10:00:00Z",
        since: "2026-11-19T10:00:00Z",
        staleSince: null,
        facets: { desktop: ["kde"], use: ["gaming"] },
        failure: null,
        olderThan: null,
      },
    ]);
  });

  test("one that was never reached says why", async () => {
    const body = await bodyOf(Repository, await server.get("/api/v1/repository?name=quay.io/fedora/soon"));
    expect(body).toMatchObject({
      state: "expected",
      observedAt: null,
      staleSince: "2026-11-19T10:00:00Z",
      failure: { code: "unreachable", reason: "quay.io did not answer" },
    });
    expect(body.unknown).toContainEqual({ field: "observedAt", reason: "quay.io did not answer" });
  });

  test("a channel that could not be read says why its digest is not known", async () => {
    const broken = "quay.io/fedora/broken";
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(broken, { sourceId: "fedora", kind: "base" });
      const failure = { failingSince: catalogTime, failureCode: "not-found", failureReason: "there is none" };
      await catalog.tag(broken, "44", { digest: null, observedAt: null, ...failure });
    });
    await server.refresh();
    const why = ["digest", "observedAt", "since"].map((field) => ({ field, reason: "there is none" }));
    const body = await bodyOf(Repository, await server.get(`/api/v1/repository?name=${broken}`));
    expect(body.channels).toMatchObject([{ name: "44", digest: null, observedAt: null, unknown: why }]);
    const tags = await bodyOf(TagPage, await server.get(`/api/v1/repository/tags?name=${broken}`));
    expect(tags.items).toMatchObject([{ name: "44", digest: null, followed: true, observedAt: null, unknown: why }]);
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(broken, { state: "removed", active: false });
    });
    await server.refresh();
  });

  test.each([
    { name: gone, status: 404, type: "removed" },
    { name: secret, status: 404, type: "unknown-reference" },
    { name: "quay.io/old/undeclared", status: 404, type: "unknown-reference" },
    { name: "quay.io/a/b", status: 404, type: "unknown-reference" },
    { name: "fedora", status: 400, type: "invalid-parameter" },
    { name: "quay.io/A/b", status: 400, type: "invalid-parameter" },
    { name: "", status: 400, type: "invalid-parameter" },
  ])("$name: $status /$type", async ({ name, status, type }) => {
    for (const path of ["/api/v1/repository", "/api/v1/repository/tags"]) {
      const response = await server.get(`${path}?name=${name}`);
      expect(response.status).toBe(status);
      expect((await bodyOf(ProblemSchema, response)).type).toBe(`/problems/${type}`);
    }
  });

  test("tags that carry signatures are listed only when asked for", async () => {
    const tags = async (query: string) =>
      (await bodyOf(TagPage, await server.get(`/api/v1/repository/tags?name=${bazzite}${query}`))).items;
    expect((await tags("")).map(({ name }) => name)).toEqual(["44-20260101", "stable"]);
    expect((await tags("&artefacts=true")).map(({ name }) => name)).toEqual([
      "44-20260101",
      `sha256-${"a".repeat(64)}.sig`,
      "stable",
    ]);
    expect((await tags("&prefix=44"))[0]).toEqual({
      name: "44-20260101",
      digest: null,
      followed: false,
      observedAt: "2026-11-20T10:00:00Z",
      since: null,
      staleSince: null,
    });
  });

  test("pages of tags meet without gap or overlap, whatever their size and prefix", async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom("", "v", "v3", "v3.1", "sha", "w"),
      fc.boolean(),
      async (limit, prefix, artefacts) => {
        const seen: string[] = [];
        let next: string | null = null;
        do {
          const cursor: string = next === null ? "" : `&cursor=${next}`;
          const response = await server.get(
            `/api/v1/repository/tags?name=${many}&limit=${limit}&prefix=${prefix}&artefacts=${artefacts}${cursor}`,
          );
          const page = await bodyOf(TagPage, response);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map(({ name }) => name));
          next = page.next;
        } while (next !== null);
        const all = [...tagNames, ...(artefacts ? signatures : [])].filter((name) => name.startsWith(prefix));
        expect(seen).toEqual(all.sort());
      },
    );
    await fc.assert(property, { numRuns: 12 });
  });

  test("history says which digest a tag was, the newest first", async () => {
    const page = await bodyOf(
      HistoryPage,
      await server.get(`/api/v1/repository/tags/history?name=${bazzite}&tag=stable`),
    );
    expect(page.items).toEqual([
      { tag: "stable", digest: bazziteIndex.digest, from: "2026-11-19T10:00:00Z", to: null },
      { tag: "stable", digest: `sha256:${"1".repeat(64)}`, from: "2026-11-11T10:00:00Z", to: "2026-11-19T10:00:00Z" },
    ]);
  });

  test.each([
    { at: "2026-11-19T09:59:59Z", expected: ["1"] },
    { at: "2026-11-19T10:00:00Z", expected: [bazziteIndex.digest.slice(7, 8)] },
    { at: "2026-11-19T11:00:00%2B01:00", expected: [bazziteIndex.digest.slice(7, 8)] },
    { at: "2020-01-01T00:00:00Z", expected: [] },
  ])("at $at it was that", async ({ at, expected }) => {
    const path = `/api/v1/repository/tags/history?name=${bazzite}&tag=stable&at=${at}`;
    const page = await bodyOf(HistoryPage, await server.get(path));
    expect(page.items.map(({ digest }) => digest.slice(7, 8))).toEqual(expected);
  });

  test.each(["&at=yesterday", "&at=2026-02-30T00:00:00Z", "&tag=a/b", "&cursor=x"])(
    "history%s is refused",
    async (query) => {
      expect((await server.get(`/api/v1/repository/tags/history?name=${bazzite}${query}`)).status).toBe(400);
    },
  );

  test("pages of history meet without gap or overlap, whatever their size", async () => {
    const walk = async (limit: number, tag: string) => {
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const cursor: string = next === null ? "" : `&cursor=${next}`;
        const response = await server.get(`/api/v1/repository/tags/history?name=${many}&limit=${limit}${tag}${cursor}`);
        const page = await bodyOf(HistoryPage, response);
        seen.push(...page.items.map(({ digest }) => digest));
        next = page.next;
      } while (next !== null);
      return seen;
    };
    for (const tag of ["", "&tag=v1"]) {
      const all = await walk(200, tag);
      expect(new Set(all).size).toBe(tag === "" ? 25 : 12);
      for (const limit of [1, 2, 7]) expect(await walk(limit, tag)).toEqual(all);
    }
  });

  test("history of what was removed stays", async () => {
    const response = await server.get(`/api/v1/repository/tags/history?name=${gone}`);
    expect(await bodyOf(HistoryPage, response)).toEqual({ items: [], next: null });
  });
});

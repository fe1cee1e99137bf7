// Privacy: to strangers, what was read with credentials does not exist, in no answer and to the byte.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../../../server/api/document.ts";
import { secret, secretImage, seed } from "../../kit/seeded-catalog.ts";
import { type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

/** What strangers must not read anywhere. */
const secrets = ["private.example", "secret", "SECRET_", secretImage.digest];

describe.each(storeKinds)("a private registry on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  test.each([
    {
      title: "resolve by tag",
      path: (name: string) => `/api/v1/resolve?ref=private.example/team/${name}:latest&arch=amd64`,
    },
    {
      title: "resolve by a tag that it does not have",
      path: (name: string) => `/api/v1/resolve?ref=private.example/team/${name}:no&arch=amd64`,
    },
    {
      title: "resolve by digest",
      path: (name: string) => `/api/v1/resolve?ref=private.example/team/${name}@${secretImage.digest}&arch=amd64`,
    },
    { title: "detail", path: (name: string) => `/api/v1/repository?name=private.example/team/${name}` },
    { title: "tags", path: (name: string) => `/api/v1/repository/tags?name=private.example/team/${name}` },
    { title: "history", path: (name: string) => `/api/v1/repository/tags/history?name=private.example/team/${name}` },
    { title: "its source", path: (name: string) => `/api/v1/sources/${name}-source` },
    { title: "its source's runs", path: (name: string) => `/api/v1/sources/${name}-source/runs` },
    { title: "a run", path: (name: string) => `/api/v1/sources/${name}-source/runs/2` },
    { title: "its source's document", path: (name: string) => `/api/v1/policies/sources/${name}-source` },
    { title: "its trust policy", path: (name: string) => `/api/v1/policies/trust/${name}-trust` },
    { title: "its project", path: (name: string) => `/api/v1/policies/projects/${name}-project` },
  ])("$title is answered like one that nobody has", async ({ path }) => {
    const hidden = await server.get(path("secret"));
    const unknown = await server.get(path("nobody"));
    expect(hidden.status).toBe(404);
    expect(unknown.status).toBe(404);
    expect([...hidden.headers]).toEqual([...unknown.headers]);
    expect((await hidden.text()).replaceAll("team/secret", "team/nobody").replaceAll("secret-", "nobody-")).toBe(
      await unknown.text(),
    );
    expect(await store.db.select().from(store.t.wishes)).toEqual([]);
  });

  test("its registry's document is answered like one that nobody has", async () => {
    const hidden = await server.get("/api/v1/policies/registries/private.example");
    const unknown = await server.get("/api/v1/policies/registries/nobodys.example");
    expect((await hidden.text()).replaceAll("private.example", "nobodys.example")).toBe(await unknown.text());
  });

  test("a host of the private registry in a batch or a POST is unknown too", async () => {
    const ask = async (name: string) =>
      (await server.post("/api/v1/resolve", { target: `private.example/team/${name}:latest`, arch: "amd64" })).text();
    expect((await ask("secret")).replaceAll("team/secret", "team/nobody")).toBe(await ask("nobody"));
    expect(await store.db.select().from(store.t.wishes)).toEqual([]);
  });

  test("no list and no document tells of it", async () => {
    const gets = Object.entries(openApiDocument(server.app).paths ?? {})
      .filter(([path, item]) => "get" in item && !path.includes("{"))
      .map(([path]) => path);
    const queries: Record<string, string> = {
      "/api/v1/lineage": "?ref=quay.io/fedora/fedora-bootc:44&arch=amd64",
      "/api/v1/resolve": "?ref=quay.io/fedora/fedora-bootc:44&arch=amd64",
      "/api/v1/choices": "?all=true",
      "/api/v1/renovate": "?name=quay.io/fedora/fedora-bootc&all=true",
      "/api/v1/repositories": "?facets=true",
      "/api/v1/repository": "?name=ghcr.io/ublue-os/bazzite",
      "/api/v1/repository/tags": "?name=ghcr.io/ublue-os/bazzite",
      "/api/v1/repository/tags/history": "?name=ghcr.io/ublue-os/bazzite",
    };
    expect(gets.length).toBeGreaterThan(10);
    for (const path of gets) {
      const response = await server.get(path + (queries[path] ?? ""));
      expect([path, response.status]).toEqual([path, 200]);
      const text = await response.text();
      for (const word of secrets) expect([path, word, text.includes(word)]).toEqual([path, word, false]);
    }
  });

  test("a server that sees it answers the command line, and listens to nobody", async () => {
    const own = testServer(store, { seesPrivate: true });
    await own.refresh();
    expect((await own.get(`/api/v1/resolve?ref=${secret}:latest&arch=amd64`)).status).toBe(200);
    await expect(own.start("127.0.0.1", 0)).rejects.toThrow("private");
  });

  test("search and candidates know nothing of it", async () => {
    for (const query of ["?q=secret", "?registry=private.example", "?kind=edition", "?project=secret-project"]) {
      expect(await (await server.get(`/api/v1/repositories${query}`)).json()).toMatchObject({ items: [], total: 0 });
    }
    const near = await server.get(`/api/v1/resolve?ref=${secret}s:latest&arch=amd64`);
    expect(await near.json()).toMatchObject({ status: 404, candidates: [] });
  });
});

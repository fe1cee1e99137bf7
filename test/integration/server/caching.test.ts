// Caching: what a commit changes is dropped from memory, nothing else is, and many who ask at once cost one reading.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitChange } from "../../../db/changes.ts";
import type { Store } from "../../../db/store.ts";
import { RepositoryPage } from "../../../server/api/repository-list-route.ts";
import { policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, fedora, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

/** Counts the prepared statements that were run, by their names. */
function counting(store: Store): { readonly store: Store; readonly runs: Map<string, number> } {
  const runs = new Map<string, number>();
  const counted: Store = {
    ...store,
    prepared: (name, build) => {
      const statement = store.prepared(name, build) as { execute(parameters?: unknown): unknown };
      const execute = (parameters?: unknown) => {
        runs.set(name, (runs.get(name) ?? 0) + 1);
        return statement.execute(parameters as never);
      };
      return { execute } as never;
    },
  };
  return { store: counted, runs };
}

describe.each(storeKinds)("memory on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;
  let runs: Map<string, number>;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    const counted = counting(store);
    runs = counted.runs;
    server = testServer(counted.store);
    await server.refresh();
  });
  afterEach(() => store.close());

  const ask = (ref: string) => server.get(`/api/v1/resolve?ref=${ref}&arch=amd64`);
  const readings = () => runs.get("find_target") ?? 0;

  test("a plan is read once, in one query, and then given from memory", async () => {
    await ask(`${bazzite}:stable`);
    expect(Object.fromEntries(runs)).toEqual({ current_generation: 1, policy_revision: 1, find_target: 1 });
    for (let i = 0; i < 5; i++) await ask(`${bazzite}:stable`);
    expect(readings()).toBe(1);
  });

  test("many who ask at once cost one reading", async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => ask(`${bazzite}:stable`)));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(readings()).toBe(1);
  });

  test("a commit drops the answers about what it touched, and no others", async () => {
    await ask(`${bazzite}:stable`);
    await ask(`${fedora}:44`);
    await commitChange(store, 1, async (tx, change) => {
      const [row] = await tx.db.select().from(tx.t.repositories).where(eq(tx.t.repositories.name, fedora));
      change.touch(row?.id ?? 0);
    });
    await server.refresh();
    await ask(`${bazzite}:stable`);
    expect(readings()).toBe(2);
    await ask(`${fedora}:44`);
    expect(readings()).toBe(3);
  });

  test("new documents drop every answer, and are what the next ones are judged by", async () => {
    await ask(`${bazzite}:stable`);
    await writeCatalog(store, async (catalog) => {
      await catalog.documents(
        policySetOf({
          registries: [{ host: "ghcr.io", dialect: "oci" }],
          sources: [{ id: "ublue", registry: "ghcr.io", namespace: "ublue-os", kind: "remix", project: "bazzite" }],
          projects: [{ id: "bazzite", name: "Renamed", repositories: { [bazzite]: { successor: fedora } } }],
        }),
      );
    });
    await server.refresh();
    const plan = await (await ask(`${bazzite}:stable`)).json();
    expect(plan).toMatchObject({ lifecycle: { successor: fedora }, trust: { policy: null } });
    const found = await bodyOf(RepositoryPage, await server.get("/api/v1/repositories?q=renamed"));
    expect(found.items.map(({ name }) => name)).toEqual([bazzite]);
  });

  test("a repository that becomes private is gone from every answer", async () => {
    expect((await ask(`${bazzite}:stable`)).status).toBe(200);
    expect((await server.get("/api/v1/repositories")).status).toBe(200);
    await commitChange(store, 1, async (tx, change) => {
      const [row] = await tx.db
        .update(tx.t.repositories)
        .set({ private: true })
        .where(eq(tx.t.repositories.name, bazzite))
        .returning({ id: tx.t.repositories.id });
      change.touch(row?.id ?? 0);
    });
    // Memory does not know yet; what is read now does.
    const early = await bodyOf(RepositoryPage, await server.get("/api/v1/repositories?limit=7"));
    expect(early.items.map(({ name }) => name)).toEqual([fedora]);
    await server.refresh();
    expect((await ask(`${bazzite}:stable`)).status).toBe(404);
    const after = await bodyOf(RepositoryPage, await server.get("/api/v1/repositories"));
    expect(after).toMatchObject({ total: 1, items: [{ name: fedora }] });
  });

  test("a listing is kept while nothing that can be found changes", async () => {
    const list = () => server.get("/api/v1/repositories?kind=remix");
    const before = (await list()).headers.get("etag");
    await writeCatalog(store, async (catalog) => {
      await catalog.repository("ghcr.io/ublue-os/aurora", { sourceId: "ublue" });
    });
    await server.refresh();
    const page = await list();
    expect(page.headers.get("etag")).not.toBe(before);
    expect((await bodyOf(RepositoryPage, page)).total).toBe(2);
  });

  test("what no commit counts is seen within two seconds all the same", async () => {
    const due = async () => ((await (await server.get("/api/v1/sources/fedora")).json()) as { dueAt: string }).dueAt;
    expect(await due()).toBeNull();
    await store.transaction(async (tx) => void (await tx.db.update(tx.t.sources).set({ dueAt: server.clock.now })));
    server.clock.now += 2_000;
    expect(await due()).toBe("2026-11-20T10:00:00Z");
  });

  test("a refresh that is asked for while one runs sees what was committed before it was asked for", async () => {
    const first = server.refresh();
    await writeCatalog(store, async (catalog) => {
      await catalog.repository("ghcr.io/ublue-os/aurora", { sourceId: "ublue" });
    });
    await Promise.all([first, server.refresh(), server.refresh()]);
    expect(await bodyOf(RepositoryPage, await server.get("/api/v1/repositories?q=aurora"))).toMatchObject({ total: 1 });
  });

  test("a database that fails is the server's fault, is logged, and nothing of it is told", async () => {
    const broken = testServer({
      ...store,
      prepared: (name, build) => {
        if (name === "find_target") throw new Error("/var/lib/secret is on fire");
        return store.prepared(name, build);
      },
    });
    await broken.refresh();
    const response = await broken.get(`/api/v1/resolve?ref=${bazzite}:stable&arch=amd64`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ type: "/problems/internal-error" });
    expect(text).not.toContain("fire");
    expect(broken.log.lines).toMatchObject([{ level: "error", fields: { path: "/api/v1/resolve" } }]);
  });
});

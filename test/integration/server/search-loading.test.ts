// Loading the search index: resolve does not wait for it, a search does, and nothing that changes meanwhile is missed.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitChange } from "../../../db/changes.ts";
import type { Store } from "../../../db/store.ts";
import { RepositoryPage } from "../../../server/api/repository-list-route.ts";
import { bazzite, fedora, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

type Gate = { readonly store: Store; close(): void; open(): void; fail(error: Error): void; readonly waiting: number };

/** Stops in front of hand-written queries, of which only the search index has any here, until it is opened. */
function gated(inner: Store): Gate {
  let closed = false;
  let failure: Error | undefined;
  let waiting: (() => void)[] = [];
  return {
    store: {
      ...inner,
      rows: async (query) => {
        if (closed) await new Promise<void>((pass) => void waiting.push(pass));
        if (failure !== undefined) throw failure;
        return inner.rows(query);
      },
    },
    close: () => {
      closed = true;
      failure = undefined;
    },
    open: () => {
      closed = false;
      for (const pass of waiting) pass();
      waiting = [];
    },
    fail: (error) => {
      failure = error;
    },
    get waiting() {
      return waiting.length;
    },
  };
}

describe.each(storeKinds)("on %s", (kind) => {
  let store: TestStore;
  let gate: Gate;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    gate = gated(store);
    server = testServer(gate.store);
  });
  afterEach(() => store.close());

  const search = (query: string) => server.get(`/api/v1/repositories?${query}`);
  const searched = async (query: string) => bodyOf(RepositoryPage, await search(query));
  const ready = async () => (await server.get("/readyz")).json();
  const untilWaiting = () => expect.poll(() => gate.waiting).toBeGreaterThan(0);

  test("while it is loading, targets are resolved and the service is ready; a search waits", async () => {
    gate.close();
    await server.refresh();
    const page = searched("limit=1");
    await untilWaiting();
    expect((await server.get(`/api/v1/resolve?ref=${bazzite}:stable&arch=amd64`)).status).toBe(200);
    expect(await ready()).toEqual({ status: "ready", repositories: null });
    gate.open();
    const { total } = await page;
    expect(await ready()).toEqual({ status: "ready", repositories: total });
  });

  test("what is committed while it is loading is found, and found once", async () => {
    gate.close();
    await server.refresh();
    const before = searched("limit=100");
    await untilWaiting();
    await commitChange(store, 1, async (tx, change) => {
      const [row] = await tx.db
        .update(tx.t.repositories)
        .set({ title: "Quokka" })
        .where(eq(tx.t.repositories.name, fedora))
        .returning();
      change.touch(row?.id ?? 0);
    });
    const refreshed = server.refresh();
    gate.open();
    await Promise.all([refreshed, before]);
    await server.refresh();
    expect((await searched("q=quokka")).items).toMatchObject([{ name: fedora }]);
    expect((await searched("limit=100")).total).toBe((await before).total);
  });

  test("where loading fails that search fails, and the next one loads it", async () => {
    gate.close();
    await server.refresh();
    const failing = search("limit=1");
    await untilWaiting();
    gate.fail(new Error("the database is away"));
    gate.open();
    const failed = await failing;
    expect(failed.status).toBe(500);
    expect(await failed.json()).toMatchObject({ type: expect.stringContaining("internal-error") });
    expect(await ready()).toEqual({ status: "ready", repositories: null });
    gate.close();
    gate.open();
    expect((await search("limit=1")).status).toBe(200);
  });
});

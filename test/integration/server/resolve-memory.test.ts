// Resolve from memory: what was read for one host is used for the next, and forgotten when it is no longer so.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildImage, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, fedora, fedoraIndex, fedoraOlder, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const host = (imageDigest: string) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  status: {
    booted: {
      image: {
        image: { image: `${fedora}:44`, transport: "registry" },
        ...{ imageDigest, version: "44", architecture: "amd64" },
      },
      incompatible: false,
      pinned: false,
    },
  },
});

describe.each(storeKinds)("POST resolve from memory on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  const planOf = async (digest: string, to: TestServer = server, query = "") =>
    bodyOf(SwitchPlanSchema, await to.post(`/api/v1/resolve${query}`, { target: `${fedora}:44`, host: host(digest) }));

  test("the second of two hosts gets what it would get alone", async () => {
    await planOf(fedoraOlder.digest);
    for (const query of ["", "?verbose=true"]) {
      const fresh = testServer(store);
      await fresh.refresh();
      const newest = fedoraIndex.images[0]?.digest ?? "";
      expect(await planOf(newest, server, query)).toEqual(await planOf(newest, fresh, query));
    }
  });

  test("a host of another architecture is not given what was read for this one", async () => {
    await planOf(fedoraOlder.digest);
    const answer = await server.post("/api/v1/resolve?arch=arm64", { target: `${fedora}:44`, facts: {} });
    const plan = await bodyOf(SwitchPlanSchema, answer);
    expect(plan.target.platform.digest).toBe(fedoraIndex.images[1]?.digest);
  });

  test("a tag that moves is told from the next refresh on", async () => {
    expect((await planOf(fedoraOlder.digest)).target.digest).toBe(fedoraIndex.digest);
    const newer = buildImage({ seed: "newer" });
    await writeCatalog(store, async (catalog) => {
      await catalog.image(fedora, newer);
      const { tags, repositories } = catalog.tx.t;
      const [row] = await catalog.tx.db
        .select({ id: repositories.id })
        .from(repositories)
        .where(eq(repositories.name, fedora));
      await catalog.tx.db
        .update(tags)
        .set({ digest: newer.digest })
        .where(eq(tags.repositoryId, row?.id ?? 0));
      catalog.change.touch(row?.id ?? 0);
    });
    await server.refresh();
    expect((await planOf(fedoraOlder.digest)).target.digest).toBe(newer.digest);
  });

  test("an image that nobody had is compared as soon as a public repository has it", async () => {
    const local = buildImage({ seed: "local" });
    expect((await planOf(local.digest)).delta.bytesShared).toBeNull();
    await writeCatalog(store, (catalog) => catalog.image(bazzite, local));
    await server.refresh();
    expect((await planOf(local.digest)).delta.bytesShared).toBe(900_000_000);
  });

  test("what a host has is no longer told once its repository is private", async () => {
    expect((await planOf(fedoraOlder.digest)).delta.bytesShared).toBe(900_000_000);
    const other = await server.post("/api/v1/resolve", { target: `${bazzite}:stable`, host: host(fedoraOlder.digest) });
    expect((await bodyOf(SwitchPlanSchema, other)).delta.bytesShared).toBe(900_000_000);
    await writeCatalog(store, async (catalog) => {
      const { repositories } = catalog.tx.t;
      const rows = await catalog.tx.db
        .update(repositories)
        .set({ private: true })
        .where(eq(repositories.name, fedora))
        .returning({ id: repositories.id });
      for (const { id } of rows) catalog.change.touch(id);
    });
    await server.refresh();
    const again = await server.post("/api/v1/resolve", { target: `${bazzite}:stable`, host: host(fedoraOlder.digest) });
    expect((await bodyOf(SwitchPlanSchema, again)).delta.bytesShared).toBeNull();
    const own = await server.post("/api/v1/resolve", { target: `${fedora}:44`, host: host(fedoraOlder.digest) });
    expect(own.status).toBe(404);
  });

  test("time alone changes a plan that is in memory", async () => {
    expect((await planOf(fedoraOlder.digest)).lifecycle.status).toBe("supported");
    server.clock.now = Date.parse("2027-05-13T00:00:00Z");
    const plan = await planOf(fedoraOlder.digest);
    expect(plan.lifecycle.status).toBe("ended");
    expect(plan.decision).toBe("block");
  });

  test("a digest of an index as `from` is read with its images", async () => {
    const body = { target: `${fedora}:44`, arch: "amd64", from: fedoraIndex.digest };
    const plan = await bodyOf(SwitchPlanSchema, await server.post("/api/v1/resolve", body));
    expect(plan.delta).toMatchObject({ from: fedoraIndex.digest, bytesNew: 0 });
    const other = { ...body, target: `${bazzite}:stable` };
    const change = await bodyOf(SwitchPlanSchema, await server.post("/api/v1/resolve", other));
    expect(change.delta).toMatchObject({ bytesShared: 900_000_000 });
  });
});

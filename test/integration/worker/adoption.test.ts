// Adoption: what changes in the catalog, in one step, when other documents come into force.
import { asc, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { currentGeneration } from "../../../db/changes.ts";
import { policySetInForce } from "../../../db/policy-sets.ts";
import { type CatalogDocuments, policySetOf } from "../../kit/catalog.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { fakeRegistry } from "./fake-registry.ts";
import { eventsOf, repositoryNamed, tagsOf, workerBench } from "./harness.ts";

const host = "registry.example";
const image = buildMultiArch("adopted");
const registries = [{ host, dialect: "quay" }];
const namespace = { id: "os", registry: host, namespace: "os", kind: "remix", tags: { channels: ["stable"] } };

async function indexed(kind: StoreKind, documents: CatalogDocuments) {
  const registry = fakeRegistry(host, { dialect: "quay" });
  registry.put("os/desktop", { stable: image, testing: image, old: buildImage() });
  registry.put("os/server", { stable: image });
  const bench = await workerBench(kind, [registry, fakeRegistry("other.example")]);
  await bench.adopt(documents);
  expect((await bench.run()).failures).toEqual([]);
  return { ...bench, registry };
}

describe.each(storeKinds)("%s", (kind) => {
  test("the set is kept, and the same set again changes nothing", async () => {
    const { store, worker, adopt } = await indexed(kind, { registries, sources: [namespace] });
    const set = policySetOf({ registries, sources: [namespace] });
    expect(await policySetInForce(store)).toMatchObject({ revision: 1, set: { digest: set.digest } });
    const generation = await currentGeneration(store);
    expect(await worker.adopt(set)).toEqual({ outcome: "same", revision: 1 });
    expect(await currentGeneration(store)).toBe(generation);
    await adopt({ registries, sources: [{ ...namespace, kind: "spin" }] });
    expect(await policySetInForce(store)).toMatchObject({ revision: 2 });
    expect(await currentGeneration(store)).toBe(generation + 1);
  });

  test("named repositories are expected from the start, and rows of registries and sources say what is declared", async () => {
    const { store, adopt } = await workerBench(kind, [fakeRegistry(host)]);
    const source = { id: "named", registry: host, repositories: ["a/b", "c"], kind: "base", official: true };
    await adopt({
      registries: [{ host, layout: "./mirror" }],
      sources: [{ ...source, project: "p", confirmed: false }],
    });
    expect(await repositoryNamed(store, `${host}/a/b`)).toMatchObject({
      state: "expected",
      sourceId: "named",
      kind: "base",
      official: true,
      project: "p",
      confirmed: false,
      active: true,
      private: false,
    });
    expect(await store.db.select().from(store.t.registries)).toMatchObject([
      { host, dialect: "layout", private: false, active: true },
    ]);
    expect(await store.db.select().from(store.t.sources)).toMatchObject([
      { id: "named", registry: host, namespace: null, private: false, active: true },
    ]);
  });

  test("kind, facets and followed tags follow the documents at once, without a request", async () => {
    const { store, adopt, registry } = await indexed(kind, { registries, sources: [namespace] });
    registry.calls.length = 0;
    const tags = { channels: ["stable", "testing"], default: "testing" };
    await adopt({ registries, sources: [{ ...namespace, kind: "edition", tags, facets: { desktop: "kde" } }] });
    expect(registry.calls).toEqual([]);
    const facets = { desktop: ["kde"] };
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({
      kind: "edition",
      facets,
      defaultTag: "testing",
    });
    expect(await tagsOf(store, `${host}/os/desktop`)).toMatchObject({
      stable: { followed: true, facets },
      testing: { followed: true, facets },
      old: { followed: false, facets: null },
    });
  });

  test("a tag that became a channel is announced when it was looked at, and what is followed no more is silent", async () => {
    const { store, adopt, run, registry } = await indexed(kind, { registries, sources: [namespace] });
    const seen = (await eventsOf(store)).length;
    await adopt({ registries, sources: [{ ...namespace, tags: { channels: ["testing"] } }] });
    expect((await eventsOf(store)).slice(seen)).toEqual([]);
    await run();
    expect((await eventsOf(store)).slice(seen)).toEqual([`tag.added ${host}/os/desktop:testing`]);
    registry.untag("os/desktop", "stable");
    await run();
    expect((await eventsOf(store)).slice(seen + 1)).toEqual([]);
    expect((await tagsOf(store, `${host}/os/desktop`)).stable).toMatchObject({ present: false });
  });

  test("what no document declares any more is history: not looked at, not active, not lost", async () => {
    const { store, adopt, run, registry } = await indexed(kind, { registries, sources: [namespace] });
    await adopt({ registries, sources: [{ ...namespace, include: ["server"] }] });
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({
      active: false,
      state: "listed",
      dueAt: null,
      defaultDigest: image.digest,
    });
    registry.calls.length = 0;
    await run();
    expect(registry.calls.map(({ path }) => path)).not.toContain("os/desktop");
    expect(await eventsOf(store)).not.toContain(`repository.removed ${host}/os/desktop`);
    await adopt({ registries, sources: [namespace] });
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ active: true, state: "listed" });
    expect((await run()).sources).toMatchObject([{ done: 2 }]);
  });

  test("a source that is gone takes its registry and its due time with it", async () => {
    const { store, adopt, worker } = await indexed(kind, { registries, sources: [namespace] });
    const other = { id: "other", registry: "other.example", repositories: ["a/b"], kind: "base" };
    await adopt({ registries: [{ host: "other.example", dialect: "oci" }], sources: [other] });
    const { sources, registries: hosts } = store.t;
    expect(await store.db.select().from(sources).orderBy(asc(sources.id))).toMatchObject(
      [
        { id: "os", active: false, dueAt: null },
        { id: "other", active: true },
      ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(await store.db.select().from(hosts).orderBy(asc(hosts.host))).toMatchObject([
      { host: "other.example", active: true },
      { host, active: false },
    ]);
    await expect(worker.runOnce({ sources: ["os"] })).rejects.toMatchObject({
      code: "unknown-source",
      sources: ["os"],
    });
  });

  test("a source that names a repository takes it from the namespace that holds it", async () => {
    const { store, adopt, run } = await indexed(kind, { registries, sources: [namespace] });
    const named = { id: "named", registry: host, repositories: ["os/desktop"], kind: "edition" };
    await adopt({ registries, sources: [namespace, named] });
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ sourceId: "named", kind: "edition" });
    const report = await run();
    expect(report.sources.map(({ source, done }) => [source, done]).toSorted()).toEqual([
      ["named", 1],
      ["os", 1],
    ]);
    expect(report.failures).toMatchObject([
      { repository: `${host}/os/desktop`, stage: "discover", code: "listed-twice", tag: null },
    ]);
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ sourceId: "named" });
  });

  test("where two namespaces meet, the first id speaks, and the other says so", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    registry.put("os/desktop", { stable: image });
    const { store, adopt, run } = await workerBench(kind, [registry]);
    await adopt({
      registries,
      sources: [
        { ...namespace, id: "b", kind: "spin" },
        { ...namespace, id: "a" },
      ],
    });
    const report = await run();
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ sourceId: "a", kind: "remix" });
    expect(report.failures).toMatchObject([{ code: "listed-twice", repository: `${host}/os/desktop` }]);
    const [failure] = await store.db.select().from(store.t.failures);
    expect(failure?.sourceId).toBe("b");
  });

  test("what becomes private is private in all its past, and what becomes public tells of its future alone", async () => {
    const { store, adopt, run, registry } = await indexed(kind, { registries, sources: [namespace] });
    const hidden = [{ host, dialect: "quay", visibility: "private" }];
    await adopt({ registries: hidden, sources: [namespace] });
    const { events } = store.t;
    const ofRepository = async () =>
      (await store.db.select().from(events).orderBy(asc(events.id))).map((row) => row.private);
    expect(new Set(await ofRepository())).toEqual(new Set([true]));
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ private: true });
    expect(await store.db.select().from(store.t.sources)).toMatchObject([{ private: true }]);
    expect(await store.db.select().from(store.t.registries)).toMatchObject([{ private: true }]);
    registry.put("os/desktop", { stable: buildImage({ seed: "secret" }) });
    await run();
    expect(new Set(await ofRepository())).toEqual(new Set([true]));
    await adopt({ registries, sources: [namespace] });
    registry.put("os/desktop", { stable: buildImage({ seed: "open" }) });
    await run();
    expect((await ofRepository()).slice(-2)).toEqual([false, false]);
    expect((await ofRepository()).slice(0, -2).every((hiding) => hiding)).toBe(true);
  });

  test("events of repositories whose names only begin alike stay public", async () => {
    const { store, adopt } = await indexed(kind, { registries, sources: [namespace] });
    const { events } = store.t;
    await store.transaction(async (tx) => {
      for (const [i, subject] of [
        `${host}/os/desktop2`,
        `${host}/os/desktop2:stable`,
        `${host}/os/desktop-kde`,
      ].entries()) {
        const row = { id: 1_000 + i, catalogId: 1, time: 0, type: "tag.added", data: {}, private: false };
        await tx.db.insert(tx.t.events).values({ ...row, subject });
      }
    });
    await adopt({ registries: [{ host, dialect: "quay", visibility: "private" }], sources: [namespace] });
    const open = await store.db.select().from(events).where(eq(events.private, false));
    expect(open.map(({ id }) => id).toSorted()).toEqual([1_000, 1_001, 1_002]);
  });

  test("a look that is under way when its documents change is not stored, and is made again by the new ones", async () => {
    const registry = fakeRegistry(host);
    registry.put("os/desktop", { stable: image, testing: image });
    const { store, adopt, worker, clock } = await workerBench(kind, [registry]);
    const source = { id: "os", registry: host, repositories: ["os/desktop"], kind: "remix" };
    const oci = [{ host, dialect: "oci" }];
    await adopt({ registries: oci, sources: [{ ...source, tags: { channels: ["stable"] } }] });
    let adopting = false;
    registry.before(async ({ method }) => {
      if (method !== "lookAtTag" || adopting) return;
      adopting = true;
      await adopt({ registries: oci, sources: [{ ...source, tags: { channels: ["testing"] } }] });
    });
    clock.advance(1);
    await worker.runOnce();
    const tags = await tagsOf(store, `${host}/os/desktop`);
    expect([tags.stable?.followed, tags.testing?.followed]).toEqual([false, true]);
    expect(await eventsOf(store)).toEqual([
      `repository.added ${host}/os/desktop`,
      `image.indexed ${host}/os/desktop@${image.digest}`,
      `tag.added ${host}/os/desktop:testing`,
    ]);
  });
});

// Runs over a registry: what the catalog holds after repositories and tags came, moved, went and came back.
import { describe, expect, test } from "vitest";
import { observedAtOf, tagObservedAt } from "../../../db/observed-at.ts";
import { findRepository } from "../../../db/repositories.ts";
import { channelsOf } from "../../../db/tags.ts";
import { findTarget } from "../../../db/targets.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { failing, fakeRegistry } from "./fake-registry.ts";
import { eventsOf, historyOf, minute, newEvents, repositoryNamed, tagsOf, workerBench } from "./harness.ts";

const host = "registry.example";
const path = "os/desktop";
const name = `${host}/${path}`;
const documents = {
  registries: [{ host, dialect: "oci" }],
  sources: [
    {
      id: "os",
      registry: host,
      repositories: [path],
      kind: "edition",
      tags: { channels: ["stable", "4*"], ignore: ["*-rc"] },
      facets: { desktop: "gnome" },
    },
  ],
};
const dated = (seed: string, created: string) =>
  buildMultiArch(seed, ["amd64", "arm64"], {
    labels: { "containers.bootc": "1", "org.opencontainers.image.created": created },
  });
const august = dated("august", "2026-08-01T00:00:00Z");
const september = dated("september", "2026-09-01T00:00:00Z");
const october = dated("october", "2026-10-01T00:00:00Z");

/** A catalog that has indexed `stable` as of August, and has told of it. */
async function indexed(
  kind: StoreKind,
  tags: Parameters<ReturnType<typeof fakeRegistry>["put"]>[1] = { stable: august },
) {
  const registry = fakeRegistry(host);
  registry.put(path, tags);
  const bench = await workerBench(kind, [registry]);
  await bench.adopt(documents);
  expect((await bench.run()).failures).toEqual([]);
  const seen: string[] = [];
  await newEvents(bench.store, seen);
  registry.calls.length = 0;
  return { ...bench, registry, events: () => newEvents(bench.store, seen) };
}

describe.each(storeKinds)("%s", (kind) => {
  test("a first run indexes channels and knows other tags by name", async () => {
    const registry = fakeRegistry(host);
    registry.put(path, { stable: august, "44": august, "44-rc": buildImage({ seed: "rc" }), old: buildImage() });
    const { store, adopt, run, log } = await workerBench(kind, [registry]);
    await adopt(documents);
    const report = await run();
    expect(log.filter(({ level }) => level === "error")).toEqual([]);
    expect(report).toMatchObject({ outcome: "done", failures: [] });
    expect(report.sources).toMatchObject([{ source: "os", repositories: 1, done: 1, images: 1, failing: false }]);
    const tags = await tagsOf(store, name);
    const facets = { desktop: ["gnome"] };
    expect(tags.stable).toMatchObject({ digest: august.digest, followed: true, present: true, facets });
    expect(tags.old).toMatchObject({ digest: null, followed: false, present: true, facets: null });
    expect(tags["44-rc"]).toMatchObject({ digest: null, followed: false, present: true });
    expect(await repositoryNamed(store, name)).toMatchObject({
      state: "listed",
      facets,
      architectures: ["amd64", "arm64"],
      defaultTag: "stable",
      defaultDigest: august.digest,
      updatedAt: Date.UTC(2026, 7, 1),
    });
    expect(await eventsOf(store)).toEqual([
      `repository.added ${name}`,
      `image.indexed ${name}@${august.digest}`,
      `tag.added ${name}:44`,
      `tag.added ${name}:stable`,
    ]);
    expect(await historyOf(store, name)).toMatchObject([
      { tag: "44", digest: august.digest, to: null },
      { tag: "stable", digest: august.digest, to: null },
    ]);
  });

  test("a run that finds nothing new asks once for each channel, and tells nobody but that it looked", async () => {
    const { store, registry, run, events, clock } = await indexed(kind, {
      stable: august,
      "44": september,
      old: august,
    });
    const before = await tagsOf(store, name);
    const report = await run();
    expect(registry.calls.map(({ method, reference }) => `${method} ${reference}`).toSorted()).toEqual([
      "listTags ",
      "lookAtTag 44",
      "lookAtTag stable",
    ]);
    expect(report.sources).toMatchObject([{ done: 1, images: 0, tagsMoved: 0 }]);
    expect(await events()).toEqual([]);
    const after = await tagsOf(store, name);
    expect(after.stable).toEqual({ ...before.stable, lookedAt: clock.now(), observedAt: clock.now() });
    expect(after.old).toEqual(before.old);
    expect(await historyOf(store, name)).toHaveLength(2);
  });

  test("observedAt moves in answers at most every ten minutes, and nothing else moves with it", async () => {
    const { store, clock, worker } = await indexed(kind);
    const generationAfter = async (ms: number) => {
      clock.advance(ms);
      await worker.runOnce();
      return (await repositoryNamed(store, name)).revision;
    };
    const first = (await repositoryNamed(store, name)).revision;
    expect(await generationAfter(9 * minute)).toBe(first);
    const moved = await generationAfter(minute);
    expect(moved).toBeGreaterThan(first);
    expect(await generationAfter(5 * minute)).toBe(moved);
  });

  test("nor does an answer that is made anew tell of a look between", async () => {
    const { store, clock, worker, registry } = await indexed(kind);
    const began = clock.now();
    const seenAt = async () => {
      const found = await findRepository(store, name);
      const target = await findTarget(store, {
        repository: name,
        tag: "stable",
        digest: null,
        architecture: "amd64",
        from: null,
      });
      const [channel] = found === undefined ? [] : await channelsOf(store, found.id, 1);
      if (found === undefined || channel === undefined) throw new Error("nothing was indexed");
      return [observedAtOf(found), tagObservedAt(channel, found), target?.tag?.observedAt];
    };
    const lookAfter = async (ms: number) => {
      clock.advance(ms);
      await worker.runOnce();
      return seenAt();
    };
    expect(await lookAfter(9 * minute)).toEqual([began, began, began]);
    const changed = clock.now() + minute;
    registry.put(path, { stable: september });
    expect(await lookAfter(minute)).toEqual([changed, changed, changed]);
  });

  test("a moved tag is history and an event, and its new image is indexed", async () => {
    const { store, registry, run, events, clock } = await indexed(kind);
    const began = clock.now();
    registry.put(path, { stable: september });
    const report = await run();
    expect(report.sources).toMatchObject([{ images: 1, tagsMoved: 1 }]);
    expect(await events()).toEqual([`image.indexed ${name}@${september.digest}`, `tag.moved ${name}:stable`]);
    expect(await historyOf(store, name)).toEqual([
      { tag: "stable", digest: august.digest, from: began, to: clock.now() },
      { tag: "stable", digest: september.digest, from: clock.now(), to: null },
    ]);
    expect((await tagsOf(store, name)).stable).toMatchObject({ since: clock.now(), olderThan: null });
    expect(await repositoryNamed(store, name)).toMatchObject({ defaultDigest: september.digest });
  });

  test("a tag that goes back is older than the newest build it named, until it names a newer one", async () => {
    const { store, registry, run, clock } = await indexed(kind, { stable: october });
    const olderThan = async () => (await tagsOf(store, name)).stable?.olderThan;
    const moved = async () => {
      const { events } = store.t;
      const rows = await store.db.select().from(events);
      return rows.findLast(({ type }) => type === "tag.moved")?.data;
    };
    registry.put(path, { stable: august });
    await run();
    const back = { digest: october.digest, version: null, created: "2026-10-01T00:00:00Z", since: clock.now() };
    expect(await olderThan()).toEqual(back);
    expect(await moved()).toEqual({ from: october.digest, to: august.digest, older: true });
    registry.put(path, { stable: september });
    await run();
    expect(await olderThan()).toEqual(back);
    expect(await moved()).toEqual({ from: august.digest, to: september.digest, older: false });
    registry.put(path, { stable: dated("november", "2026-11-01T00:00:00Z") });
    await run();
    expect(await olderThan()).toBeNull();
  });

  test("a tag that goes back to a build of the same time and version is older by its own history", async () => {
    const first = dated("first", "2026-08-01T00:00:00Z");
    const second = dated("second", "2026-08-01T00:00:00Z");
    const { store, registry, run, clock } = await indexed(kind, { stable: first, "44": second });
    const moveTo = async (image: typeof first) => {
      registry.put(path, { stable: image });
      await run();
      const rows = await store.db.select().from(store.t.events);
      const older = rows.findLast(({ type }) => type === "tag.moved")?.data.older;
      return { older, olderThan: (await tagsOf(store, name)).stable?.olderThan ?? null };
    };
    // That another tag named it before says nothing of this one.
    expect(await moveTo(second)).toEqual({ older: false, olderThan: null });
    const back = await moveTo(first);
    const created = "2026-08-01T00:00:00Z";
    const flagged = { digest: second.digest, version: null, created, since: clock.now() };
    expect(back).toEqual({ older: true, olderThan: flagged });
    // A cluster whose registries answer by turns.
    expect(await moveTo(second)).toEqual({ older: false, olderThan: null });
    expect(await moveTo(first)).toEqual({ older: true, olderThan: { ...flagged, since: clock.now() } });
    expect(await moveTo(dated("third", created))).toEqual({ older: false, olderThan: null });
  });

  test("a tag that was gone and comes back as an older build is flagged", async () => {
    const { store, registry, run } = await indexed(kind, { stable: september, "44": august });
    registry.untag(path, "stable");
    await run();
    registry.put(path, { stable: august });
    await run();
    expect((await tagsOf(store, name)).stable?.olderThan).toMatchObject({ digest: september.digest });
  });

  test("a channel that is gone is a tombstone once, and comes back as a new one", async () => {
    const { store, registry, run, events, clock } = await indexed(kind, { stable: august, "44": august });
    registry.untag(path, "44");
    await run();
    const gone = clock.now();
    expect(await events()).toEqual([`tag.removed ${name}:44`]);
    expect((await tagsOf(store, name))["44"]).toMatchObject({ present: false, removedAt: gone, digest: august.digest });
    await run();
    expect(await events()).toEqual([]);
    registry.put(path, { "44": august });
    await run();
    expect(await events()).toEqual([`tag.added ${name}:44`]);
    expect((await tagsOf(store, name))["44"]).toMatchObject({ present: true, removedAt: null, since: clock.now() });
    const history = (await historyOf(store, name)).filter(({ tag }) => tag === "44");
    expect(history.map(({ to }) => to)).toEqual([gone, null]);
  });

  test("a channel that a listing forgets is asked for, and stays", async () => {
    const { store, registry, run, events } = await indexed(kind, { stable: august, "44": august });
    registry.pretend(path, ["stable"]);
    expect((await run()).failures).toEqual([]);
    expect(registry.calls.map(({ reference }) => reference)).toContain("44");
    expect(await events()).toEqual([]);
    expect((await tagsOf(store, name))["44"]).toMatchObject({ present: true });
  });

  test("a channel that is listed and cannot be had is a failed item, not gone", async () => {
    const { store, registry, run, events } = await indexed(kind, { stable: august, "44": august });
    registry.untag(path, "44");
    registry.pretend(path, ["stable", "44"]);
    const report = await run();
    expect(report.failures).toMatchObject([{ repository: name, tag: "44", stage: "tags", code: "tag-dangling" }]);
    expect(await events()).toEqual([]);
    expect((await tagsOf(store, name))["44"]).toMatchObject({ present: true, failureCode: "tag-dangling" });
  });

  test("a listing that is suddenly much shorter removes unfollowed tags when it is seen twice", async () => {
    const builds = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`build-${i}`, august]));
    const { store, registry, run, events } = await indexed(kind, { stable: august, ...builds });
    const present = async () => Object.values(await tagsOf(store, name)).filter((tag) => tag.present).length;
    registry.pretend(path, ["stable", "build-1"]);
    await run();
    expect(await present()).toBe(21);
    registry.pretend(path, ["stable", "build-1", "build-2"]);
    await run();
    expect(await present()).toBe(21);
    await run();
    expect(await present()).toBe(3);
    expect(await events()).toEqual([]);
  });

  test("a listing that loses a few unfollowed tags is believed at once", async () => {
    const builds = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`build-${i}`, august]));
    const { store, registry, run } = await indexed(kind, { stable: august, ...builds });
    registry.untag(path, "build-1", "build-2", "build-3");
    await run();
    expect(Object.values(await tagsOf(store, name)).filter((tag) => tag.present)).toHaveLength(18);
  });

  test("an empty listing removes nothing while the channels answer", async () => {
    const { store, registry, run, events } = await indexed(kind, { stable: august, old: august });
    registry.pretend(path, []);
    await run();
    await run();
    expect(await events()).toEqual([]);
    const tags = await tagsOf(store, name);
    expect([tags.stable?.present, tags.old?.present]).toEqual([true, false]);
  });

  test("a repository that is gone is told of once with its channels, and comes back with them", async () => {
    const { store, registry, run, events, clock } = await indexed(kind, { stable: august, "44": august, old: august });
    registry.remove(path);
    const report = await run();
    expect(report.failures).toEqual([]);
    expect(await events()).toEqual([
      `tag.removed ${name}:44`,
      `tag.removed ${name}:stable`,
      `repository.removed ${name}`,
    ]);
    expect(await repositoryNamed(store, name)).toMatchObject({ state: "removed", removedAt: clock.now() });
    expect(Object.values(await tagsOf(store, name)).some((tag) => tag.present)).toBe(false);
    expect((await run()).failures).toEqual([]);
    expect(await events()).toEqual([]);
    registry.put(path, { stable: september });
    await run();
    expect(await events()).toEqual([
      `repository.added ${name}`,
      `image.indexed ${name}@${september.digest}`,
      `tag.added ${name}:stable`,
    ]);
    expect(await repositoryNamed(store, name)).toMatchObject({ state: "listed", removedAt: null });
  });

  test("a declared repository that was never there is a failed item in each run", async () => {
    const { store, adopt, run } = await workerBench(kind, [fakeRegistry(host)]);
    await adopt(documents);
    for (let i = 0; i < 2; i++) {
      expect((await run()).failures).toMatchObject([{ repository: name, tag: null, stage: "tags", code: "not-found" }]);
    }
    expect(await repositoryNamed(store, name)).toMatchObject({ state: "expected", attempts: 2 });
    expect(await eventsOf(store)).toEqual([]);
  });

  test("an outage removes nothing, is told of once, and so is its end", async () => {
    const { store, registry, run, events, clock } = await indexed(kind, { stable: august, "44": august });
    registry.before(failing("unreachable"));
    const first = await run();
    const since = clock.now();
    expect(first.failures).toMatchObject([{ repository: name, tag: null, code: "unreachable" }]);
    expect(first.sources).toMatchObject([{ failing: true }]);
    expect(await events()).toEqual(["source.failed os"]);
    await run();
    expect(await events()).toEqual([]);
    expect(await repositoryNamed(store, name)).toMatchObject({ state: "listed", failingSince: since, attempts: 2 });
    const [registryRow] = await store.db.select().from(store.t.registries);
    expect(registryRow).toMatchObject({ failingSince: since, failureCode: "unreachable" });
    registry.before(() => {});
    await run();
    expect(await events()).toEqual(["source.recovered os"]);
    expect(await repositoryNamed(store, name)).toMatchObject({ failingSince: null, failureCode: null, attempts: 0 });
    expect((await store.db.select().from(store.t.registries))[0]).toMatchObject({
      failingSince: null,
      failureCode: null,
    });
    expect((await store.db.select().from(store.t.sources))[0]).toMatchObject({ failingSince: null });
    expect(Object.values(await tagsOf(store, name)).every((tag) => tag.present)).toBe(true);
  });

  test("an image that cannot be read keeps the old digest and stops no other tag", async () => {
    const { store, registry, run, events, clock } = await indexed(kind, { stable: august, "44": august });
    registry.put(path, { stable: september, "44": october });
    const [child] = september.children;
    registry.before(failing("timeout", ({ reference }) => reference === child?.digest));
    const report = await run();
    expect(report.failures).toMatchObject([{ repository: name, tag: "stable", stage: "inspect", code: "timeout" }]);
    const failed = clock.now();
    expect(await events()).toEqual([`image.indexed ${name}@${october.digest}`, `tag.moved ${name}:44`]);
    const stable = async () => (await tagsOf(store, name)).stable;
    expect(await stable()).toMatchObject({ digest: august.digest, failingSince: failed, failureCode: "timeout" });
    await run();
    expect(await stable()).toMatchObject({ digest: august.digest, failingSince: failed });
    registry.before(() => {});
    expect((await run()).failures).toEqual([]);
    expect(await events()).toEqual([`image.indexed ${name}@${september.digest}`, `tag.moved ${name}:stable`]);
    expect(await stable()).toMatchObject({ digest: september.digest, failingSince: null, failureCode: null });
  });

  test("a platform that the registry does not have hides no other, and is a failed item", async () => {
    const registry = fakeRegistry(host);
    const sparse = { ...august, children: august.children.slice(0, 1) };
    registry.put(path, { stable: sparse });
    const { store, adopt, run } = await workerBench(kind, [registry]);
    await adopt(documents);
    const missing = august.children[1]?.digest;
    const report = await run();
    expect(report.failures).toMatchObject([{ tag: "stable", stage: "inspect", code: "not-found" }]);
    expect(report.failures[0]?.reason).toContain(missing);
    expect((await tagsOf(store, name)).stable).toMatchObject({ digest: august.digest, failingSince: null });
    const entries = await store.db.select().from(store.t.imagePlatforms);
    expect(entries.map(({ architecture }) => architecture)).toEqual(["amd64", "arm64"]);
    expect((await store.db.select().from(store.t.images)).map(({ digest }) => digest)).not.toContain(missing);
  });

  test("an image is asked for once, however many tags and repositories name it", async () => {
    const registry = fakeRegistry(host);
    registry.put("os/desktop", { stable: august, "44": august, "45": august });
    registry.put("os/server", { stable: august });
    const { adopt, run, store } = await workerBench(kind, [registry]);
    const source = { ...documents.sources[0], repositories: ["os/desktop"] };
    await adopt({ ...documents, sources: [source, { ...source, id: "server", repositories: ["os/server"] }] });
    await run("os");
    await run("server");
    const read = registry.calls.filter(({ method }) => method === "readBlob" || method === "readManifest");
    expect(read).toHaveLength(4);
    const links = await store.db.select().from(store.t.repositoryImages);
    expect(links).toHaveLength(6);
    expect(await eventsOf(store)).toContain(`image.indexed ${host}/os/server@${august.digest}`);
  });
});

// Discovery: what namespaces bring, what a listing may and may not take away, and what Quay says besides.
import { asc } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { failing, fakeRegistry } from "./fake-registry.ts";
import { eventsOf, historyOf, minute, newEvents, repositoryNamed, tagsOf, workerBench } from "./harness.ts";

const host = "registry.example";
const image = buildMultiArch("listed");
const documents = {
  registries: [{ host, dialect: "quay" }],
  sources: [
    { id: "os", registry: host, namespace: "os", exclude: ["*-test"], kind: "remix", tags: { channels: ["stable"] } },
  ],
};

async function indexed(kind: StoreKind, paths: readonly string[] = ["os/desktop", "os/server"]) {
  const registry = fakeRegistry(host, { dialect: "quay" });
  for (const path of paths) registry.put(path, { stable: image });
  const bench = await workerBench(kind, [registry]);
  await bench.adopt(documents);
  expect((await bench.run()).failures).toEqual([]);
  const seen: string[] = [];
  await newEvents(bench.store, seen);
  registry.calls.length = 0;
  return { ...bench, registry, events: () => newEvents(bench.store, seen) };
}

describe.each(storeKinds)("%s", (kind) => {
  test("a namespace brings its repositories, but for those it leaves out, with what the registry says of them", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    for (const path of ["os/desktop", "os/desktop-test", "os/sub/deep", "other/thing"])
      registry.put(path, { stable: image });
    registry.describe("os/desktop", { description: "For desks", popularity: 12.5 });
    const { store, adopt, run, clock } = await workerBench(kind, [registry]);
    await adopt(documents);
    const report = await run();
    expect(report.sources).toMatchObject([{ repositories: 2, done: 2 }]);
    const rows = await store.db.select().from(store.t.repositories).orderBy(asc(store.t.repositories.name));
    expect(rows.map(({ path }) => path)).toEqual(["os/desktop", "os/sub/deep"]);
    expect(rows[0]).toMatchObject({ description: "For desks", popularity: 12.5, popularityAsOf: clock.now() });
    const [source] = await store.db.select().from(store.t.sources);
    expect(source).toMatchObject({ listedAt: clock.now(), observedAt: clock.now(), failingSince: null });
    expect(source?.dueAt).toBe(clock.now() + 60 * minute);
  });

  test("an image's description stands where the registry says nothing", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    const said = { "containers.bootc": "1", "org.opencontainers.image.description": "From the image" };
    registry.put("os/desktop", { stable: buildImage({ labels: said }) });
    const { store, adopt, run } = await workerBench(kind, [registry]);
    await adopt(documents);
    await run();
    const description = async () => (await repositoryNamed(store, `${host}/os/desktop`)).description;
    expect(await description()).toBe("From the image");
    registry.describe("os/desktop", { description: "From the registry" });
    await run();
    expect(await description()).toBe("From the registry");
  });

  test("a repository that the listing forgets is asked for, and stays", async () => {
    const { registry, run, events, store } = await indexed(kind);
    registry.pretendListing(["os/server"]);
    expect((await run()).sources).toMatchObject([{ repositories: 2, done: 2 }]);
    expect(await events()).toEqual([]);
    registry.pretendListing([]);
    await run();
    expect(await events()).toEqual([]);
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ state: "listed" });
  });

  test("a repository that is gone is removed, and comes back when it is listed again", async () => {
    const { registry, run, events, store } = await indexed(kind);
    registry.remove("os/desktop");
    await run();
    expect(await events()).toEqual([`tag.removed ${host}/os/desktop:stable`, `repository.removed ${host}/os/desktop`]);
    registry.calls.length = 0;
    await run();
    expect(registry.calls.map(({ path }) => path)).not.toContain("os/desktop");
    registry.put("os/desktop", { stable: image });
    await run();
    expect(await events()).toEqual([`repository.added ${host}/os/desktop`, `tag.added ${host}/os/desktop:stable`]);
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ state: "listed", removedAt: null });
  });

  test("a listing that fails is an outage of its source, while known repositories are looked at", async () => {
    const { registry, run, events, store, clock } = await indexed(kind);
    registry.put("os/desktop", { stable: buildImage({ seed: "moved" }) });
    registry.before(failing("server-error", ({ method }) => method === "listRepositories"));
    const report = await run();
    expect(report.failures).toMatchObject([
      { source: "os", repository: null, tag: null, stage: "discover", code: "server-error" },
    ]);
    expect(report.sources).toMatchObject([{ repositories: 2, done: 2, tagsMoved: 1, failing: true }]);
    expect(await events()).toEqual([
      "source.failed os",
      `image.indexed ${host}/os/desktop@${buildImage({ seed: "moved" }).digest}`,
      `tag.moved ${host}/os/desktop:stable`,
    ]);
    const source = async () => (await store.db.select().from(store.t.sources))[0];
    expect(await source()).toMatchObject({ failingSince: clock.now(), failureCode: "server-error", attempts: 1 });
    await run();
    expect(await events()).toEqual([]);
    registry.before(() => {});
    await run();
    expect(await events()).toEqual(["source.recovered os"]);
    expect(await source()).toMatchObject({ failingSince: null, attempts: 0 });
  });

  test("a registry without a listing fails the source of a namespace, and says how", async () => {
    const registry = fakeRegistry(host);
    const { adopt, run, store, clock } = await workerBench(kind, [registry]);
    await adopt({ ...documents, registries: [{ host, dialect: "oci" }] });
    const report = await run();
    expect(report).toMatchObject({ failures: [{ code: "listing-unsupported", stage: "discover" }] });
    expect(report.sources).toMatchObject([{ repositories: 0, failing: true }]);
    const [source] = await store.db.select().from(store.t.sources);
    expect(source).toMatchObject({ listedAt: null, failureCode: "listing-unsupported" });
    // It will not learn it within minutes.
    expect(source?.dueAt).toBe(clock.now() + 60 * minute);
  });

  test("a repository that is listed and cannot be read is expected, and never told of", async () => {
    const { registry, run, events, store } = await indexed(kind);
    registry.pretendListing(["os/desktop", "os/server", "os/ghost"]);
    expect((await run()).failures).toMatchObject([{ repository: `${host}/os/ghost`, code: "not-found" }]);
    expect(await repositoryNamed(store, `${host}/os/ghost`)).toMatchObject({ state: "expected" });
    registry.pretendListing(undefined);
    expect((await run()).failures).toEqual([]);
    expect(await events()).toEqual([]);
  });

  test("Quay refuses strangers what is gone and what it hides alike: only where others answer is it gone", async () => {
    const { registry, run, events, store } = await indexed(kind, ["os/desktop", "os/server"]);
    // Its anonymous access is out: everything is as if it were not there.
    registry.pretendListing(["os/desktop", "os/server"]);
    registry.remove("os/desktop");
    registry.remove("os/server");
    const report = await run();
    expect(report.failures.map(({ code }) => code)).toEqual(["unauthorized", "unauthorized"]);
    expect(report.sources).toMatchObject([{ failing: true }]);
    expect(await events()).toEqual(["source.failed os"]);
    registry.put("os/server", { stable: image });
    await run();
    expect(await events()).toEqual(
      [
        "source.recovered os",
        `tag.removed ${host}/os/desktop:stable`,
        `repository.removed ${host}/os/desktop`,
      ].toSorted((a, b) => Number(a.startsWith("source")) - Number(b.startsWith("source"))),
    );
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ state: "removed" });
  });

  test("Quay's own history fills ours with true times, once, and only the net move is told of", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    const [first, second, third] = ["first", "second", "third"].map((seed) => buildImage({ seed }));
    if (first === undefined || second === undefined || third === undefined) throw new Error("three images");
    const hour = (n: number) => Date.UTC(2026, 10, 1, n);
    const period = (manifest: typeof first, from: number, to: number | null) => ({
      tag: "stable",
      digest: manifest.digest,
      fromMs: hour(from),
      toMs: to === null ? null : hour(to),
    });
    registry.put("os/desktop", { stable: first });
    registry.history("os/desktop", [period(first, 1, null)]);
    const { store, adopt, run } = await workerBench(kind, [registry]);
    await adopt(documents);
    await run();
    const name = `${host}/os/desktop`;
    const periods = async () => (await historyOf(store, name)).map(({ digest, from, to }) => [digest, from, to]);
    expect(await periods()).toEqual([[first.digest, hour(1), null]]);
    registry.put("os/desktop", { stable: third });
    registry.history("os/desktop", [period(third, 9, null), period(second, 5, 9), period(first, 1, 5)]);
    registry.calls.length = 0;
    await run();
    expect(registry.calls.find(({ method }) => method === "readTagHistory")?.reference).toBe(String(hour(1) / 1000));
    expect(await periods()).toEqual([
      [first.digest, hour(1), hour(5)],
      [second.digest, hour(5), hour(9)],
      [third.digest, hour(9), null],
    ]);
    expect((await tagsOf(store, name)).stable).toMatchObject({ digest: third.digest, since: hour(9) });
    expect((await eventsOf(store)).filter((event) => event.startsWith("tag."))).toEqual([
      `tag.added ${name}:stable`,
      `tag.moved ${name}:stable`,
    ]);
    registry.calls.length = 0;
    await run();
    expect(registry.calls.map(({ method }) => method)).not.toContain("readTagHistory");
    expect(await periods()).toHaveLength(3);
  });

  test("a tag that is to expire names its digest until then", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    const { store, adopt, run, clock } = await workerBench(kind, [registry]);
    registry.put("os/desktop", { stable: image });
    const soon = clock.now() + 600 * minute;
    registry.history("os/desktop", [{ tag: "stable", digest: image.digest, fromMs: 1_000, toMs: soon }]);
    await adopt(documents);
    await run();
    expect((await historyOf(store, `${host}/os/desktop`)).filter(({ from }) => from === 1_000)).toMatchObject([
      { to: null },
    ]);
  });

  test("where a listing says the digests, nothing is asked of a tag that did not move", async () => {
    const { registry, run } = await indexed(kind);
    await run();
    expect(registry.calls.map(({ method }) => method).toSorted()).toEqual(["listRepositories", "listTags", "listTags"]);
  });

  test("named repositories of Quay get their description from a listing whose failure is nobody's", async () => {
    const registry = fakeRegistry(host, { dialect: "quay" });
    registry.put("os/desktop", { stable: image });
    registry.describe("os/desktop", { description: "For desks" });
    const { store, adopt, run } = await workerBench(kind, [registry]);
    const named = {
      id: "named",
      registry: host,
      repositories: ["os/desktop"],
      kind: "base",
      tags: { channels: ["stable"] },
    };
    await adopt({ ...documents, sources: [named] });
    await run();
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ description: "For desks" });
    registry.before(failing("rate-limited", ({ method }) => method === "listRepositories"));
    expect((await run()).failures).toEqual([]);
    expect(await repositoryNamed(store, `${host}/os/desktop`)).toMatchObject({ description: "For desks" });
  });

  test("a public repository does not borrow an image that was only read with credentials", async () => {
    const secret = buildMultiArch("secret");
    const hidden = fakeRegistry("private.example");
    hidden.put("a/b", { latest: secret });
    const liar = fakeRegistry("public.example", { dialect: "quay" });
    // It names the digest, and does not have it.
    liar.put("a/b", { latest: { ...secret, children: [], blobs: [] } });
    liar.before(({ method, path, reference }) => {
      if (method === "readManifest") liar.calls.push({ method, path, reference: `asked ${reference}` });
    });
    const { store, adopt, run } = await workerBench(kind, [hidden, liar]);
    const source = { repositories: ["a/b"], kind: "remix" };
    const registries = [
      { host: "private.example", dialect: "oci", visibility: "private" },
      { host: "public.example", dialect: "quay" },
    ];
    await adopt({
      registries,
      sources: [
        { ...source, id: "hidden", registry: "private.example" },
        { ...source, id: "liar", registry: "public.example" },
      ],
    });
    expect((await run("hidden")).failures).toEqual([]);
    const report = await run("liar");
    // The children cannot be read there: what is known elsewhere does not help.
    expect(report.failures.map(({ stage, code }) => [stage, code])).toContainEqual(["inspect", "not-found"]);
    const { repositoryImages } = store.t;
    const links = await store.db.select().from(repositoryImages);
    const { id } = await repositoryNamed(store, "public.example/a/b");
    expect(links.filter(({ repositoryId }) => repositoryId === id)).toEqual([]);
  });
});

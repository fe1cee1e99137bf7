// Wishes: what somebody asked for is looked at first, once, and answered for good or for ten minutes.
import { eq } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { askFor, findWish, type WishLimits } from "../../../db/wishes.ts";
import type { AnsweredWish } from "../../../worker/worker-context.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { failing, fakeRegistry } from "./fake-registry.ts";
import { eventsOf, minute, repositoryNamed, tagsOf, workerBench, workerLimits } from "./harness.ts";

const host = "registry.example";
const documents = {
  registries: [
    { host, dialect: "oci" },
    { host: "slow.example", dialect: "oci" },
  ],
  sources: [
    { id: "os", registry: host, namespace: "os", kind: "edition", tags: { channels: ["stable"] } },
    { id: "slow", registry: "slow.example", repositories: ["os/slow"], kind: "edition" },
  ],
};
const limits: WishLimits = { wishes: 100, wishesPerRepository: 50, wishRepeatMs: 10 * minute };
const image = buildMultiArch("asked for");

async function asking(kind: StoreKind) {
  const registry = fakeRegistry(host);
  const slow = fakeRegistry("slow.example");
  const bench = await workerBench(kind, [registry, slow]);
  const { store, worker, clock } = bench;
  await bench.adopt(documents);
  const answers: AnsweredWish[] = [];
  const waiting = new Map<string, () => void>();
  worker.onWishAnswered((wish) => {
    answers.push(wish);
    waiting.get(`${wish.repository} ${wish.reference}`)?.();
  });
  return {
    ...bench,
    registry,
    slow,
    answers,
    note: (path: string, reference: string, at = host) =>
      askFor(store, clock.now(), { repository: `${at}/${path}`, reference }, limits),
    /** Notes it and waits until it is answered. */
    wish: async (path: string, reference: string, at = host) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(`${at}/${path} ${reference}`, resolve);
      const outcome = await askFor(store, clock.now(), { repository: `${at}/${path}`, reference }, limits);
      if (outcome === "asked") {
        worker.poke();
        await promise;
      }
      return findWish(store, { repository: `${at}/${path}`, reference });
    },
  };
}

describe.each(storeKinds)("%s", (kind) => {
  test("a run of everything answers what was wished for, a run of one source does not", async () => {
    const { run, registry, note, answers, store } = await asking(kind);
    registry.put("os/desktop", { stable: image, nightly: buildImage() });
    await note("os/desktop", "nightly");
    await note("os/desktop", "nowhere");
    await note("os/slow", "down", "slow.example");
    await run("slow");
    expect(answers).toEqual([]);
    await run();
    const states = ["nightly", "nowhere"].map(async (reference) => {
      const wish = await findWish(store, { repository: `${host}/os/desktop`, reference });
      return [reference, wish?.state, wish?.waiting];
    });
    expect(await Promise.all(states)).toEqual([
      ["nightly", "found", false],
      ["nowhere", "absent", false],
    ]);
    expect(await findWish(store, { repository: "slow.example/os/slow", reference: "down" })).toMatchObject({
      waiting: false,
    });
    expect(answers).toHaveLength(3);
  });

  test("a tag of a repository that no listing has shown yet is found, and the repository with it", async () => {
    const { worker, registry, wish, answers, store, clock } = await asking(kind);
    registry.put("os/desktop", { nightly: image });
    worker.start();
    const name = `${host}/os/desktop`;
    expect(await wish("os/desktop", "nightly")).toMatchObject({
      state: "found",
      waiting: false,
      answeredAt: clock.now(),
    });
    expect(answers).toEqual([{ repository: name, reference: "nightly", state: "found" }]);
    expect((await tagsOf(store, name)).nightly).toMatchObject({
      digest: image.digest,
      followed: false,
      present: true,
      observedAt: clock.now(),
    });
    expect(await repositoryNamed(store, name)).toMatchObject({ state: "listed", sourceId: "os", kind: "edition" });
    const events = await eventsOf(store);
    expect(events).toContain(`repository.added ${name}`);
    expect(events).toContain(`image.indexed ${name}@${image.digest}`);
    expect(events).not.toContain(`tag.added ${name}:nightly`);
  });

  test("a tag that is found back at a build of the same time is older than what it named between", async () => {
    const { worker, registry, wish, store, clock } = await asking(kind);
    const next = buildMultiArch("asked for later");
    worker.start();
    const olderThan = async (nightly: typeof image) => {
      registry.put("os/desktop", { nightly });
      clock.advance(11 * minute);
      expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "found", answeredAt: clock.now() });
      return (await tagsOf(store, `${host}/os/desktop`)).nightly?.olderThan?.digest ?? null;
    };
    expect(await olderThan(image)).toBeNull();
    expect(await olderThan(next)).toBeNull();
    expect(await olderThan(image)).toBe(next.digest);
    expect(await olderThan(next)).toBeNull();
  });

  test("a channel that is wished for before its repository was looked at is announced once", async () => {
    const { worker, registry, wish, run, store } = await asking(kind);
    registry.put("os/desktop", { stable: image });
    worker.start();
    expect(await wish("os/desktop", "stable")).toMatchObject({ state: "found" });
    await run();
    const told = (await eventsOf(store)).filter((event) => event.startsWith("tag.") || event.startsWith("repository."));
    expect(told).toEqual([`repository.added ${host}/os/desktop`, `tag.added ${host}/os/desktop:stable`]);
  });

  test("a digest is found by itself, and when it was looked at is kept", async () => {
    const { worker, registry, wish, store, clock } = await asking(kind);
    registry.put("os/desktop", { nightly: image });
    worker.start();
    const [child] = image.children;
    expect(await wish("os/desktop", child?.digest ?? "")).toMatchObject({ state: "found" });
    const { repositoryImages } = store.t;
    const links = await store.db.select().from(repositoryImages);
    expect(links).toMatchObject([{ digest: child?.digest, observedAt: clock.now(), named: true }]);
    expect((await tagsOf(store, `${host}/os/desktop`)).nightly?.digest ?? null).toBeNull();
  });

  test("what the registry says is not there is absent, and leaves no repository behind", async () => {
    const { worker, registry, wish, store } = await asking(kind);
    registry.put("os/desktop", { stable: image });
    worker.start();
    expect(await wish("os/desktop", "no-such")).toMatchObject({ state: "absent", code: null });
    expect(await wish("os/desktop", `sha256:${"0".repeat(64)}`)).toMatchObject({ state: "absent" });
    expect(await wish("os/nothing", "latest")).toMatchObject({ state: "absent" });
    expect(await wish("undeclared/thing", "latest")).toMatchObject({ state: "absent" });
    const rows = await store.db.select().from(store.t.repositories);
    expect(rows.map(({ name }) => name)).not.toContain(`${host}/os/nothing`);
  });

  test("a look that failed says why, and is made again after ten minutes by the next question alone", async () => {
    const { worker, registry, wish, clock } = await asking(kind);
    registry.put("os/desktop", { nightly: image });
    registry.before(failing("rate-limited", ({ reference }) => reference === "nightly"));
    worker.start();
    expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "failed", code: "rate-limited" });
    clock.advance(9 * minute);
    registry.before(() => {});
    registry.calls.length = 0;
    expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "failed" });
    expect(registry.calls).toEqual([]);
    clock.advance(minute);
    expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "found", code: null, reason: null });
  });

  test("a found tag is looked at again after ten minutes, and its new image is indexed", async () => {
    const { worker, registry, wish, clock, store } = await asking(kind);
    registry.put("os/desktop", { nightly: image });
    worker.start();
    await wish("os/desktop", "nightly");
    const next = buildImage({ seed: "next" });
    registry.put("os/desktop", { nightly: next });
    clock.advance(10 * minute);
    expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "found" });
    expect((await tagsOf(store, `${host}/os/desktop`)).nightly).toMatchObject({ digest: next.digest });
    expect(await eventsOf(store)).toContain(`image.indexed ${host}/os/desktop@${next.digest}`);
  });

  test("a slow host keeps its own wishes waiting, and nobody else's", async () => {
    const { worker, registry, slow, note, wish } = await asking(kind);
    registry.put("os/desktop", { nightly: image });
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    onTestFinished(() => release());
    slow.before(() => held);
    for (let i = 0; i < 40; i++) expect(await note("os/slow", `tag-${i}`, "slow.example")).toBe("asked");
    worker.start();
    expect(await wish("os/desktop", "nightly")).toMatchObject({ state: "found" });
    // Two wishes, and the source's own repository.
    expect(slow.calls.filter(({ method }) => method === "lookAtTag")).toHaveLength(2);
    release();
  });

  test("wishes that a worker died over are answered by the next one", async () => {
    const { registry, note, store, clock, another } = await asking(kind);
    // It does not come back to what it lost, as the dead do not.
    const worker = another({ limits: { ...workerLimits, pollMs: 60 * minute } });
    registry.put("os/desktop", { nightly: image });
    const { promise: asked, resolve: wasAsked } = Promise.withResolvers<void>();
    let hang = true;
    registry.before(async ({ reference }, signal) => {
      if (reference !== "nightly" || !hang) return;
      hang = false;
      wasAsked();
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    await note("os/desktop", "nightly");
    worker.start();
    await asked;
    clock.advance(2 * minute);
    const next = another();
    const { promise: answered, resolve } = Promise.withResolvers<AnsweredWish>();
    next.onWishAnswered(resolve);
    next.start();
    expect(await answered).toMatchObject({ state: "found" });
    const [row] = await store.db.select().from(store.t.wishes).where(eq(store.t.wishes.reference, "nightly"));
    expect(row).toMatchObject({ state: "found", dueAt: null, leaseUntil: null });
  });
});

// Verification over a fake registry: what is found, kept and judged, what tells of it, and what it costs in requests.
import { asc, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { readEvidence } from "../../../db/evidence.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { keyBundle, signStatement } from "../../kit/signing/scenes.ts";
import { type StoreKind, storeKinds, type TestStore } from "../../kit/stores.ts";
import { failing, fakeRegistry } from "./fake-registry.ts";
import { minute, repositoryNamed, tagsOf, workerBench } from "./harness.ts";
import { builtOf, folderOf, host, name, path, planFor, signatureOf, signatureTag } from "./signing-bench.ts";

const alice = signingKey("alice");
const mallory = signingKey("mallory");
const image = buildMultiArch("signed", ["amd64", "arm64"]);
const next = buildMultiArch("next", ["amd64", "arm64"]);
const [amd64, arm64] = image.children;
if (amd64 === undefined || arm64 === undefined) throw new Error("the index has two images");

const signedBy = (...signers: readonly object[]) => ({
  registries: [{ host, dialect: "oci" }],
  sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
  trust: [{ id: "os", scopes: [host], signers }],
});
const byAlice = signedBy({ id: "alice", key: "keys/alice.pub" });
const files = { "keys/alice.pub": alice, "keys/mallory.pub": mallory };

async function verdictEvents({ db, t: { events } }: TestStore) {
  const rows = await db.select().from(events).where(eq(events.type, "verdict.changed")).orderBy(asc(events.id));
  return rows.map(({ subject, data }) => ({ subject, ...data }));
}

async function judged({ db, t: { judgements } }: TestStore) {
  const rows = await db.select().from(judgements);
  return new Map(rows.map((row) => [row.digest, row]));
}

async function looks({ db, t: { signatureLooks } }: TestStore) {
  const rows = await db.select().from(signatureLooks);
  return new Map(rows.map((row) => [row.digest, row]));
}

async function bench(kind: StoreKind, set = folderOf(byAlice, files)) {
  const registry = fakeRegistry(host);
  registry.put(path, { stable: image });
  const opened = await workerBench(kind, [registry]);
  const { worker } = opened;
  await worker.adopt(set);
  return { ...opened, registry, set, plan: (by = set) => planFor(opened.store, by, opened.clock.now()) };
}

describe.each(storeKinds)("%s", (kind) => {
  test("an index and its images that a policy's key signed are verified within one run", async () => {
    const { registry, run, store, plan, clock } = await bench(kind);
    for (const digest of [image.digest, amd64.digest, arm64.digest]) {
      registry.put(path, { [signatureTag(digest)]: signatureOf(alice, digest) });
    }
    expect((await run()).failures).toEqual([]);
    const { trust } = await plan();
    expect(trust).toMatchObject({
      verdict: "verified",
      manifests: { index: "verified", platform: "verified" },
      policy: "os",
      signers: [{ id: "alice", type: "key", format: "cosign-tag", accepted: true }],
      checkedAt: new Date(clock.now()).toISOString().replace(".000Z", "Z"),
    });
    expect((await repositoryNamed(store, name)).verdict).toBe("verified");
    expect((await tagsOf(store, name)).stable?.verdict).toBe("verified");
    expect(await verdictEvents(store)).toEqual([]);
    const kept = await readEvidence(store, [{ repositoryId: 1, subject: image.digest }]);
    expect(kept).toMatchObject([{ place: signatureTag(image.digest), shown: true, firstSeenAt: clock.now() }]);
  });

  test("nothing is asked again before its time, then once, and no byte comes twice", async () => {
    const { registry, run, worker, clock } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(alice, image.digest) });
    await run();
    registry.calls.length = 0;
    registry.referrerCalls.length = 0;
    await run();
    expect(registry.calls.map(({ method }) => method)).toEqual(["listTags", "lookAtTag"]);
    expect(registry.referrerCalls).toEqual([]);
    clock.advance(6 * 60 * minute);
    registry.calls.length = 0;
    await worker.runOnce();
    expect(registry.referrerCalls.toSorted()).toEqual([image.digest, amd64.digest, arm64.digest].toSorted());
    const asked = registry.calls.map(({ method, reference }) => `${method} ${reference}`);
    expect(asked.filter((call) => call.includes(".sig"))).toEqual([`lookAtTag ${signatureTag(image.digest)}`]);
    expect(registry.calls.filter(({ method }) => method === "readBlob" || method === "readManifest")).toEqual([]);
  });

  test("a signature in a bundle that refers to the image is found, and what holds none is read once", async () => {
    const { registry, run, plan, worker, clock } = await bench(kind);
    const sbom = buildImage({ seed: "no evidence" });
    const bundle = builtOf(bundleManifest(keyBundle(alice, signStatement(image.digest)), image.digest));
    registry.refer(path, image.digest, bundle, sbom);
    expect((await run()).failures).toEqual([]);
    const { trust } = await plan();
    expect(trust).toMatchObject({ verdict: "verified", signers: [{ id: "alice", format: "sigstore-bundle" }] });
    expect(trust.consumers.bootc.verdict).toBe("not-enforceable");
    registry.calls.length = 0;
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    expect(registry.calls.filter(({ method }) => method === "readManifest")).toEqual([]);
  });

  test.each(["refer", "referLater"] as const)(
    "what was looked at before anything came by the API is looked at again soon, though the image is verified (%s)",
    async (refer) => {
      const { registry, run, store, worker, clock } = await bench(kind);
      for (const { digest } of [amd64, arm64]) {
        registry[refer](path, digest, builtOf(bundleManifest(keyBundle(alice, signStatement(digest)), digest)));
      }
      await run();
      const first = (await looks(store)).get(image.digest);
      expect(first?.missingSince).toBe(first?.lookedAt);
      expect(first?.dueAt).toBeLessThan(clock.now() + 60 * minute);
      clock.advance((first?.dueAt ?? 0) - clock.now());
      await worker.runOnce();
      const second = (await looks(store)).get(image.digest);
      expect(second?.missingSince).toBeNull();
      expect(second?.dueAt).toBe(clock.now() + 6 * 60 * minute);
    },
  );

  test("an unsigned image blocks, is looked at again soon, and its signature is seen when its tag is listed", async () => {
    const { registry, run, store, plan, clock, worker } = await bench(kind);
    await run();
    expect(await plan()).toMatchObject({
      decision: "block",
      decisionReasons: ["NO_SIGNATURE"],
      trust: { verdict: "unsigned" },
    });
    const look = (await looks(store)).get(image.digest);
    expect(look?.recheckAt).toBe(clock.now() + 10 * minute);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(alice, image.digest) });
    clock.advance(minute);
    await worker.runOnce();
    expect((await plan()).trust.verdict).toBe("verified");
    const digest = image.digest;
    expect(await verdictEvents(store)).toEqual([
      { subject: `${name}:stable`, from: "unsigned", to: "verified", digest },
    ]);
    expect((await looks(store)).get(digest)?.missingSince).toBeNull();
  });

  test("a stranger's signature is not one: nobody knows whose it is", async () => {
    const { registry, run, plan } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(mallory, image.digest) });
    await run();
    expect(await plan()).toMatchObject({ decision: "block", trust: { manifests: { index: "invalid" } } });
  });

  test("a tag that moves to an unsigned image is told of within one run, before hosts break", async () => {
    const { registry, run, store, plan, clock, worker } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(alice, image.digest) });
    await run();
    registry.put(path, { stable: next });
    await run();
    expect(await plan()).toMatchObject({ decision: "block", trust: { verdict: "unsigned" } });
    const moved = { subject: `${name}:stable`, from: "verified", to: "unsigned", digest: next.digest };
    expect(await verdictEvents(store)).toEqual([moved]);
    expect((await repositoryNamed(store, name)).verdict).toBe("unsigned");
    // Back to an image whose verdict is known: in the same transaction as the move, without a look.
    registry.put(path, { stable: image });
    registry.referrerCalls.length = 0;
    clock.advance(minute);
    await worker.runOnce();
    expect((await verdictEvents(store)).slice(1)).toEqual([
      { subject: `${name}:stable`, from: "unsigned", to: "verified", digest: image.digest },
    ]);
    expect(registry.referrerCalls).toEqual([]);
  });

  test("a registry that fails leaves the verdict, and says since when", async () => {
    const { registry, run, store, plan, clock, worker } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(alice, image.digest) });
    await run();
    const checkedAt = (await plan()).trust.checkedAt;
    clock.advance(6 * 60 * minute);
    registry.before(failing("server-error", ({ method }) => method === "readReferrers"));
    const report = await worker.runOnce();
    expect(report.failures).toMatchObject([{ repository: name, stage: "verify", code: "server-error" }]);
    const { trust } = await plan();
    expect(trust).toMatchObject({ verdict: "verified", checkedAt });
    expect(trust.reasons.map(({ code }) => code)).toContain("REGISTRY_ERROR");
    expect((await looks(store)).get(image.digest)).toMatchObject({ failingSince: clock.now(), attempts: 1 });
    registry.before(() => {});
    await run();
    expect((await plan()).trust.reasons.map(({ code }) => code)).not.toContain("REGISTRY_ERROR");
    expect((await looks(store)).get(image.digest)).toMatchObject({ failingSince: null, attempts: 0 });
    expect(await verdictEvents(store)).toEqual([]);
  });

  test("a registry that fails before any look was complete is not unsigned", async () => {
    const { registry, run, plan } = await bench(kind);
    registry.before(failing("timeout", ({ method }) => method === "readReferrers"));
    await run();
    expect((await plan()).trust).toMatchObject({ verdict: "indeterminate", checkedAt: null });
  });

  test("a signature whose tag vanished counts, and consumers no longer see it", async () => {
    const { registry, run, store, plan, clock, worker } = await bench(kind);
    const signature = signatureOf(alice, image.digest);
    registry.put(path, { [signatureTag(image.digest)]: signature });
    for (const { digest } of [amd64, arm64]) {
      registry.put(path, { [signatureTag(digest)]: signatureOf(alice, digest) });
    }
    await run();
    const firstSeenAt = clock.now();
    expect((await plan()).trust.consumers.bootc.verdict).toBe("verified");
    registry.untag(path, ...[image, amd64, arm64].map(({ digest }) => signatureTag(digest)));
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    const { trust } = await plan();
    expect(trust.verdict).toBe("verified");
    expect(trust.consumers.bootc).toMatchObject({ verdict: "not-enforceable", reasons: [{ code: "SIGNATURE_GONE" }] });
    const kept = await readEvidence(store, [{ repositoryId: 1, subject: image.digest }]);
    expect(kept).toMatchObject([{ shown: false, firstSeenAt }]);
    expect(await verdictEvents(store)).toEqual([]);
    // It comes back: what was seen first was seen first.
    registry.put(path, { [signatureTag(image.digest)]: signature });
    clock.advance(minute);
    await worker.runOnce();
    const again = await readEvidence(store, [{ repositoryId: 1, subject: image.digest }]);
    expect(again).toMatchObject([{ shown: true, firstSeenAt }]);
  });

  test("new documents judge everything again without a request, before they are in force", async () => {
    const { registry, run, store, plan, worker } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(mallory, image.digest) });
    await run();
    expect((await plan()).trust.manifests.index).toBe("invalid");
    registry.calls.length = 0;
    registry.referrerCalls.length = 0;
    const both = folderOf(
      signedBy({ id: "alice", key: "keys/alice.pub" }, { id: "mallory", key: "keys/mallory.pub" }),
      files,
    );
    expect(await worker.adopt(both)).toMatchObject({ outcome: "adopted" });
    expect([...registry.calls, ...registry.referrerCalls]).toEqual([]);
    expect((await plan(both)).trust).toMatchObject({ verdict: "verified", manifests: { index: "verified" } });
    expect((await repositoryNamed(store, name)).verdict).toBe("verified");
    const row = (await judged(store)).get(image.digest);
    expect(row).toMatchObject({ verdict: "verified", policyDigest: (await plan(both)).trust.policyDigest });
    expect((await verdictEvents(store)).at(-1)).toMatchObject({ to: "verified", digest: image.digest });
    // And back.
    await worker.adopt(folderOf(byAlice, files));
    expect((await repositoryNamed(store, name)).verdict).not.toBe("verified");
    expect(registry.referrerCalls).toEqual([]);
  });

  test("a worker that lost its lease stores nothing", async () => {
    const { registry, store, clock, worker, another } = await bench(kind);
    registry.put(path, { [signatureTag(image.digest)]: signatureOf(alice, image.digest) });
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    registry.before(async ({ method }) => {
      if (method !== "readReferrers") return;
      reached.resolve();
      await held.promise;
    });
    const running = worker.runOnce();
    await reached.promise;
    // Killed, as far as anybody can tell; another takes over and finishes.
    registry.before(() => {});
    clock.advance(10 * minute);
    const report = await another().runOnce();
    expect(report.failures).toEqual([]);
    const version = (await looks(store)).get(image.digest)?.version;
    expect((await judged(store)).get(image.digest)?.verdict).toBe("verified");
    held.resolve();
    await running;
    expect((await looks(store)).get(image.digest)?.version).toBe(version);
  });
});

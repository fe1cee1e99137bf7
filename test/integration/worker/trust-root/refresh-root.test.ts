// Refreshing the public-good root in a catalog: when it is asked for, what a newer one does to verdicts, and what no failure does.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { policySetInForce } from "../../../../db/policy-sets.ts";
import { findTarget } from "../../../../db/targets.ts";
import { readRootRefresh } from "../../../../db/trust-root-refreshes.ts";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import { planImage } from "../../../../policies/plan/plan-image.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import { digestOf } from "../../../../policies/words/digest.ts";
import { parseReference } from "../../../../policies/words/reference.ts";
import { fetchRoot } from "../../../../worker/trust-root/fetch-root.ts";
import type { RootFetcher } from "../../../../worker/trust-root/refresh-root.ts";
import { defaultVerifyLimits } from "../../../../worker/verify/verify-limits.ts";
import { buildMultiArch } from "../../../kit/registries/build-image.ts";
import { createTestHttpClient } from "../../../kit/registries/open-test-registry.ts";
import { makeAuthority, trustedRootOf } from "../../../kit/signing/authority.ts";
import { layersManifest } from "../../../kit/signing/cosign.ts";
import { cosignPayload } from "../../../kit/signing/payloads.ts";
import { keyless, keylessSignature, workflow } from "../../../kit/signing/scenes.ts";
import { type StoreKind, storeKinds, type TestStore } from "../../../kit/stores.ts";
import { startTufRepository, type TufRepository } from "../../../kit/tuf-repository.ts";
import { fakeRegistry } from "../fake-registry.ts";
import { minute, workerBench } from "../harness.ts";
import { builtOf, folderOf, host, name, path, signatureTag } from "../signing-bench.ts";

const [ours, others] = [makeAuthority("ours"), makeAuthority("others")];
const rootOf = (authority: typeof ours) => Buffer.from(JSON.stringify(trustedRootOf(authority)));
const [oursRoot, othersRoot] = [rootOf(ours), rootOf(others)];
const image = buildMultiArch("signed", ["amd64"]);
const issuer = "https://token.example";

/** Signed by a workflow whose certificate the authority `ours` gave. */
const documents = folderOf({
  registries: [{ host, dialect: "oci" }],
  sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
  trust: [{ id: "os", scopes: [host], signers: [{ id: "ci", identity: { issuer, subject: workflow } }] }],
});

type Repository = TufRepository & { readonly asked: () => number };

async function served(): Promise<Repository> {
  const repository = await startTufRepository();
  onTestFinished(() => repository.fake.close());
  return { ...repository, asked: () => repository.fake.count(/timestamp\.json/) };
}

async function catalog(kind: StoreKind, repository: TufRepository, shipped: Buffer = othersRoot) {
  const registry = fakeRegistry(host);
  registry.put(path, { stable: image });
  const signer = keyless(ours, { issuer });
  for (const digest of [image.digest, ...image.children.map((child) => child.digest)]) {
    const layer = keylessSignature(signer, { payload: cosignPayload(name, digest) });
    registry.put(path, { [signatureTag(digest)]: builtOf(layersManifest([layer])) });
  }
  const http = createTestHttpClient();
  http.declare([{ origin: new URL(repository.url).origin, addresses: "loopback" }]);
  onTestFinished(() => http.close());
  const fetch: RootFetcher = (kept, stop) => fetchRoot(http, repository, kept, defaultVerifyLimits, stop);
  const options = { fetchRoot: fetch, shippedRoot: { root: shipped, anchor: repository.anchor } };
  const bench = await workerBench(kind, [registry], options);
  await bench.worker.adopt(documents);
  await bench.run();
  return { ...bench, registry, options };
}

/** As a server answers: by the documents and the root in force. */
async function trustOf(store: TestStore, now: number) {
  const parsed = parseReference(`${name}:stable`);
  const inForce = await policySetInForce(store);
  if (parsed.outcome === "invalid" || inForce === undefined) throw new Error("nothing is in force");
  const { repository, tag, digest } = parsed.reference;
  const target = await findTarget(store, { repository, tag, digest, architecture: "amd64", from: null });
  if (target?.image == null) throw new Error("it is not in the catalog");
  const request = { reference: parsed.reference, architecture: "amd64", from: null, verbose: false };
  const policies = indexPolicies(inForce.set, inForce.publicGood);
  const { repository: row, tag: tagRow } = target;
  const made = makePlan({
    now,
    policies,
    request,
    repository: row,
    tag: tagRow,
    image: planImage(target.image),
    from: null,
  });
  return made.plan.trust;
}

describe.each(storeKinds)("%s", (kind) => {
  test("a newer root is in force, with every verdict made again from the store, without a request", async () => {
    const repository = await served();
    repository.publish(oursRoot);
    const { store, worker, clock, registry, log } = await catalog(kind, repository);
    expect((await trustOf(store, clock.now())).verdict).toBe("invalid");
    const requests = registry.calls.length;

    worker.start();
    await vi.waitFor(async () => expect(await readRootRefresh(store)).toBeDefined(), 5_000);
    expect(repository.asked()).toBe(0);
    clock.advance(6 * minute);
    await vi.waitFor(
      async () => expect((await policySetInForce(store))?.publicGood?.digest).toBe(digestOf(oursRoot)),
      10_000,
    );

    const trust = await trustOf(store, clock.now());
    expect(trust).toMatchObject({ verdict: "verified", trustRootDigest: digestOf(oursRoot) });
    expect(registry.calls.length).toBe(requests);
    expect(await readRootRefresh(store)).toMatchObject({
      root: { digest: digestOf(oursRoot) },
      refreshedAt: clock.now(),
      failingSince: null,
      dueAt: clock.now() + defaultVerifyLimits.rootIntervalMs,
    });
    expect((await policySetInForce(store))?.set.digest).toBe(documents.digest);
    expect(log.map(({ message }) => message)).toContain("a new public-good trust root is in force");
  });

  test("a root that lost an authority takes its signatures' verdicts back, and says so by events", async () => {
    const repository = await served();
    repository.publish(othersRoot);
    const { store, worker, clock } = await catalog(kind, repository, oursRoot);
    expect((await trustOf(store, clock.now())).verdict).toBe("verified");
    worker.start();
    await vi.waitFor(async () => expect(await readRootRefresh(store)).toBeDefined(), 5_000);
    clock.advance(6 * minute);
    await vi.waitFor(
      async () => expect((await policySetInForce(store))?.publicGood?.digest).toBe(digestOf(othersRoot)),
      10_000,
    );
    expect((await trustOf(store, clock.now())).verdict).toBe("invalid");
    const { events } = store.t;
    const changes = (await store.db.select().from(events)).filter(({ type }) => type === "verdict.changed");
    expect(changes.at(-1)).toMatchObject({ subject: `${name}:stable`, data: { from: "verified", to: "invalid" } });
  });

  test("without a network the root in force stays, and it is said since when", async () => {
    const repository = await served();
    const { store, worker, clock, log } = await catalog(kind, repository, oursRoot);
    await repository.fake.close();
    worker.start();
    await vi.waitFor(async () => expect(await readRootRefresh(store)).toBeDefined(), 5_000);
    clock.advance(6 * minute);
    await vi.waitFor(async () => expect((await readRootRefresh(store))?.failingSince).not.toBeNull(), 10_000);
    const since = (await readRootRefresh(store))?.failingSince ?? 0;
    expect(since).toBe(clock.now());
    clock.advance(61 * minute);
    await vi.waitFor(() => expect(log.filter(({ level }) => level === "warn")).toHaveLength(2), 10_000);
    expect((await readRootRefresh(store))?.failingSince).toBe(since);
    expect(log.filter(({ level }) => level === "warn").at(-1)).toMatchObject({
      message: expect.stringContaining("the one in force stays"),
      fields: { code: "unreachable", since: new Date(since).toISOString() },
    });
    expect((await trustOf(store, clock.now())).verdict).toBe("verified");
  });

  test("an older root never replaces a newer one, nor does the one that a restart brings", async () => {
    const repository = await served();
    repository.publish(othersRoot);
    const old = repository.saved();
    repository.publish(oursRoot);
    const { store, worker, another, clock, log, options } = await catalog(kind, repository);
    worker.start();
    await vi.waitFor(async () => expect(await readRootRefresh(store)).toBeDefined(), 5_000);
    clock.advance(6 * minute);
    await vi.waitFor(
      async () => expect((await policySetInForce(store))?.publicGood?.digest).toBe(digestOf(oursRoot)),
      10_000,
    );
    for (const [file, bytes] of old) repository.files.set(file, bytes);
    clock.advance(25 * 60 * minute);
    await vi.waitFor(() => expect(log.some(({ fields }) => fields.code === "not-trusted")).toBe(true), 10_000);
    expect((await policySetInForce(store))?.publicGood?.digest).toBe(digestOf(oursRoot));
    await worker.stop();

    const restarted = another(options);
    expect((await restarted.adopt(documents)).outcome).toBe("same");
    expect((await policySetInForce(store))?.publicGood?.digest).toBe(digestOf(oursRoot));
  });

  test("one worker of many asks, and none where it is switched off", async () => {
    const repository = await served();
    repository.publish(oursRoot);
    const { store, worker, another, clock, options } = await catalog(kind, repository);
    const off = another({ ...options, verifyLimits: { ...defaultVerifyLimits, rootIntervalMs: 0 } });
    off.start();
    await off.stop();
    expect(await readRootRefresh(store)).toBeUndefined();
    const second = another(options);
    worker.start();
    second.start();
    await vi.waitFor(async () => expect(await readRootRefresh(store)).toBeDefined(), 5_000);
    clock.advance(6 * minute);
    await vi.waitFor(async () => expect((await readRootRefresh(store))?.refreshedAt).not.toBeNull(), 10_000);
    clock.advance(2 * minute);
    await Promise.all([worker.stop(), second.stop()]);
    expect(repository.asked()).toBe(1);
  });
});

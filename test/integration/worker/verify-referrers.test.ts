// Where a registry lists a bundle, over time: under the fallback tag, beside an API, by the API, and back; and who sees it.
import { describe, expect, onTestFinished, test } from "vitest";
import { shippedRoot } from "../../../bin/verify/shipped-root.ts";
import { verifyKept } from "../../../bin/verify/verify-kept.ts";
import { readEvidence } from "../../../db/evidence.ts";
import { findVerification } from "../../../db/verifications.ts";
import { registriesOver } from "../../../worker/open-registries.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { buildReferrersIndex } from "../../kit/registries/build-artifact.ts";
import { buildImage } from "../../kit/registries/build-image.ts";
import { startMemoryRegistry } from "../../kit/registries/memory-registry.ts";
import { createTestHttpClient, testRegistryLimits } from "../../kit/registries/open-test-registry.ts";
import { type ReferrersWay, startReferrersFront } from "../../kit/registries/referrers-front.ts";
import { testServer } from "../../kit/server.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { keyBundle, signStatement } from "../../kit/signing/scenes.ts";
import { type StoreKind, storeKinds } from "../../kit/stores.ts";
import { minute, workerBench } from "./harness.ts";
import { builtOf, folderOf, path, planFor, signatureOf, signatureTag } from "./signing-bench.ts";

const [alice, mallory] = [signingKey("alice"), signingKey("mallory")];
const image = buildImage({ seed: "referred" });
const fallbackTag = image.digest.replace(":", "-");
const hour = 60 * minute;

const nothing: ReferrersWay = { way: "page", lists: "nothing" };
const all: ReferrersWay = { way: "page", lists: "all" };
const noApi: ReferrersWay = { way: "pass" };

async function open(kind: StoreKind, signer = alice) {
  const registry = await startMemoryRegistry();
  const front = await startReferrersFront(registry.url);
  const client = createTestHttpClient();
  const clock = { now: () => 0 };
  const registries = registriesOver(client, {
    limits: testRegistryLimits,
    credentials: () => undefined,
    now: () => clock.now(),
  });
  const bench = await workerBench(kind, [], { registries });
  clock.now = bench.clock.now;
  onTestFinished(async () => {
    await client.close();
    await front.close();
    await registry.close();
  });
  const { host } = front;
  const name = `${host}/${path}`;
  const bundle = builtOf(bundleManifest(keyBundle(signer, signStatement(image.digest)), image.digest));
  registry.contents.push(path, image, "stable");
  registry.contents.push(path, buildReferrersIndex([bundle]), fallbackTag);
  const set = folderOf(
    {
      registries: [{ host, dialect: "oci", plainHttp: true, requestsPerSecond: 1_000 }],
      sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
      trust: [{ id: "os", scopes: [host], signers: [{ id: "alice", key: "keys/alice.pub" }] }],
    },
    { "keys/alice.pub": alice },
  );
  await bench.worker.adopt(set);
  const { store, worker } = bench;
  return {
    ...{ ...bench, registry, name, set },
    /** What the catalog says once it has looked again, `afterMs` later. */
    async look(way: ReferrersWay, afterMs = 7 * hour) {
      front.answer(way);
      bench.clock.advance(afterMs);
      const { failures } = await worker.runOnce();
      const { trust } = await planFor(store, set, bench.clock.now(), `${name}:stable`);
      const verification = await findVerification(store, name, image.digest);
      const rows = await readEvidence(store, [{ repositoryId: 1, subject: image.digest }]);
      const { cosign } = trust.consumers;
      return {
        verdict: trust.verdict,
        cosign: [cosign.verdict, ...cosign.reasons.map(({ code }) => code)].join(" "),
        found: verification?.evidence.found.map(({ place, shown }) => `${place.via}${shown ? "" : " gone"}`),
        rows: Object.fromEntries(rows.filter(({ shown }) => shown).map((row) => [row.place, row.source.via])),
        firstSeen: [...new Set(verification?.evidence.found.map(({ firstSeenAt }) => firstSeenAt))],
        failures: failures.length,
      };
    },
  };
}

const seenByTag = {
  verdict: "verified",
  cosign: "verified",
  found: ["referrers"],
  rows: { referrers: "referrers-tag" },
};
const seenByApi = { ...seenByTag, rows: { referrers: "referrers-api" } };
const unseen = {
  ...{ verdict: "verified", cosign: "not-enforceable FORMAT_UNSEEN_BY_CONSUMER" },
  ...{ found: ["fallback-tag"], rows: { "fallback-tag": "referrers-tag" } },
};

describe.each(storeKinds)("%s", (kind) => {
  test("a bundle under the fallback tag is nothing to cosign once the registry has an API that does not list it", async () => {
    const { look } = await open(kind);
    const first = await look(noApi);
    expect(first).toMatchObject({ ...seenByTag, failures: 0 });
    const second = await look(nothing);
    expect(second).toMatchObject({ ...unseen, failures: 0 });
    // Until the API lists it, too.
    const third = await look(all);
    expect(third).toMatchObject({ ...seenByApi, failures: 0 });
    expect(await look(nothing)).toMatchObject(unseen);
    expect([second.firstSeen, third.firstSeen]).toEqual([first.firstSeen, first.firstSeen]);
    expect(first.firstSeen).toHaveLength(1);
  });

  test("its kept evidence says where it stands, and is judged as before that was told apart", async () => {
    const { look, store, clock, name } = await open(kind);
    await look(nothing);
    const server = testServer(store, { now: clock.now });
    await server.refresh();
    const answer = (await (await server.get(`/api/v1/images/${image.digest}/evidence?repository=${name}`)).json()) as {
      readonly items: readonly object[];
    };
    expect(answer.items).toMatchObject([
      { place: { via: "fallback-tag" }, source: { via: "referrers-tag", tag: fallbackTag }, shown: true },
    ]);
    const again = (file: object) =>
      verifyKept({
        ...{ name: "saved.json", bytes: Buffer.from(JSON.stringify(file)), signer: null, policyDigest: null },
        ...{ repository: null, root: undefined, shippedRoot: shippedRoot(), limits: defaultSignatureLimits },
        now: clock.now(),
      });
    const kept = await again(answer);
    expect(kept).toMatchObject({ verdict: "verified", signatures: [{ accepted: true, shown: true }] });
    // As it was written before: one place for all referrers.
    const old = { place: { via: "referrers" }, source: { via: "referrers-api" } };
    expect(await again({ ...answer, items: answer.items.map((item) => ({ ...item, ...old })) })).toEqual(kept);
    await expect(again({ ...answer, items: [...answer.items, ...answer.items] })).rejects.toMatchObject({
      code: "changed-file",
    });
  });

  test("it is seen again where the API goes away: at once, and alone when that is believed", async () => {
    const { look } = await open(kind);
    expect(await look(nothing)).toMatchObject(unseen);
    // The API was seen: that it is gone is doubted, and cosign, who asks today, reads the tag.
    const doubted = await look(noApi);
    expect(doubted).toMatchObject({ verdict: "verified", cosign: "verified", failures: 1 });
    expect(doubted.found?.toSorted()).toEqual(["fallback-tag", "referrers"]);
    expect(await look(noApi, 24 * hour)).toMatchObject({ ...seenByTag, failures: 0 });
  });

  test("an API that gives evidence and then fails for a while changes nothing for cosign", async () => {
    const { look } = await open(kind);
    expect(await look(all)).toMatchObject(seenByApi);
    const failed = await look({ way: "status", status: 405 });
    expect(failed).toMatchObject({ verdict: "verified", cosign: "verified", failures: 1 });
    expect(await look(all)).toMatchObject({ ...seenByApi, failures: 0 });
  });

  test("an API that refuses keeps cosign from the fallback tag", async () => {
    const { look } = await open(kind);
    expect(await look({ way: "status", status: 405 })).toMatchObject({ ...unseen, failures: 0 });
    expect(await look(noApi)).toMatchObject(seenByTag);
  });

  test("what the API lists beyond its first page is no less proof that there is an API", async () => {
    const { look } = await open(kind);
    const further = { found: ["unread-referrers"], rows: { "unread-referrers": "referrers-api" }, failures: 0 };
    expect(await look({ ...all, next: true })).toMatchObject({ ...further, cosign: unseen.cosign });
    // Three days later, and in a new process as well, it is not believed to be gone.
    expect(await look(noApi, 72 * hour)).toMatchObject({ verdict: "verified", failures: 1 });
    expect(await look(all)).toMatchObject({ ...seenByApi, failures: 0 });
  });

  test("a stranger's bundle under a tag that cosign does not read hides no .sig tag from it", async () => {
    const { look, registry, name } = await open(kind, mallory);
    registry.contents.push(path, signatureOf(alice, image.digest, name), signatureTag(image.digest));
    expect(await look(noApi)).toMatchObject({ verdict: "verified", cosign: unseen.cosign });
    expect(await look(nothing)).toMatchObject({ verdict: "verified", cosign: "verified" });
    expect(await look(all)).toMatchObject({ verdict: "verified", cosign: unseen.cosign });
  });
});

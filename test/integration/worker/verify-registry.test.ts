// Verification against Debian's docker-registry and a lookaside, over the guarded HTTP client, with every request counted.
import { createServer } from "node:http";
import { afterEach, describe, expect, type TestContext, test } from "vitest";
import { eventsAfter } from "../../../db/events.ts";
import { findVerification } from "../../../db/verifications.ts";
import { lookasidesOver } from "../../../worker/find-signatures/read-lookaside.ts";
import type { HttpClient } from "../../../worker/http/http.ts";
import { registriesOver } from "../../../worker/open-registries.ts";
import { buildReferrersIndex } from "../../kit/registries/build-artifact.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import {
  type DockerRegistryOptions,
  registryPassword,
  registryUser,
  startDockerRegistry,
} from "../../kit/registries/docker-registry.ts";
import { createTestHttpClient, testRegistryLimits } from "../../kit/registries/open-test-registry.ts";
import { basicAuthorization, pushImage } from "../../kit/registries/push.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { openpgpKey, signedMessage } from "../../kit/signing/openpgp.ts";
import { openpgpPayload } from "../../kit/signing/payloads.ts";
import { keyBundle, signStatement } from "../../kit/signing/scenes.ts";
import { storeKinds } from "../../kit/stores.ts";
import { minute, workerBench } from "./harness.ts";
import { builtOf, folderOf, path, planFor, signatureOf, signatureTag } from "./signing-bench.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const alice = signingKey("alice");
const files = { "keys/alice.pub": alice };
const image = buildMultiArch("pushed", ["amd64", "arm64"]);

function documentsOf(host: string, more: { readonly registry?: object; readonly signers?: readonly object[] } = {}) {
  return {
    registries: [{ host, dialect: "oci", plainHttp: true, requestsPerSecond: 1_000, ...more.registry }],
    sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
    trust: [{ id: "os", scopes: [host], signers: more.signers ?? [{ id: "alice", key: "keys/alice.pub" }] }],
  };
}

/** Paths of all requests. */
function counting(http: HttpClient): { readonly http: HttpClient; readonly requests: string[] } {
  const requests: string[] = [];
  return {
    requests,
    http: {
      ...http,
      request: (request, signal) => {
        requests.push(`${request.method} ${request.url.pathname}`);
        return http.request(request, signal);
      },
    },
  };
}

async function open(context: TestContext, kind: (typeof storeKinds)[number], options: DockerRegistryOptions = {}) {
  const server = await startDockerRegistry(context, options);
  const client = createTestHttpClient();
  ends.push(server.stop, () => client.close());
  const { http, requests } = counting(client);
  const registries = registriesOver(http, {
    limits: testRegistryLimits,
    credentials: () =>
      options.password ? { outcome: "set", username: registryUser, password: registryPassword } : undefined,
    now: Date.now,
  });
  const bench = await workerBench(kind, [], { registries, lookasides: lookasidesOver(http, Date.now) });
  const target = { url: server.url, ...(options.password ? { authorization: basicAuthorization } : {}) };
  await pushImage(target, path, image, ["stable"]);
  return { ...bench, requests, target, host: server.host, name: `${server.host}/${path}` };
}

describe.each(storeKinds)("%s", (kind) => {
  test("tags, and bundles by the fallback tag, are found with one request for each thing that is there", async (context) => {
    const { worker, store, clock, requests, target, host, name } = await open(context, kind);
    const set = folderOf(documentsOf(host), files);
    await pushImage(target, path, signatureOf(alice, image.digest, name), [signatureTag(image.digest)]);
    const [amd64] = image.children;
    if (amd64 === undefined) throw new Error("the index has an image");
    const bundle = builtOf(bundleManifest(keyBundle(alice, signStatement(amd64.digest)), amd64.digest));
    await pushImage(target, path, buildReferrersIndex([bundle]), [amd64.digest.replace(":", "-")]);
    await worker.adopt(set);
    const report = await worker.runOnce();
    expect(report.failures).toEqual([]);
    const { trust } = await planFor(store, set, clock.now(), `${name}:stable`);
    expect(trust).toMatchObject({ verdict: "verified", manifests: { index: "verified", platform: "verified" } });
    expect(trust.signers.map(({ format }) => format).toSorted()).toEqual(["cosign-tag", "sigstore-bundle"]);
    // What the listing does not show costs nothing: of three manifests, one has a tag and one a fallback tag.
    const evidence = requests.filter((request) => request.includes("/manifests/sha256-"));
    expect(evidence.toSorted()).toEqual(
      [signatureTag(image.digest), amd64.digest.replace(":", "-")]
        .map((tag) => `GET /v2/${path}/manifests/${tag}`)
        .toSorted(),
    );
    requests.length = 0;
    clock.advance(60 * minute);
    await worker.runOnce();
    expect(requests.filter((request) => !/tags\/list|manifests\/stable/.test(request))).toEqual([]);
  });

  test("OpenPGP signatures are read from a lookaside until one is missing", async (context) => {
    const { worker, store, clock, host, name } = await open(context, kind);
    const signer = await openpgpKey("lookaside");
    const message = await signedMessage(openpgpPayload(name, image.digest), signer);
    const asked: string[] = [];
    const lookaside = createServer((request, response) => {
      asked.push(request.url ?? "");
      const isThere = request.url === `/sigs/${path}@${image.digest.replace(":", "=")}/signature-1`;
      response.writeHead(isThere ? 200 : 404).end(isThere ? message : "no such file");
    });
    const listening = Promise.withResolvers<void>();
    lookaside.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    ends.push(() => new Promise((done) => lookaside.close(done)));
    const address = lookaside.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const base = `http://127.0.0.1:${address.port}/sigs`;
    const documents = documentsOf(host, { signers: [{ id: "release", openpgp: "keys/release.asc", lookaside: base }] });
    const set = folderOf(documents, { "keys/release.asc": { pem: signer.armored } });
    await worker.adopt(set);
    expect((await worker.runOnce()).failures).toEqual([]);
    const { trust } = await planFor(store, set, clock.now(), `${name}:stable`);
    expect(trust).toMatchObject({
      verdict: "verified",
      signers: [{ id: "release", type: "openpgp", format: "openpgp-lookaside" }],
    });
    // One that is there and one that is not for the index, and one for each of its images.
    expect(asked).toHaveLength(4);
    await new Promise((done) => lookaside.close(done));
    clock.advance(7 * 60 * minute);
    const report = await worker.runOnce();
    expect(report.failures).toMatchObject([{ stage: "verify", code: "unreachable" }]);
    expect((await planFor(store, set, clock.now(), `${name}:stable`)).trust.verdict).toBe("verified");
  });

  test("what was read with credentials is told of to nobody", async (context) => {
    const { worker, store, clock, target, host, name } = await open(context, kind, { password: true });
    const credentials = { username: "ALICE_USER", password: "ALICE_PASS" };
    const set = folderOf(documentsOf(host, { registry: { credentials } }), files);
    await worker.adopt(set);
    await worker.runOnce();
    await pushImage(target, path, signatureOf(alice, image.digest, name), [signatureTag(image.digest)]);
    clock.advance(60 * minute);
    await worker.runOnce();
    const verification = await findVerification(store, name, image.digest);
    expect(verification).toMatchObject({ repository: { private: true }, evidence: { found: [{ shown: true }] } });
    const all = await store.db.select().from(store.t.events);
    expect(all.map(({ type }) => type)).toContain("verdict.changed");
    expect(await eventsAfter(store, 0, 100)).toEqual([]);
  });
});

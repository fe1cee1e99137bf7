// Verifications, signatures, attestations and evidence of a digest in a repository: each route against its schema.
import { describe, expect, onTestFinished, test } from "vitest";
import { shippedRoot } from "../../../bin/verify/shipped-root.ts";
import { verifyKept } from "../../../bin/verify/verify-kept.ts";
import { evidenceSizes, repositoriesHolding } from "../../../db/verifications.ts";
import { createClient } from "../../../openapi/client.ts";
import { digestOf } from "../../../policies/words/digest.ts";
import { boundedItems } from "../../../server/api/evidence-answer.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import {
  AttestationPage,
  Evidence,
  SignaturePage,
  shownMax,
  showVerifications,
  Verifications,
} from "../../../server/api/verification-schemas.ts";
import type { ServerLimits } from "../../../server/server-limits.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { bazzite, bazziteIndex, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, testServer } from "../../kit/server.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { cosignPayload } from "../../kit/signing/payloads.ts";
import { keySignature } from "../../kit/signing/scenes.ts";
import { openTestStore, type StoreKind, storeKinds } from "../../kit/stores.ts";
import { failing } from "../worker/fake-registry.ts";
import { minute } from "../worker/harness.ts";
import { builtOf, path, signatureOf, signatureTag } from "../worker/signing-bench.ts";
import {
  alice,
  amd64,
  copy,
  image,
  keylessImage,
  keylessName,
  name,
  secret,
  signedCatalog,
  signedDocuments,
  signedFolder,
} from "./signed-catalog.ts";

const parts = ["verifications", "signatures", "attestations", "evidence"] as const;

async function serve(kind: StoreKind, limits: Partial<ServerLimits> = {}) {
  const bench = await signedCatalog(kind);
  const server = testServer(bench.store, { now: bench.clock.now, limits });
  await server.refresh();
  const ask = (part: (typeof parts)[number], repository = name, digest: string = image.digest, more = "") =>
    server.get(`/api/v1/images/${digest}/${part}?repository=${repository}${more}`);
  return { ...bench, server, ask };
}

describe.each(storeKinds)("%s", (kind) => {
  test("the verifications of a digest name each signature with its signer, and what was attested", async () => {
    const { ask, clock } = await serve(kind);
    const response = await ask("verifications");
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(response.headers.get("etag")).toMatch(/^"/);
    const body = await bodyOf(Verifications, response);
    expect(body).toMatchObject({
      digest: image.digest,
      repository: name,
      verdict: "verified",
      reasons: [],
      policy: "os",
      trustRootDigest: null,
      checkedAt: new Date(clock.now()).toISOString().replace(".000Z", "Z"),
      signatureCount: 2,
      attestationCount: 2,
    });
    expect(body.policyDigest).toMatch(/^sha256:/);
    const [byAlice, byMallory] = body.signatures;
    expect(byAlice).toMatchObject({
      format: "cosign-tag",
      manifest: image.digest,
      valid: true,
      reasons: [],
      signer: { id: "alice", type: "key", fingerprint: alice.fingerprint, issuer: null, subject: null },
      accepted: true,
      signedIdentity: name,
      transparencyLog: null,
      timestamp: null,
      firstSeen: body.checkedAt,
    });
    expect(byMallory).toMatchObject({ valid: false, signer: null, accepted: false });
    expect(byMallory?.reasons.map(({ code }) => code)).toEqual(["SIGNATURE_ERROR"]);
    expect(body.attestations[0]).toMatchObject({
      predicateType: "https://slsa.dev/provenance/v1",
      valid: true,
      accepted: true,
      subjectMatches: true,
      builder: "https://forge.example/builder",
      sourceRepository: "https://forge.example/os/desktop",
      sourceRevision: "c".repeat(40),
    });
    expect(body.attestations[1]).toMatchObject({ predicateType: "https://spdx.dev/Document", accepted: false });
  });

  test("an identity's certificate, log entry and timestamp are shown, and the root it rests on", async () => {
    const { ask, rootDigest } = await serve(kind);
    const body = await bodyOf(Verifications, await ask("verifications", keylessName, keylessImage.digest));
    expect(body).toMatchObject({ verdict: "verified", trustRootDigest: rootDigest });
    const byFormat = new Map(body.signatures.map((signature) => [signature.format, signature]));
    expect(byFormat.get("cosign-tag")).toMatchObject({
      signer: { id: "ci", type: "identity", issuer: "https://token.example" },
      accepted: true,
      transparencyLog: { integratedTime: "2024-05-06T07:08:09Z" },
    });
    expect(byFormat.get("sigstore-bundle")).toMatchObject({ accepted: true, timestamp: "2024-05-06T07:08:09Z" });
  });

  test("it speaks of exactly that digest: a platform's manifest has its own", async () => {
    const { ask } = await serve(kind);
    const body = await bodyOf(Verifications, await ask("verifications", name, amd64.digest));
    // The policy wants provenance, which is of the index alone.
    expect(body).toMatchObject({ digest: amd64.digest, verdict: "untrusted" });
    expect(body.reasons.map(({ code }) => code)).toEqual(["ATTESTATION_MISSING"]);
    const [arm64] = image.children.slice(1);
    const unsigned = await bodyOf(Verifications, await ask("verifications", name, arm64?.digest));
    expect(unsigned).toMatchObject({ verdict: "unsigned", signatures: [], attestations: [] });
  });

  test("the same digest in a repository that nobody speaks for has another verdict", async () => {
    const { ask } = await serve(kind);
    const body = await bodyOf(Verifications, await ask("verifications", copy));
    expect(body).toMatchObject({ verdict: "unsigned", policy: null, policyDigest: null, signatures: [] });
  });

  test.each(parts)("%s without a repository is a question of which: private ones are none", async (part) => {
    const { server } = await serve(kind);
    const response = await server.get(`/api/v1/images/${image.digest}/${part}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const refused = await bodyOf(ProblemSchema, response);
    expect(refused).toMatchObject({
      type: "/problems/invalid-parameter",
      candidates: [copy, name],
      errors: [{ field: "repository" }],
    });
    const nowhere = await server.get(`/api/v1/images/${digestOf("nothing")}/${part}`);
    expect(nowhere.status).toBe(400);
    expect(await nowhere.json()).toMatchObject({ candidates: [] });
  });

  test.each(parts)("%s of a private repository is answered like one that nobody has", async (part) => {
    const { ask } = await serve(kind);
    const hidden = await ask(part, secret);
    const unknown = await ask(part, secret.replace("secret", "nobody"));
    expect(hidden.status).toBe(404);
    expect([...hidden.headers]).toEqual([...unknown.headers]);
    expect((await hidden.text()).replaceAll("secret", "nobody")).toBe(await unknown.text());
  });

  test("no answer about a public repository tells of private ones", async () => {
    const { ask } = await serve(kind);
    for (const part of parts) expect(await (await ask(part)).text()).not.toContain("secret");
  });

  test.each([
    {
      title: "a digest that the repository does not hold",
      digest: digestOf("nothing"),
      query: `repository=${name}`,
      status: 404,
    },
    { title: "no digest", digest: "latest", query: `repository=${name}`, status: 400 },
    { title: "no repository's name", digest: image.digest, query: "repository=desktop", status: 400 },
    {
      title: "a parameter that there is not",
      digest: image.digest,
      query: `repository=${name}&verbose=1`,
      status: 400,
    },
    { title: "two repositories", digest: image.digest, query: `repository=${name}&repository=${copy}`, status: 400 },
  ])("$title is refused", async ({ digest, query, status }) => {
    const { server } = await serve(kind);
    for (const part of parts) {
      const response = await server.get(`/api/v1/images/${digest}/${part}?${query}`);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test("a look that was never complete is indeterminate, and the next one is seen", async () => {
    const { ask, registry, worker, clock, server } = await serve(kind);
    const next = buildMultiArch("next", ["amd64"]);
    registry.put(path, { stable: next });
    registry.before(failing("unreachable", ({ method }) => method === "readReferrers"));
    clock.advance(60 * minute);
    await worker.runOnce();
    await server.refresh();
    const failed = await bodyOf(Verifications, await ask("verifications", name, next.digest));
    expect(failed).toMatchObject({ verdict: "indeterminate", checkedAt: null });
    expect(failed.unknown?.map(({ field }) => field)).toEqual(["checkedAt"]);
    registry.before(() => {});
    registry.put(path, { [signatureTag(next.digest)]: signatureOf(alice, next.digest) });
    clock.advance(60 * minute);
    await worker.runOnce();
    await server.refresh();
    const seen = await bodyOf(Verifications, await ask("verifications", name, next.digest));
    expect(seen).toMatchObject({ verdict: "untrusted", signatureCount: 1 });
  });

  test("an answer ends where time alone changes it", async () => {
    const { ask, clock, registry, worker, server } = await serve(kind);
    const next = buildMultiArch("by the next key", ["amd64"]);
    const nextKey = signingKey("next");
    registry.put(path, { stable: next, [signatureTag(next.digest)]: signatureOf(nextKey, next.digest) });
    await worker.adopt(signedFolder({ trust: signedDocuments.trust.map((each) => ({ ...each, attestations: [] })) }));
    clock.advance(60 * minute);
    await worker.runOnce();
    await server.refresh();
    expect(await bodyOf(Verifications, await ask("verifications", name, next.digest))).toMatchObject({
      verdict: "verified",
    });
    // Thirty seconds before the key is revoked, no cache may keep it for a minute.
    const revokedAt = Date.parse("2026-11-20T12:00:00Z");
    clock.advance(revokedAt - clock.now() - 30_000);
    const late = await ask("verifications", name, next.digest);
    expect(late.headers.get("cache-control")).toBe("public, max-age=30");
    clock.advance(30_000);
    const revoked = await bodyOf(Verifications, await ask("verifications", name, next.digest));
    expect(revoked).toMatchObject({ verdict: "untrusted" });
    expect(revoked.reasons.map(({ code }) => code)).toEqual(["KEY_REVOKED"]);
  });

  test("pages of signatures and attestations meet without gap or overlap", async () => {
    const { ask, registry, worker, clock, server } = await serve(kind);
    const layers = Array.from({ length: 7 }, (_, i) => keySignature(alice, cosignPayload(name, image.digest, { i })));
    registry.put(path, { [signatureTag(image.digest)]: builtOf(layersManifest(layers)) });
    clock.advance(7 * 60 * minute);
    await worker.runOnce();
    await server.refresh();
    const all = await bodyOf(SignaturePage, await ask("signatures"));
    expect(all).toMatchObject({ digest: image.digest, repository: name, next: null });
    expect(all.items).toHaveLength(9);
    // Those that were there before, and are shown no more, come first: they were seen first.
    expect(all.items.map(({ shown }) => shown)).toEqual([false, false, ...layers.map(() => true)]);
    const paged: string[] = [];
    let next: string | null = null;
    do {
      const response: Response = await ask(
        "signatures",
        name,
        image.digest,
        `&limit=4${next === null ? "" : `&cursor=${next}`}`,
      );
      const page: Awaited<ReturnType<typeof SignaturePage.parse>> = await bodyOf(SignaturePage, response);
      expect(response.headers.get("link") === null).toBe(page.next === null);
      paged.push(...page.items.map(({ evidence }) => evidence));
      next = page.next;
    } while (next !== null);
    expect(paged).toEqual(all.items.map(({ evidence }) => evidence));
    const attested = await bodyOf(AttestationPage, await ask("attestations", name, image.digest, "&limit=1"));
    expect(attested.items).toHaveLength(1);
    expect(attested.next).not.toBeNull();
    const wrong = await ask("signatures", name, image.digest, "&cursor=bm8");
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ type: "/problems/invalid-cursor" });
  });

  test("the evidence has every byte, document and key by its digest, and the times of first sight", async () => {
    const { ask, set } = await serve(kind);
    const evidence = await bodyOf(Evidence, await ask("evidence"));
    expect(evidence).toMatchObject({
      digest: image.digest,
      repository: name,
      policy: "os",
      looked: true,
      failure: null,
    });
    expect(evidence.items).toHaveLength(4);
    for (const { carrier, blob, source, problem, firstSeen } of evidence.items) {
      expect(evidence.manifests[carrier ?? ""]).toBeDefined();
      expect(evidence.blobs[blob ?? ""]).toBeDefined();
      expect(source).toMatchObject({ via: "tag" });
      expect({ problem, firstSeen }).toEqual({ problem: null, firstSeen: evidence.checkedAt });
    }
    for (const [digest, bytes] of Object.entries({ ...evidence.manifests, ...evidence.blobs })) {
      expect(digestOf(Buffer.from(bytes, "base64"))).toBe(digest);
    }
    expect(evidence.files.map(({ name: file }) => file)).toEqual(["keys/alice.pub", "keys/next.pub"]);
    expect(evidence.files.map(({ content }) => content)).toEqual(
      ["keys/alice.pub", "keys/next.pub"].map((file) => set.files[file]?.content),
    );
    expect(digestOf(evidence.trustRoot?.content ?? "")).toBe(evidence.trustRoot?.digest);
    // The scope of a private registry stands in the same document.
    expect(evidence.documents[0]?.document.scopes).toEqual([name]);
    expect(evidence.unknown).toEqual([expect.objectContaining({ field: "documents" })]);
  });

  test("evidence is bounded: a large attestation is left out and named, the signatures are there", async () => {
    const { ask } = await serve(kind, { evidenceMaxBytes: 20_000 });
    const evidence = await bodyOf(Evidence, await ask("evidence"));
    const held = { ...evidence.manifests, ...evidence.blobs };
    const sizes = Object.values(held).map((bytes) => Buffer.from(bytes, "base64").length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20_000);
    const missing = evidence.items.filter(({ blob }) => evidence.blobs[blob ?? ""] === undefined);
    expect(missing).toMatchObject([{ kind: "attestation" }]);
    expect(evidence.unknown?.map(({ field }) => field)).toContain(`blobs.${missing[0]?.blob}`);
  });

  test("evidence that nobody has in memory costs its asker as much as it is large", async () => {
    const { ask } = await serve(kind, { rateMax: 1 });
    expect((await ask("evidence")).status).toBe(200);
    expect((await ask("evidence")).status).toBe(200);
    const refused = await ask("evidence", name, amd64.digest);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    // What a cache can answer is not limited.
    expect((await ask("verifications", name, amd64.digest)).status).toBe(200);
  });

  test("the typed client asks for them", async () => {
    const { server } = await serve(kind);
    const client = createClient({
      baseUrl: "http://localhost",
      fetch: async (request) => server.app.fetch(request),
    });
    const given = { params: { path: { digest: image.digest }, query: { repository: name } } };
    const { data } = await client.GET("/api/v1/images/{digest}/verifications", given);
    expect(data?.signatures[0]?.signer?.id).toBe("alice");
    const evidence = await client.GET("/api/v1/images/{digest}/evidence", given);
    expect(evidence.data?.items).toHaveLength(4);
    const page = await client.GET("/api/v1/images/{digest}/attestations", given);
    expect(page.data?.items).toHaveLength(2);
  });

  test("the queries: who holds a digest, by name and bounded, and how large evidence is", async () => {
    const { store } = await serve(kind);
    expect(await repositoriesHolding(store, image.digest, 1)).toEqual([copy]);
    expect(await repositoriesHolding(store, image.digest, 10)).toEqual([copy, name]);
    const payload = cosignPayload(name, image.digest);
    const digest = digestOf(payload);
    expect(await evidenceSizes(store, [digest, digestOf("nothing")])).toEqual(new Map([[digest, payload.length]]));
  });
});

test.each(storeKinds)("%s: what nobody looked at yet is pending, in the evidence too", async (kind) => {
  const store = await openTestStore(kind);
  onTestFinished(() => store.close());
  await seed(store);
  const server = testServer(store);
  await server.refresh();
  const get = (part: string) => server.get(`/api/v1/images/${bazziteIndex.digest}/${part}?repository=${bazzite}`);
  const answer = await bodyOf(Verifications, await get("verifications"));
  expect(answer).toMatchObject({ verdict: "pending", reasons: [{ code: "PENDING" }], checkedAt: null, signatures: [] });
  expect(answer.unknown?.map(({ field }) => field)).toEqual(["checkedAt", "recheckAt"]);
  const evidence = await bodyOf(Evidence, await get("evidence"));
  expect(evidence).toMatchObject({ looked: false, items: [], manifests: {}, blobs: {}, trustRoot: null });
  const kept = await verifyKept({
    ...{ name: "f", bytes: Buffer.from(JSON.stringify(evidence)), signer: null, policyDigest: null, root: undefined },
    ...{ repository: null, shippedRoot: shippedRoot(), limits: defaultSignatureLimits, now: server.clock.now },
  });
  // Scopes of a private registry are not shown, and without them nobody can say whose policy it is.
  const { policy: _, policyDigest: __, unknown: ___, ...same } = answer;
  expect(kept).toMatchObject({ ...same, policy: null, policyDigest: null });
});

test("of more evidence than anybody has, signatures are kept, in their order", () => {
  const found = Array.from({ length: 10_050 }, (_, i) => ({
    finding: { kind: i % 2 === 0 ? "attestation" : "signature" },
  }));
  const items = boundedItems(found as never);
  expect(items).toHaveLength(10_000);
  expect(items.filter(({ finding }) => finding.kind === "signature")).toHaveLength(5_025);
  expect(items.slice(0, 4).map(({ finding }) => finding.kind)).toEqual([
    "attestation",
    "signature",
    "attestation",
    "signature",
  ]);
  expect(boundedItems(found.slice(0, 10_000) as never)).toHaveLength(10_000);
});

test("of a thousand strangers' signatures, those that count are shown", () => {
  const signature = (evidence: string, accepted: boolean) => ({ format: "cosign-tag", evidence, accepted });
  const signatures = Array.from({ length: shownMax + 5 }, (_, i) => signature(String(i), i === shownMax + 4));
  const shown = showVerifications({ signatures, attestations: [] } as never);
  expect(shown.signatures).toHaveLength(shownMax);
  expect(shown.signatures[0]?.evidence).toBe(String(shownMax + 4));
  expect(shown.signatureCount).toBe(shownMax + 5);
});

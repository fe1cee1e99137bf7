// Verifying without a catalog, against a registry over HTTP: what is found, what the exit code says, and a live plan.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../../bin/config.ts";
import { createLogger } from "../../../bin/logging.ts";
import { askRegistry } from "../../../bin/resolve/ask-registry.ts";
import { readRoot, readSigner, type TrustOptions } from "../../../bin/verify/given-trust.ts";
import { shippedRoot } from "../../../bin/verify/shipped-root.ts";
import { exitOfVerified, type VerifiedImage } from "../../../bin/verify/verified.ts";
import { verifyLive } from "../../../bin/verify/verify-live.ts";
import { buildReferrersIndex } from "../../kit/registries/build-artifact.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { sendOciError, startFake } from "../../kit/registries/fake-server.ts";
import { type MemoryRegistryOptions, registryHandler } from "../../kit/registries/memory-registry.ts";
import { createContents } from "../../kit/registries/registry-contents.ts";
import { makeAuthority, trustedRootOf } from "../../kit/signing/authority.ts";
import { bundleManifest } from "../../kit/signing/bundle.ts";
import { layersManifest } from "../../kit/signing/cosign.ts";
import { signingKey } from "../../kit/signing/keys.ts";
import { cosignPayload } from "../../kit/signing/payloads.ts";
import { keyBundle, keyless, keylessBundle, keySignature, signStatement, workflow } from "../../kit/signing/scenes.ts";
import { builtOf, folderOf, path, signatureTag } from "../worker/signing-bench.ts";

const alice = signingKey("alice");
const mallory = signingKey("mallory");
const image = buildMultiArch("live", ["amd64", "arm64"]);
const [amd64, arm64] = image.children;
if (amd64 === undefined || arm64 === undefined) throw new Error("the index has two images");
const now = Date.UTC(2026, 10, 20, 10);

const ends: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-verify-"));
});
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
  await rm(folder, { recursive: true, force: true });
});

type Terms = { readonly trust?: readonly object[]; readonly registry?: object };

async function open(options: MemoryRegistryOptions = {}) {
  const contents = createContents();
  const answers = registryHandler(contents, options);
  const requests: string[] = [];
  let broken: RegExp | undefined;
  const server = await startFake((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (broken?.test(request.url ?? "")) sendOciError(response, 500, "UNKNOWN");
    else void answers(request, response);
  });
  ends.push(() => server.close());
  const host = new URL(server.url).host;
  const name = `${host}/${path}`;
  contents.push(path, image, "stable");
  const byAlice = [{ id: "os", scopes: [host], signers: [{ id: "alice", key: "keys/alice.pub" }] }];
  const policies = ({ trust = byAlice, registry = {} }: Terms = {}) =>
    folderOf(
      {
        registries: [{ host, dialect: "oci", plainHttp: true, requestsPerSecond: 1_000, ...registry }],
        sources: [{ id: "os", registry: host, repositories: [path], kind: "edition", tags: { channels: ["stable"] } }],
        trust,
      },
      { "keys/alice.pub": alice },
    );
  const config = readConfig({ SIGNALBOX_HTTP_ATTEMPTS: "1" });
  const outside = { config, environment: {}, log: createLogger("silent"), now: () => now, version: "0.0.0" };
  const verify = async (target = `${name}:stable`, terms: Terms = {}, given: TrustOptions = {}) =>
    verifyLive(policies(terms), outside, new AbortController().signal, {
      target,
      architecture: "amd64",
      signer: await readSigner(given),
      root: (await readRoot(given)) ?? shippedRoot(),
    });
  const imageOf = async (...asked: Parameters<typeof verify>): Promise<VerifiedImage> => {
    const answer = await verify(...asked);
    if (answer.outcome !== "image") throw new Error(JSON.stringify(answer));
    return answer.image;
  };
  const sign = (digest: string, key = alice, reference = name) =>
    contents.push(
      path,
      builtOf(layersManifest([keySignature(key, cosignPayload(reference, digest))])),
      signatureTag(digest),
    );
  return {
    ...{ contents, requests, host, name, policies, outside, verify, imageOf, sign },
    breakAt: (pattern: RegExp) => {
      broken = pattern;
    },
  };
}

async function fileOf(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe("by the trust documents", () => {
  test("index and platform are judged each for itself, and each signature is shown", async () => {
    const { imageOf, sign, name, host } = await open();
    for (const digest of [image.digest, amd64.digest]) sign(digest);
    const shown = await imageOf();
    expect(shown).toMatchObject({
      ref: `${name}:stable`,
      repository: name,
      tag: "stable",
      digest: image.digest,
      platform: { architecture: "amd64", digest: amd64.digest },
      verdict: "verified",
      reasons: [],
      manifests: { index: "verified", platform: "verified" },
      policy: "os",
      checkedAt: "2026-11-20T10:00:00Z",
      recheckAt: null,
      consumers: { bootc: { verdict: "verified" }, podman: { verdict: "verified" } },
    });
    expect(shown.signatures).toMatchObject([
      { manifest: image.digest, signer: { id: "alice" }, accepted: true, firstSeen: "2026-11-20T10:00:00Z" },
      { manifest: amd64.digest, signer: { id: "alice" }, accepted: true },
    ]);
    expect(shown.signatures[0]?.signedIdentity).toBe(`${host}/${path}`);
  });

  test.each([
    { title: "unsigned", key: undefined, verdict: "unsigned", code: 1 },
    { title: "signed by a stranger", key: mallory, verdict: "invalid", code: 1 },
    { title: "signed by the policy's key", key: alice, verdict: "verified", code: 0 },
  ])("$title: $verdict, and the program ends with $code", async ({ key, verdict, code }) => {
    const { verify, sign } = await open();
    if (key !== undefined) for (const digest of [image.digest, amd64.digest]) sign(digest, key);
    const answer = await verify();
    expect(answer).toMatchObject({ outcome: "image", image: { verdict } });
    expect(exitOfVerified(answer)).toBe(code);
  });

  test("an architecture that the index has not leaves the index to be judged", async () => {
    const { outside, policies, name, sign } = await open();
    sign(image.digest);
    const question = { target: `${name}:stable`, architecture: "riscv64", signer: null, root: shippedRoot() };
    const answer = await verifyLive(policies(), outside, new AbortController().signal, question);
    expect(answer).toMatchObject({ image: { verdict: "verified", platform: null } });
  });

  test("an architecture may have the kernel's name, and has to be one", async () => {
    const { outside, policies, name } = await open();
    const ask = (architecture: string) => {
      const question = { target: `${name}:stable`, architecture, signer: null, root: shippedRoot() };
      return verifyLive(policies(), outside, new AbortController().signal, question);
    };
    expect(await ask("x86_64")).toMatchObject({ image: { platform: { architecture: "amd64", digest: amd64.digest } } });
    await expect(ask("amd 64")).rejects.toMatchObject({ code: "wrong-use" });
  });

  test("a reference by digest speaks of that manifest", async () => {
    const { imageOf, sign, name } = await open();
    sign(arm64.digest);
    expect(await imageOf(`docker://${name}@${arm64.digest}`)).toMatchObject({
      tag: null,
      digest: arm64.digest,
      verdict: "verified",
      manifests: { index: null, platform: "verified" },
    });
  });

  test("a mirror's signatures are those of what it mirrors", async () => {
    const { imageOf, sign } = await open();
    sign(image.digest, alice, "registry.example/team/os/desktop");
    const trust = [{ id: "os", scopes: ["registry.example"], signers: [{ id: "alice", key: "keys/alice.pub" }] }];
    const terms = { trust, registry: { mirrorOf: "registry.example/team" } };
    expect(await imageOf(undefined, terms)).toMatchObject({ verdict: "verified", policy: "os" });
    expect(await imageOf(undefined, { trust })).toMatchObject({ verdict: "indeterminate", policy: null });
  });

  test("what the registry does not have ends with 1, what cannot be asked with 3", async () => {
    const { verify, name, breakAt, sign } = await open();
    const absent = await verify(`${name}:nothing`);
    expect(absent).toMatchObject({ outcome: "problem", problem: { type: "/problems/unknown-reference" } });
    expect(exitOfVerified(absent)).toBe(1);
    sign(image.digest);
    breakAt(/referrers|manifests\/sha256-/);
    const failed = await verify();
    expect(failed).toMatchObject({ image: { verdict: "indeterminate", checkedAt: null } });
    expect(exitOfVerified(failed)).toBe(3);
    breakAt(/./);
    const away = await verify();
    expect(away.outcome).toBe("problem");
    expect(exitOfVerified(away)).toBe(3);
  });

  test("no reference is wrong use", async () => {
    const { verify } = await open();
    await expect(verify("desktop")).rejects.toMatchObject({ code: "wrong-use" });
  });
});

describe("what is found", () => {
  const bundleOf = (digest: string, key = alice) =>
    builtOf(bundleManifest(keyBundle(key, signStatement(digest)), digest));

  test.each([
    { title: "the referrers API", options: { referrers: "api" } as const, via: "api" },
    { title: "the fallback tag, where there is no API", options: {}, via: "tag" },
    { title: "the fallback tag beside an API that lists nothing", options: { referrers: "api" } as const, via: "tag" },
  ])("bundles by $title", async ({ options, via }) => {
    const { contents, imageOf } = await open(options);
    const bundle = bundleOf(image.digest);
    const { subject, ...bare } = JSON.parse(bundle.bytes.toString());
    expect(subject.digest).toBe(image.digest);
    if (via === "api") contents.push(path, bundle);
    else {
      // A registry that took it before it had the API: without a subject, it is in the tag's index alone.
      const old = layerOnly(bare, bundle.blobs);
      contents.push(path, buildReferrersIndex([old]), image.digest.replace(":", "-"));
    }
    const shown = await imageOf();
    expect(shown).toMatchObject({ verdict: "verified", signatures: [{ format: "sigstore-bundle", accepted: true }] });
  });

  test("the API and the fallback tag together: what either shows counts once", async () => {
    const { contents, imageOf } = await open({ referrers: "api" });
    const byAlice = bundleOf(image.digest);
    const byMallory = bundleOf(image.digest, mallory);
    const { subject: _, ...bare } = JSON.parse(byMallory.bytes.toString());
    contents.push(path, byAlice);
    contents.push(
      path,
      buildReferrersIndex([byAlice, layerOnly(bare, byMallory.blobs)]),
      image.digest.replace(":", "-"),
    );
    const { signatures } = await imageOf();
    expect(signatures.map(({ accepted }) => accepted).toSorted()).toEqual([false, true]);
  });

  test("cosign's experiment with OCI 1.1: simple signing in a referrer of an old artifact type", async () => {
    const { contents, imageOf, name } = await open({ referrers: "api" });
    const referrer = { artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json", subject: image.digest };
    contents.push(path, builtOf(layersManifest([keySignature(alice, cosignPayload(name, image.digest))], referrer)));
    const shown = await imageOf();
    expect(shown).toMatchObject({ verdict: "verified", signatures: [{ format: "cosign-referrer", accepted: true }] });
    // Neither bootc nor podman look there.
    expect(shown.consumers.bootc.verdict).toBe("not-enforceable");
    expect(shown.consumers.bootc.reasons.map(({ code }) => code)).toContain("FORMAT_UNSEEN_BY_CONSUMER");
  });
});

/** The same manifest with other members, as a registry holds it. */
function layerOnly(manifest: object, blobs: ReturnType<typeof builtOf>["blobs"]) {
  const bytes = Buffer.from(JSON.stringify(manifest));
  return builtOf({ bytes, blobs: new Map(blobs.map((each) => [each.digest, each.bytes])) });
}

describe("by a key or an identity that is given", () => {
  test("the key alone counts, whatever documents say", async () => {
    const { imageOf, sign } = await open();
    sign(image.digest, mallory);
    const key = await fileOf("mallory.pub", mallory.pem);
    expect(await imageOf(undefined, {}, { key })).toMatchObject({ verdict: "verified", policy: "given" });
    const other = await fileOf("alice.pub", alice.pem);
    expect(await imageOf(undefined, {}, { key: other })).toMatchObject({ verdict: "invalid" });
  });

  test("an identity under a trusted root: name and issuer to the letter, but for *", async () => {
    const { contents, imageOf } = await open({ referrers: "api" });
    const authority = makeAuthority("live");
    const bundle = keylessBundle(keyless(authority), { payload: signStatement(image.digest) });
    contents.push(path, builtOf(bundleManifest(bundle, image.digest)));
    const trustedRoot = await fileOf("root.json", JSON.stringify(trustedRootOf(authority)));
    const given = { certificateIdentity: workflow, certificateOidcIssuer: "https://token.example", trustedRoot };
    expect(await imageOf(undefined, {}, given)).toMatchObject({
      verdict: "verified",
      signatures: [{ signer: { type: "identity", issuer: "https://token.example", subject: workflow } }],
    });
    const wrong = [
      { ...given, certificateIdentity: workflow.replace(".", "x") },
      { ...given, certificateIdentity: workflow.slice(0, -1) },
      { ...given, certificateOidcIssuer: "https://token.example.evil" },
    ];
    for (const each of wrong) expect(await imageOf(undefined, {}, each)).toMatchObject({ verdict: "untrusted" });
    const { trustedRoot: _, ...shipped } = given;
    expect((await imageOf(undefined, {}, shipped)).verdict).not.toBe("verified");
  });

  test.each([
    { title: "half an identity", given: { certificateIdentity: "a" }, says: "needs --certificate-identity and" },
    { title: "a key and an identity", given: { key: "k", certificateIdentity: "a" }, says: "not both" },
    { title: "a key that is not there", given: { key: "/nowhere/k.pub" }, says: "/nowhere/k.pub cannot be read" },
    {
      title: "no issuer's address",
      given: { certificateIdentity: "a", certificateOidcIssuer: "token" },
      says: "the identity cannot be used",
    },
    { title: "no trusted root", given: { trustedRoot: "package.json" }, says: "is no trusted root" },
    { title: "no key", given: { key: "package.json" }, says: "is not one public key" },
  ])("$title is wrong use", async ({ given, says }) => {
    const { verify } = await open();
    await expect(verify(undefined, {}, given)).rejects.toMatchObject({
      code: "wrong-use",
      message: expect.stringContaining(says),
    });
  });
});

test("a live plan has the verdict, the files for the host and the command that enforces it", async () => {
  const { sign, policies, outside, name } = await open();
  const asked = { target: `${name}:stable`, arch: "amd64", from: undefined, host: undefined, verbose: false };
  const ask = () => askRegistry(policies(), outside, new AbortController().signal, asked);
  expect(await ask()).toMatchObject({
    plan: {
      decision: "block",
      decisionReasons: expect.arrayContaining(["NO_SIGNATURE"]),
      trust: { verdict: "unsigned" },
    },
  });
  for (const digest of [image.digest, amd64.digest]) sign(digest);
  const answer = await ask();
  if (answer.outcome !== "plan") throw new Error(JSON.stringify(answer));
  expect(answer.plan.trust).toMatchObject({ verdict: "verified", signers: [{ id: "alice" }] });
  expect(answer.plan.trust.hostFiles.map((file) => file.path)).toContain("/etc/containers/policy.json");
});

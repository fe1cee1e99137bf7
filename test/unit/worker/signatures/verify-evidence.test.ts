// Every form of signature and attestation as it should be, and what is then known of it.
import { describe, expect, test } from "vitest";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import type { Evidence } from "../../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { type GivenTrust, verifyEvidence } from "../../../../worker/signatures/verify-evidence.ts";
import { makeAuthority, signedAtMs, trustedRootOf } from "../../../kit/signing/authority.ts";
import { type BundleJson, bundleManifest, signEnvelope } from "../../../kit/signing/bundle.ts";
import { extension, generalName } from "../../../kit/signing/certificate.ts";
import { attestationLayer, type Layer, layersManifest, signatureLayer } from "../../../kit/signing/cosign.ts";
import {
  image,
  onlyEvidence,
  publicKeyOf,
  readPushed,
  referrer,
  repository,
  rootOf,
  trust,
} from "../../../kit/signing/evidence.ts";
import { type Hash, type KeyKind, signBytes, signingKey } from "../../../kit/signing/keys.ts";
import { cosignPayload, predicates, predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { bodies, promisedEntry } from "../../../kit/signing/rekor.ts";
import {
  keyAttestation,
  keyBundle,
  keyless,
  keylessAttestation,
  keylessBundle,
  keylessMessage,
  keylessSignature,
  keySignature,
  loggedKeySignature,
  signStatement,
  workflow,
} from "../../../kit/signing/scenes.ts";
import { timestampOf } from "../../../kit/signing/timestamp.ts";

const kit = makeAuthority();
const stranger = makeAuthority("stranger");
const root = rootOf(trustedRootOf(kit));
const strangersRoot = rootOf(trustedRootOf(stranger), "stranger");
const key = signingKey("release");
const otherKey = signingKey("other");
const signer = keyless(kit);

const ours = trust({ keys: [publicKeyOf(key)], roots: [root] });
const rootAlone = trust({ roots: [root] });

const legacy = (layer: Layer): Evidence => onlyEvidence(readPushed(layersManifest([layer])));
const bundled = (bundle: BundleJson, predicateType: string | null = predicateTypes.signature): Evidence =>
  onlyEvidence(readPushed(bundleManifest(bundle, image, { predicateType }), referrer));
const verify = (evidence: Evidence, given: GivenTrust = ours): Promise<SignatureFinding> =>
  verifyEvidence(evidence, given, signedAtMs, defaultSignatureLimits);
const codes = (finding: SignatureFinding): readonly string[] => finding.reasons.map(({ code }) => code);

describe("a signature by a key that was given", () => {
  const kinds: readonly (readonly [KeyKind, Hash, string])[] = [
    ["p256", "sha256", "ecdsa-p256-sha256"],
    ["p384", "sha384", "ecdsa-p384-sha384"],
    ["p384", "sha256", "ecdsa-p384-sha256"],
    ["p521", "sha512", "ecdsa-p521-sha512"],
    ["ed25519", "sha256", "ed25519"],
    ["rsa2048", "sha256", "rsa-pkcs1v15-2048-sha256"],
    ["rsa3072", "sha512", "rsa-pkcs1v15-3072-sha512"],
    ["rsa4096", "sha256", "rsa-pkcs1v15-4096-sha256"],
  ];
  test.each(kinds)("holds in both formats for %s with %s", async (kind, hash, algorithm) => {
    const maker = signingKey("kinds", kind);
    const given = trust({ keys: [publicKeyOf(otherKey), publicKeyOf(maker)] });
    const payload = cosignPayload(repository, image);
    for (const evidence of [
      legacy(keySignature(maker, payload, hash)),
      bundled(keyBundle(maker, signStatement(), hash)),
    ]) {
      expect(await verify(evidence, given)).toMatchObject({
        valid: true,
        reasons: [],
        kind: "signature",
        manifest: image,
        signature: { holds: true, algorithm },
        signer: { type: "key", fingerprint: maker.fingerprint, foundIn: "given" },
        times: [],
        log: [],
        trustRoot: null,
      });
    }
  });

  test("says what it says of which image", async () => {
    const payload = cosignPayload("index.docker.io/library/os:44", image, { creator: "kit", timestamp: 1 });
    expect((await verify(legacy(keySignature(key, payload)))).claims).toEqual({
      type: "simple-signing",
      digest: image,
      reference: "index.docker.io/library/os:44",
      repository: "docker.io/library/os",
      tag: "44",
      creator: "kit",
      createdAtMs: 1000,
    });
  });

  test("is whole with a promise of the log, which proves its time", async () => {
    expect(await verify(legacy(loggedKeySignature(key, { authority: kit })))).toMatchObject({
      valid: true,
      signer: { foundIn: "given" },
      times: [{ from: "log", atMs: signedAtMs, authority: "https://rekor.kit.example" }],
      log: [{ kind: "hashedrekord", version: "0.0.1", promise: "holds", body: "holds", logIndex: 20_000_000 }],
      trustRoot: { name: "kit", digest: root.digest },
    });
  });

  test("has its log entry judged by the root that is up to date, of two that list the log", async () => {
    const stale = trustedRootOf(kit);
    for (const log of stale.tlogs) log.publicKey.validFor.end = new Date(signedAtMs - 1).toISOString();
    const given = trust({ keys: [publicKeyOf(key)], roots: [rootOf(stale, "stale"), root] });
    const finding = await verify(legacy(loggedKeySignature(key, { authority: kit })), given);
    expect([finding.valid, finding.trustRoot?.name]).toEqual([true, "kit"]);
  });

  test("counts though a certificate beside it does not hold", async () => {
    const layer = keySignature(key);
    const certificate = keyless(stranger).certificate;
    const evidence = legacy(signatureLayer(layer.blob, signBytes(key, layer.blob), { certificate }));
    expect(await verify(evidence)).toMatchObject({
      valid: true,
      attached: { certificate: true },
      signer: { type: "key" },
    });
  });
});

describe("a signature by nobody that is known", () => {
  test("is of the key that a proven log entry carries", async () => {
    expect(await verify(legacy(loggedKeySignature(otherKey, { authority: kit })), rootAlone)).toMatchObject({
      valid: true,
      signer: { type: "key", fingerprint: otherKey.fingerprint, foundIn: "log" },
    });
  });

  test("cannot be judged from a hint: anybody can write one", async () => {
    const bundle = keyBundle(key);
    const finding = await verify(bundled(bundle), trust({ keys: [publicKeyOf(otherKey)], roots: [root] }));
    expect(finding).toMatchObject({
      valid: null,
      signature: { holds: null },
      signer: null,
      claims: null,
      tried: { keys: [otherKey.fingerprint], trustRoots: [root.digest] },
    });
    expect(codes(finding)).toEqual(["SIGNATURE_ERROR"]);
  });

  test("cannot be judged from the key in an entry that no log has proven", async () => {
    const finding = await verify(legacy(loggedKeySignature(otherKey, { authority: stranger })), rootAlone);
    expect([finding.valid, codes(finding)]).toEqual([null, ["SIGNATURE_ERROR"]]);
  });

  test("may be by a given key of a kind that is not supported", async () => {
    const given = trust({ unsupportedKeys: ["sha256:00"] });
    const finding = await verify(legacy(keySignature(key)), given);
    expect([finding.valid, codes(finding)]).toEqual([null, ["ALG_UNSUPPORTED"]]);
  });
});

describe("a signature by a certificate", () => {
  test("names the holder in every format and kind of log entry", async () => {
    const bundles = (["v1 dsse", "v1 intoto", "v1 hashedrekord", "v2 dsse", "v2 hashedrekord"] as const).map((entry) =>
      bundled(keylessBundle(signer, { entry })),
    );
    for (const evidence of [legacy(keylessSignature(signer)), ...bundles]) {
      expect(await verify(evidence, rootAlone)).toMatchObject({
        valid: true,
        reasons: [],
        signer: {
          type: "identity",
          issuer: "https://token.example",
          subjects: [{ type: "uri", value: workflow }],
          fingerprint: signer.key.fingerprint,
        },
        times: [{ atMs: signedAtMs }],
        log: [{ body: "holds" }],
        trustRoot: { name: "kit" },
      });
    }
  });

  test.each(["0.1", "0.2", "0.3"] as const)("is read from a bundle of version %s", async (bundleVersion) => {
    const bundle = keylessBundle(signer, { version: bundleVersion });
    expect(await verify(bundled(bundle), rootAlone)).toMatchObject({ valid: true, bundleVersion });
    expect(await verify(legacy(keylessSignature(signer)), rootAlone)).not.toHaveProperty("bundleVersion");
  });

  test.each([
    ["email", generalName.email("release@os.example"), "release@os.example"],
    ["dns", generalName.dns("os.example"), "os.example"],
    ["other", generalName.userName("builder!os.example"), "builder!os.example"],
  ] as const)("names its holder by %s", async (type, name, value) => {
    const holder = keyless(kit, { names: [name] });
    expect((await verify(legacy(keylessSignature(holder)), rootAlone)).signer).toMatchObject({
      subjects: [{ type, value }],
    });
  });

  test("gives Fulcio's extensions by their names", async () => {
    const extensions = [
      extension.fulcioText(2, "push"),
      extension.fulcioText(12, "https://forge.example/os/desktop"),
      extension.fulcioText(14, "refs/heads/main"),
      extension.fulcioText(20, "push"),
    ];
    const holder = keyless(kit, { extensions });
    expect((await verify(legacy(keylessSignature(holder)), rootAlone)).signer).toMatchObject({
      extensions: {
        sourceRepositoryURI: "https://forge.example/os/desktop",
        sourceRepositoryRef: "refs/heads/main",
        buildTrigger: "push",
      },
    });
  });

  test("holds by a timestamp beside the promise, and then both are times", async () => {
    const layer = keylessSignature(signer, {
      proofs: (signature, entry) => ({ entry, timestamp: timestampOf(signature, signedAtMs, kit.timestamps) }),
    });
    const { valid, times } = await verify(legacy(layer), rootAlone);
    expect([valid, times.map(({ from }) => from)]).toEqual([true, ["log", "timestamp"]]);
  });

  test("is judged under the root that knows its log, of several", async () => {
    const given = trust({ roots: [strangersRoot, root] });
    const finding = await verify(legacy(keylessSignature(signer)), given);
    expect([finding.valid, finding.trustRoot?.name]).toEqual([true, "kit"]);
  });

  test("cannot be judged without a root", async () => {
    const finding = await verify(legacy(keylessSignature(signer)), trust());
    expect([finding.valid, codes(finding)]).toEqual([null, ["TRUST_ROOT_INVALID"]]);
  });

  test("of a bundle over the manifest's own bytes is one too", async () => {
    const manifest = Buffer.from("the image of the signing kit");
    const finding = await verify(bundled(keylessMessage(signer, manifest), null), rootAlone);
    expect(finding).toMatchObject({ valid: true, kind: "signature", claims: { type: "message", digest: image } });
  });
});

describe("an attestation", () => {
  test.each(Object.values(predicateTypes))("of %s is one, and no signature of the image", async (predicateType) => {
    if (predicateType === predicateTypes.signature) return;
    const payload = statement(image, predicateType);
    const evidence = [
      legacy(keyAttestation([key], payload, predicateType)),
      bundled(keyBundle(key, payload), predicateType),
    ];
    for (const piece of evidence) {
      expect(await verify(piece)).toMatchObject({ valid: true, kind: "attestation", claims: { predicateType } });
    }
  });

  test("states its builder and its sources", async () => {
    const predicate = predicates.tekton02("https://forge.example/os/desktop", "c".repeat(40));
    const payload = statement(image, predicateTypes.provenance02, {
      type: "https://in-toto.io/Statement/v0.1",
      predicate,
    });
    const { claims } = await verify(legacy(keyAttestation([key], payload, predicateTypes.provenance02)));
    expect(claims).toMatchObject({
      subjects: [image],
      provenance: {
        builder: "https://tekton.dev/chains/v2",
        sources: [
          { uri: "git+https://git.example/pipelines.git", member: "invocation.configSource" },
          { uri: "git+https://forge.example/os/desktop.git", revision: "c".repeat(40), member: "materials" },
        ],
      },
    });
  });

  test.each(["intoto001", "dsse001"] as const)("that is keyless and logged as %s holds", async (kind) => {
    const payload = statement(image, predicateTypes.provenance1);
    const finding = await verify(
      legacy(keylessAttestation(signer, payload, predicateTypes.provenance1, kind)),
      rootAlone,
    );
    expect(finding).toMatchObject({ valid: true, kind: "attestation", signer: { type: "identity" } });
  });

  test("that was signed several times is several pieces of evidence", async () => {
    const payload = statement(image, predicateTypes.spdx);
    const { evidence } = readPushed(layersManifest([keyAttestation([otherKey, key], payload, predicateTypes.spdx)]));
    const findings = await Promise.all(evidence.map((piece) => verify(piece)));
    expect(findings.map(({ valid }) => valid)).toEqual([null, true]);
    expect(new Set(findings.map((finding) => finding.evidence)).size).toBe(2);
  });

  test("whose whole envelope was stamped, as cosign does, holds", async () => {
    const payload = statement(image, predicateTypes.spdx);
    const envelope = signEnvelope(payload, [signer.key]);
    const [signature = Buffer.alloc(0)] = envelope.signatures;
    const logged = { signature, signed: envelope.signed, verifier: { certificate: signer.certificate } };
    const entry = promisedEntry(kit.rekor1, bodies.dsse001(logged, payload, envelope.stored), { atMs: signedAtMs });
    const timestamp = timestampOf(envelope.stored, signedAtMs, kit.timestamps);
    const proofs = { certificate: signer.certificate, entry, timestamp };
    const { valid, times } = await verify(
      legacy(attestationLayer(envelope.stored, predicateTypes.spdx, proofs)),
      rootAlone,
    );
    expect([valid, times.length]).toEqual([true, 2]);
  });
});

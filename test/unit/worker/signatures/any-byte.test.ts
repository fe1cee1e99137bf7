// Evidence with any byte changed is not valid any more, or says the very same; and we never accept what sigstore-js refuses.
import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, Verifier } from "@sigstore/verify";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import { digestOf } from "../../../../policies/words/digest.ts";
import type { Evidence } from "../../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { type OpenpgpKey, readOpenpgpKeys } from "../../../../worker/signatures/openpgp-keys.ts";
import { readLookasideFile } from "../../../../worker/signatures/read-lookaside.ts";
import { type GivenTrust, verifyEvidence, verifySigstore } from "../../../../worker/signatures/verify-evidence.ts";
import { dayMs, makeAuthority, signedAtMs, trustedRootOf } from "../../../kit/signing/authority.ts";
import { type BundleJson, bundleManifest, envelopeBundle, signEnvelope } from "../../../kit/signing/bundle.ts";
import { layersManifest } from "../../../kit/signing/cosign.ts";
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
import { signingKey } from "../../../kit/signing/keys.ts";
import { makeMockAuthority } from "../../../kit/signing/mock-authority.ts";
import { openpgpKey, signedMessage } from "../../../kit/signing/openpgp.ts";
import { openpgpPayload, predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { bodies } from "../../../kit/signing/rekor.ts";
import {
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

const kit = makeAuthority();
const root = rootOf(trustedRootOf(kit));
const key = signingKey("release");
const given: GivenTrust = trust({ keys: [publicKeyOf(key)], roots: [root] });
const signer = keyless(kit);
const legacy = (...layers: Parameters<typeof layersManifest>[0]): Evidence =>
  onlyEvidence(readPushed(layersManifest(layers)));
const bundled = (bundle: BundleJson): Evidence =>
  onlyEvidence(readPushed(bundleManifest(bundle, image, { predicateType: null }), referrer));

const provenance = statement(image, predicateTypes.provenance1);
const scenes: readonly (readonly [string, Evidence])[] = [
  ["a key's", legacy(keySignature(key))],
  ["a logged key's", legacy(loggedKeySignature(key, { authority: kit }))],
  ["an unnamed, logged key's", legacy(loggedKeySignature(signingKey("other"), { authority: kit }))],
  ["a certificate's", legacy(keylessSignature(signer))],
  [
    "an attestation of intoto 0.0.1",
    legacy(keylessAttestation(signer, provenance, predicateTypes.provenance1, "intoto001")),
  ],
  ["a key's bundle", bundled(keyBundle(key))],
  ["a bundle of Rekor v1", bundled(keylessBundle(signer))],
  ["a bundle of Rekor v2", bundled(keylessBundle(signer, { entry: "v2 dsse" }))],
  ["a bundle of bytes", bundled(keylessMessage(signer, Buffer.from("the image of the signing kit")))],
];

const verify = (evidence: Evidence, with_: GivenTrust = given): Promise<SignatureFinding> =>
  verifyEvidence(evidence, with_, signedAtMs + dayMs, defaultSignatureLimits);

/** Everything that somebody could rely on. */
function claimed({ kind, manifest, valid, claims, signer: by, times, log, trustRoot }: SignatureFinding) {
  return {
    kind,
    manifest,
    valid,
    claims,
    by,
    times,
    trustRoot,
    log: log.map(({ logIndex, integratedAtMs }) => ({ logIndex, integratedAtMs })),
  };
}

/** One byte of the blob, or one character of an annotation, is another. */
function bent(evidence: Evidence, place: number, change: number): Evidence {
  const { blob, layer } = evidence;
  if (place < blob.length) {
    const copy = Buffer.from(blob);
    copy.writeUInt8((copy.readUInt8(place) + change) % 256, place);
    return { ...evidence, blob: copy, blobDigest: digestOf(copy) };
  }
  let left = place - blob.length;
  const annotations = Object.fromEntries(
    Object.entries(layer?.annotations ?? {}).map(([name, text]) => {
      const at = left;
      left -= text.length;
      if (at < 0 || at >= text.length) return [name, text];
      const character = String.fromCharCode((text.charCodeAt(at) + change) % 128);
      return [name, text.slice(0, at) + character + text.slice(at + 1)];
    }),
  );
  return { ...evidence, layer: layer === null ? null : { ...layer, annotations } };
}

function sizeOf({ blob, layer }: Evidence): number {
  return blob.length + Object.values(layer?.annotations ?? {}).join("").length;
}

function changes(): fc.Arbitrary<readonly [number, number]> {
  return fc.tuple(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 127 }));
}

describe("with any byte changed", () => {
  test.each(scenes)("%s signature is not valid, or says the same", async (_, evidence) => {
    const before = claimed(await verify(evidence));
    expect(before.valid).toBe(true);
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(changes(), async ([place, change]) => {
        const after = await verify(bent(evidence, place % sizeOf(evidence), change));
        if (after.valid !== true) lost++;
        else expect(claimed(after)).toEqual(before);
      }),
      { numRuns: 150 },
    );
    expect(lost).toBeGreaterThan(50);
  });

  test("a key's signature loses it at every single byte of payload and signature", async () => {
    const evidence = legacy(keySignature(key));
    const before = claimed(await verify(evidence));
    for (let place = 0; place < sizeOf(evidence); place++) {
      const after = await verify(bent(evidence, place, 1));
      if (after.valid === true) expect(claimed(after)).toEqual(before);
      if (place < evidence.blob.length) expect(after.valid).not.toBe(true);
    }
  });

  test("an OpenPGP signature is not valid, or says the same", async () => {
    const pair = await openpgpKey("release");
    const { keys }: { keys: readonly OpenpgpKey[] } = await readOpenpgpKeys(pair.armored);
    const file = await signedMessage(openpgpPayload(repository, image), pair);
    const evidence = onlyEvidence(readLookasideFile(file, image, "https://lookaside.example/signature-1"));
    const openpgp = trust({ openpgp: keys });
    const before = claimed(await verify(evidence, openpgp));
    expect(before.valid).toBe(true);
    for (let place = 0; place < file.length; place++) {
      const after = await verify(bent(evidence, place, 1 + (place % 200)), openpgp);
      if (after.valid === true) expect(claimed(after)).toEqual(before);
    }
  });
});

/** Whether sigstore-js itself accepts the bundle under this root, whoever signed it. */
function isAcceptedBySigstore(blob: Uint8Array, artifact: Buffer | undefined, material = root.material): boolean {
  try {
    const bundle = bundleFromJSON(JSON.parse(Buffer.from(blob).toString("utf8")));
    const publicKey = () => ({ publicKey: key.publicKey, validFor: () => true });
    const isKeyed = bundle.verificationMaterial.content.$case === "publicKey";
    const options = isKeyed ? { tlogThreshold: 0, timestampThreshold: 0 } : {};
    new Verifier({ ...material, publicKey }, options).verify(toSignedEntity(bundle, artifact));
    return true;
  } catch {
    return false;
  }
}

describe("sigstore-js", () => {
  const bundles = scenes.filter(([, { format }]) => format === "sigstore-bundle");
  const artifact = Buffer.from("the image of the signing kit");

  test.each(bundles)("accepts %s, and whatever we accept of it with a byte changed", (_, evidence) => {
    expect(isAcceptedBySigstore(evidence.blob, artifact)).toBe(true);
    fc.assert(
      fc.property(changes(), ([place, change]) => {
        const changed = bent(evidence, place % evidence.blob.length, change);
        const isAccepted = isAcceptedBySigstore(changed.blob, artifact);
        let ours: boolean | null = false;
        try {
          ours = verifySigstore(changed, given, defaultSignatureLimits, artifact).valid;
        } catch {
          ours = false;
        }
        if (ours === true) expect(isAccepted).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe("an instance that somebody else made", () => {
  let instance: Awaited<ReturnType<typeof makeMockAuthority>>;

  beforeAll(async () => {
    instance = await makeMockAuthority();
  });

  test("has its signatures accepted, and not under another instance's root", async () => {
    const holder = signingKey("mock holder");
    const certificate = await instance.issue(holder, workflow, "https://token.example");
    const envelope = signEnvelope(signStatement(), [holder]);
    const [signature = Buffer.alloc(0)] = envelope.signatures;
    const logged = { signature, signed: envelope.signed, verifier: { certificate } };
    const entry = await instance.log(bodies.dsse001(logged, envelope.payload, envelope.stored));
    const timestamps = [await instance.timestamp(signature)];
    const evidence = bundled(envelopeBundle(envelope, { by: { certificate }, entries: [entry], timestamps }));

    const mockRoot = rootOf(instance.trustedRoot, "mock");
    const finding = await verify(evidence, trust({ roots: [root, mockRoot] }));
    expect(finding).toMatchObject({
      valid: true,
      signer: { issuer: "https://token.example", subjects: [{ type: "uri", value: workflow }] },
      trustRoot: { name: "mock" },
      log: [{ promise: "holds", inclusion: "holds", body: "holds" }],
    });
    expect(finding.times.map(({ from }) => from)).toEqual(["log", "timestamp"]);
    expect((await verify(evidence, trust({ roots: [root] }))).valid).toBe(false);
  });
});

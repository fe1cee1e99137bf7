// Signature manifests: what is evidence, what is none, what cannot be read, and how much is read.
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../policies/words/digest.ts";
import { type EvidenceSource, evidenceDigest } from "../../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { evidenceLayers, readSignatureManifest } from "../../../../worker/signatures/read-manifest.ts";
import { findingOfProblem, verifyEvidence } from "../../../../worker/signatures/verify-evidence.ts";
import { signedAtMs } from "../../../kit/signing/authority.ts";
import { bundleManifest } from "../../../kit/signing/bundle.ts";
import { cosignTag, type Layer, layersManifest, type PushedManifest } from "../../../kit/signing/cosign.ts";
import {
  image,
  onlyEvidence,
  otherImage,
  publicKeyOf,
  readPushed,
  referrer,
  trust,
} from "../../../kit/signing/evidence.ts";
import { signingKey } from "../../../kit/signing/keys.ts";
import { predicateTypes, statement } from "../../../kit/signing/payloads.ts";
import { keyAttestation, keyBundle, keySignature } from "../../../kit/signing/scenes.ts";

const key = signingKey("release");
const signature = keySignature(key);
const attestation = keyAttestation([key], statement(image, predicateTypes.spdx), predicateTypes.spdx);
const tag = { via: "tag", tag: cosignTag(image, "sig") } as const;

function read({ bytes, blobs }: PushedManifest, limits = {}, source: EvidenceSource = tag) {
  const given = { ...defaultSignatureLimits, ...limits };
  return readSignatureManifest({ bytes, announcedFor: image, source }, (digest) => blobs.get(digest), given);
}

const changed = ({ bytes, blobs }: PushedManifest, change: (text: string) => string): PushedManifest => ({
  bytes: Buffer.from(change(bytes.toString())),
  blobs,
});

describe("a signature manifest", () => {
  test("is taken apart by the media types of its layers", () => {
    const sbom: Layer = { mediaType: "application/vnd.cyclonedx+json", annotations: {}, blob: Buffer.from("{}") };
    const { evidence, problems } = read(layersManifest([signature, attestation, sbom]));
    expect(evidence.map(({ kind, format, layer }) => [kind, format, layer?.mediaType])).toEqual([
      ["signature", "cosign-tag", "application/vnd.dev.cosign.simplesigning.v1+json"],
      ["attestation", "cosign-tag", "application/vnd.dsse.envelope.v1+json"],
    ]);
    expect(problems).toEqual([]);
  });

  test("of cosign's experiment with OCI 1.1 is one too", () => {
    const experiment = { artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json", subject: image };
    const { format, kind } = onlyEvidence(readPushed(layersManifest([signature], experiment), referrer));
    expect([format, kind]).toEqual(["cosign-referrer", "signature"]);
  });

  test.each([
    ["what it is", predicateTypes.signature, "signature"],
    ["nothing", null, "signature"],
    // docker/buildx#4010, facts/judges.md: descriptors and annotations are often wrong.
    ["something else", predicateTypes.spdx, "signature"],
  ])("of a bundle is a signature by its statement, where it announces %s", (_, predicateType, kind) => {
    const manifest = bundleManifest(keyBundle(key), image, { predicateType });
    expect(onlyEvidence(readPushed(manifest, referrer))).toMatchObject({ format: "sigstore-bundle", kind });
  });

  test("of a bundle with an SBOM is an attestation, where it announces nothing", () => {
    const bundle = keyBundle(key, statement(image, predicateTypes.cyclonedx));
    const manifest = bundleManifest(bundle, image, { predicateType: null });
    expect(onlyEvidence(readPushed(manifest, referrer)).kind).toBe("attestation");
  });

  test("of a .sig tag holds a signature whatever its type, as cosign has it; elsewhere the type decides", async () => {
    const manifest = layersManifest([{ ...signature, mediaType: "application/octet-stream" }]);
    const evidence = onlyEvidence(read(manifest));
    expect(evidence.kind).toBe("signature");
    const given = trust({ keys: [publicKeyOf(key)] });
    const finding = await verifyEvidence(evidence, given, signedAtMs, defaultSignatureLimits);
    expect(finding).toMatchObject({
      valid: false,
      reasons: [{ code: "PAYLOAD_TYPE" }],
      signature: { holds: true },
      claims: { digest: image },
    });
    const none = { evidence: [], problems: [] };
    expect(read(manifest, {}, { via: "tag", tag: cosignTag(image, "att") })).toEqual(none);
    expect(read(manifest, {}, referrer)).toEqual(none);
  });

  test("gives the layers whose blobs are needed", () => {
    const annotated: Layer = { ...signature, mediaType: "text/plain", blob: Buffer.from("annotated") };
    const plain: Layer = { mediaType: "text/spdx", annotations: {}, blob: Buffer.from("plain") };
    const { bytes } = layersManifest([signature, annotated, plain]);
    expect(evidenceLayers(bytes, defaultSignatureLimits)?.map(({ digest }) => digest)).toEqual(
      [signature, annotated].map(({ blob }) => digestOf(blob)),
    );
    expect(evidenceLayers(Buffer.from("{"), defaultSignatureLimits)).toBeUndefined();
  });

  test("that is no signature at all, such as a referrer of something else, is empty", () => {
    const index = { schemaVersion: 2, manifests: [] };
    const other = { schemaVersion: 2, layers: [{ mediaType: "text/plain", digest: "none" }, 7] };
    for (const manifest of [index, other]) {
      const bytes = Buffer.from(JSON.stringify(manifest));
      expect(read({ bytes, blobs: new Map() }, {}, referrer)).toEqual({ evidence: [], problems: [] });
    }
  });
});

describe("evidence", () => {
  test("has one address for the same bytes, wherever they were found", () => {
    const found = onlyEvidence(readPushed(layersManifest([signature])));
    const again = { ...found, source: { via: "file" } as const, manifest: null };
    expect(evidenceDigest(again)).toBe(evidenceDigest(found));
  });

  test("has another address for another image, or with another annotation", () => {
    const found = onlyEvidence(readPushed(layersManifest([signature])));
    const forOther = onlyEvidence(readPushed(layersManifest([signature]), tag, otherImage));
    const annotated = onlyEvidence(
      readPushed(layersManifest([{ ...signature, annotations: { ...signature.annotations, a: "b" } }])),
    );
    expect(new Set([found, forOther, annotated].map(evidenceDigest)).size).toBe(3);
  });
});

describe("what cannot be read", () => {
  const one = layersManifest([signature]);
  const [blobDigest] = [digestOf(signature.blob)];
  const rows: readonly (readonly [string, () => PushedManifest, object, string, boolean | null])[] = [
    ["no JSON", () => changed(one, () => "{"), {}, "MALFORMED", false],
    ["no layers under a signature's tag", () => changed(one, () => "{}"), {}, "MALFORMED", false],
    [
      "a layer without a digest",
      () => changed(one, (text) => text.replaceAll(blobDigest, "sha256:00")),
      {},
      "MALFORMED",
      false,
    ],
    [
      "an annotation twice",
      () =>
        changed(one, (text) =>
          text.replace('"annotations":{', '"annotations":{"dev.cosignproject.cosign/signature":"YQ==",'),
        ),
      {},
      "MALFORMED",
      false,
    ],
    [
      "an annotation that is no text",
      () => changed(one, (text) => text.replace('"annotations":{', '"annotations":{"a":1,')),
      {},
      "MALFORMED",
      false,
    ],
    [
      "annotations that are no object",
      () => changed(one, (text) => text.replace(/"annotations":\{[^}]*\}/, '"annotations":[]')),
      {},
      "MALFORMED",
      false,
    ],
    ["a blob that could not be fetched", () => ({ ...one, blobs: new Map() }), {}, "REGISTRY_ERROR", null],
    [
      "a blob that is another",
      () => ({ ...one, blobs: new Map([[blobDigest, Buffer.from("x")]]) }),
      {},
      "MALFORMED",
      false,
    ],
    [
      "a blob of another size than its descriptor says",
      () => changed(one, (text) => text.replace(`"size":${signature.blob.length}`, '"size":1')),
      {},
      "MALFORMED",
      false,
    ],
    ["a manifest that is too large", () => one, { manifestBytes: 100 }, "LIMIT_EXCEEDED", null],
    [
      "too many layers",
      () => layersManifest([signature, signature, signature]),
      { layersPerManifest: 2 },
      "LIMIT_EXCEEDED",
      null,
    ],
    ["a payload that is too large", () => one, { payloadBytes: 100 }, "LIMIT_EXCEEDED", null],
    [
      "a bundle that is too large",
      () => bundleManifest(keyBundle(key), image),
      { bundleBytes: 100 },
      "LIMIT_EXCEEDED",
      null,
    ],
    [
      "a bundle that is none",
      () => bundleManifest({ ...keyBundle(key), mediaType: "application/vnd.dev.sigstore.bundle.v0.9+json" }, image),
      {},
      "MALFORMED",
      false,
    ],
    [
      "a bundle without content",
      () =>
        bundleManifest(
          {
            mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
            verificationMaterial: { publicKey: { hint: "" }, tlogEntries: [] },
          },
          image,
        ),
      {},
      "MALFORMED",
      false,
    ],
  ];

  test.each(rows)("is a problem: %s", (_, make, limits, code, valid) => {
    const { evidence, problems } = read(make(), limits);
    expect(evidence).toEqual([]);
    expect(problems.map((problem) => [problem.code, problem.kind])).toEqual([[code, "signature"]]);
    expect(problems.map(findingOfProblem)).toMatchObject([{ valid, manifest: image, signer: null, claims: null }]);
  });

  test("beside something that can, is no harm to it", () => {
    const other = keySignature(signingKey("other"));
    const manifest = layersManifest([signature, other]);
    const blobs = new Map([[blobDigest, signature.blob]]);
    const { evidence, problems } = read({
      bytes: manifest.bytes,
      blobs: new Map([...blobs].filter(([digest]) => digest === blobDigest)),
    });
    expect([evidence.length, problems.length]).toEqual([2, 0]);
    const broken = layersManifest([signature, { ...attestation, blob: Buffer.from("{}") }]);
    expect(read(broken)).toMatchObject({
      evidence: [{ kind: "signature" }],
      problems: [{ kind: "attestation", code: "MALFORMED" }],
    });
  });

  test("among attestations is an attestation: the tag says that nothing else is kept there", () => {
    const source = { via: "tag", tag: cosignTag(image, "att") } as const;
    const bytes = Buffer.from("{");
    expect(
      readSignatureManifest({ bytes, announcedFor: image, source }, () => undefined, defaultSignatureLimits).problems,
    ).toMatchObject([{ kind: "attestation", code: "MALFORMED" }]);
  });

  const envelope = (json: object): Layer => ({ ...attestation, blob: Buffer.from(JSON.stringify(json)) });
  const whole: { payload: string; payloadType: string; signatures: object[] } = JSON.parse(attestation.blob.toString());
  test.each([
    ["without signatures", { ...whole, signatures: [] }, {}, "MALFORMED"],
    ["without a payload", { ...whole, payload: 1 }, {}, "MALFORMED"],
    ["without a payload type", { ...whole, payloadType: undefined }, {}, "MALFORMED"],
    ["with an empty signature", { ...whole, signatures: [{ sig: "" }] }, {}, "MALFORMED"],
    ["with a payload that is not base64", { ...whole, payload: "%" }, {}, "MALFORMED"],
    [
      "with more signatures than anybody needs",
      { ...whole, signatures: Array.from({ length: 17 }, () => whole.signatures[0]) },
      {},
      "LIMIT_EXCEEDED",
    ],
  ])("is an envelope %s", (_, json, limits, code) => {
    expect(read(layersManifest([envelope(json)]), limits).problems.map((problem) => problem.code)).toEqual([code]);
  });
});

// Bundles of the sample catalog: what cosign 3 pushes as a referrer of an index and of each of its images.
import { createHash } from "node:crypto";
import { type Built, descriptor, json, types } from "./image.ts";
import { type Blob, digestOf } from "./layer.ts";
import { type SampleKey, sampleKey } from "./sample-keys.ts";

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
const payloadType = "application/vnd.in-toto+json";
const predicateType = "https://sigstore.dev/cosign/sign/v1";

/** One for everything that is pulled or chosen by. */
export function bundlesOf(image: Built, by: string): readonly Built[] {
  const manifests = [...image.blobs, image.top].filter(({ mediaType }) =>
    [types.index, types.manifest].includes(mediaType),
  );
  const subjects = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  return [...subjects.values()].map((subject) => bundle(subject, sampleKey(by)));
}

function bundle(subject: Blob, key: SampleKey): Built {
  const payload = Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { sha256: subject.digest.slice("sha256:".length) } }],
      predicateType,
      predicate: {},
    }),
  );
  // The pre-authentication encoding of DSSE.
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  const signature = key.sign(Buffer.concat([Buffer.from(head), payload]));
  const layer = json(bundleType, {
    mediaType: bundleType,
    verificationMaterial: {
      publicKey: { hint: createHash("sha256").update(key.spki).digest("base64") },
      tlogEntries: [],
    },
    dsseEnvelope: {
      payload: payload.toString("base64"),
      payloadType,
      signatures: [{ sig: signature.toString("base64") }],
    },
  });
  const empty: Blob = { mediaType: types.empty, digest: digestOf(Buffer.from("{}")), bytes: Buffer.from("{}") };
  const top = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    artifactType: bundleType,
    config: descriptor(empty),
    layers: [descriptor(layer)],
    subject: descriptor(subject),
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": predicateType,
    },
  });
  return { blobs: [empty, layer, top], top };
}

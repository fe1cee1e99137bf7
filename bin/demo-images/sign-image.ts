// Signatures of the sample catalog: what cosign pushes under `sha256-HEX.sig`, for an index and each of its images.
import { type Built, descriptor, json, types } from "./image.ts";
import { type Blob, digestOf } from "./layer.ts";
import { sampleKey } from "./sample-keys.ts";
import { logEntry } from "./sample-log.ts";

export type Signing = {
  /** The name of its key. */
  readonly by: string;
  /** What the signature says it is of. */
  readonly repository: string;
  /** The moment at which the sample log promised to keep it; none without. */
  readonly loggedAtMs?: number;
  /** The image that it is really of: a signature that was copied. */
  readonly of?: Built;
};

/** Tags with signatures of everything that is pulled or chosen by. */
export function signaturesOf(image: Built, signing: Signing): Readonly<Record<string, Built>> {
  const manifests = [...image.blobs, image.top].filter(({ mediaType }) =>
    [types.index, types.manifest].includes(mediaType),
  );
  const digests = new Set(manifests.map(({ digest }) => digest));
  return Object.fromEntries(
    [...digests].map((digest) => [`${digest.replace(":", "-")}.sig`, sign(signing.of?.top.digest ?? digest, signing)]),
  );
}

function sign(digest: string, { by, repository, loggedAtMs }: Signing): Built {
  const key = sampleKey(by);
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": repository },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    }),
  );
  const signature = key.sign(payload);
  const layer: Blob = {
    mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
    digest: digestOf(payload),
    bytes: payload,
  };
  const config = json(types.config, {
    architecture: "",
    created: "0001-01-01T00:00:00Z",
    history: [{ created: "0001-01-01T00:00:00Z" }],
    os: "",
    rootfs: { type: "layers", diff_ids: [layer.digest] },
    config: {},
  });
  const entry = loggedAtMs === undefined ? undefined : logEntry(key, payload, signature, loggedAtMs);
  const annotations = {
    "dev.cosignproject.cosign/signature": signature.toString("base64"),
    ...(entry === undefined ? {} : { "dev.sigstore.cosign/bundle": JSON.stringify(entry) }),
  };
  const top = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: [{ ...descriptor(layer), annotations }],
  });
  return { blobs: [config, layer, top], top };
}

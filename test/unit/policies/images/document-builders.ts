// Builders of manifests and configs for these tests: a right document, in which a test changes one thing.

export const digest = (n: number) => `sha256:${n.toString(16).padStart(64, "0")}`;

export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const ociLayer = "application/vnd.oci.image.layer.v1.tar+gzip";
export const ociConfig = "application/vnd.oci.image.config.v1+json";

export function layer(n: number, change: object = {}) {
  return { mediaType: ociLayer, digest: digest(n), size: n * 10, ...change };
}

export function manifest(change: object = {}) {
  return {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: ociConfig, digest: digest(0xc), size: 7 },
    layers: [layer(1), layer(2)],
    ...change,
  };
}

export function entry(n: number, change: object = {}) {
  const platform = { os: "linux", architecture: "amd64" };
  return { mediaType: ociManifest, digest: digest(n), size: 500, platform, ...change };
}

export function index(change: object = {}) {
  return { schemaVersion: 2, mediaType: ociIndex, manifests: [entry(1)], ...change };
}

export function config(change: object = {}, labels: object = { "containers.bootc": "1" }) {
  return {
    os: "linux",
    architecture: "amd64",
    created: "2026-08-21T04:11:00Z",
    config: { Labels: labels },
    rootfs: { type: "layers", diff_ids: [digest(11), digest(12)] },
    history: [{ created_by: "one" }, { created_by: "two" }],
    ...change,
  };
}

export function bytesOf(document: unknown): Uint8Array {
  return Buffer.from(typeof document === "string" ? document : JSON.stringify(document));
}

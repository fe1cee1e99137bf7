// Artefacts beside images: cosign's signature tags, referrers and the fallback index that lists them.
import { type BuiltManifest, blob, descriptorOf, ociIndex, ociManifest } from "./build-image.ts";

const emptyConfig = blob("application/vnd.oci.empty.v1+json", "{}");

/** The name of cosign's tag for what belongs to a digest: `sha256-HEX.sig`. */
export function cosignTag(digest: string, kind: "sig" | "att" | "sbom" = "sig"): string {
  return `${digest.replace(":", "-")}.${kind}`;
}

/** cosign's old signature manifest: simple-signing payloads as layers, each with its signature in an annotation. */
export function buildCosignSignature(
  signed: BuiltManifest,
  repository: string,
  signature = "c2lnbmF0dXJl",
): BuiltManifest {
  const payload = blob("application/vnd.dev.cosign.simplesigning.v1+json", {
    critical: {
      identity: { "docker-reference": repository },
      image: { "docker-manifest-digest": signed.digest },
      type: "cosign container image signature",
    },
    optional: null,
  });
  const config = blob("application/vnd.oci.image.config.v1+json", {
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [payload.digest] },
  });
  const manifest = blob(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: descriptorOf(config),
    layers: [descriptorOf(payload, { annotations: { "dev.cosignproject.cosign/signature": signature } })],
  });
  return { ...manifest, blobs: [config, payload], children: [] };
}

/** A manifest that refers to another one by `subject`, as ORAS and cosign 3 push them. */
export function buildReferrer(subject: BuiltManifest, artifactType: string, content: string): BuiltManifest {
  const layer = blob("application/octet-stream", content);
  const manifest = blob(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType,
    config: descriptorOf(emptyConfig),
    layers: [descriptorOf(layer)],
    subject: descriptorOf(subject),
    annotations: { "org.opencontainers.image.created": "2026-08-21T05:00:00Z" },
  });
  return { ...manifest, blobs: [emptyConfig, layer], children: [] };
}

/** The index under the fallback tag; go-containerregistry writes it without artifactType and annotations. */
export function buildReferrersIndex(referrers: readonly BuiltManifest[]): BuiltManifest {
  const manifest = blob(ociIndex, {
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: referrers.map((referrer) => descriptorOf(referrer)),
  });
  return { ...manifest, blobs: [], children: referrers };
}

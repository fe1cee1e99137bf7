// An image of the sample catalog: manifest, config and layers as builders of bootc images write them.
import { type Blob, digestOf, type Layer, sampleLayer } from "./layer.ts";

export type Platform = { readonly architecture: string; readonly variant?: string };

/** One build: what a project's pipeline pushes at once, for all its platforms. */
export type Build = {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** RFC 3339. */
  readonly created: string;
  readonly kernel: string;
  readonly platforms: readonly Platform[];
  /** Names of its layers from the bottom; the same name for the same platform is the same layer. */
  readonly layers: readonly string[];
  /** Of the layers, how many come from its base image. */
  readonly baseLayers: number;
  readonly base: { readonly name: string; readonly digest: string } | null;
  /** A single manifest instead of an index. */
  readonly single?: boolean;
  /** An ordinary container: none of the labels that bootc asks for. */
  readonly ordinary?: boolean;
  readonly osRelease: { readonly id: string; readonly versionId: string };
  readonly labels?: Readonly<Record<string, string>>;
};

/** The blobs of what was built, the one that a tag names last. */
export type Built = { readonly blobs: readonly Blob[]; readonly top: Blob };

export const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  empty: "application/vnd.oci.empty.v1+json",
};

export function buildImage(build: Build): Built {
  const images = build.platforms.map((platform) => buildPlatform(build, platform));
  const blobs = images.flatMap((image) => image.blobs);
  const [first] = images;
  if (build.single && first !== undefined) return { blobs, top: first.top };
  const top = json(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: images.map((image, i) => ({
      ...descriptor(image.top),
      platform: { architecture: build.platforms[i]?.architecture, os: "linux", ...variantOf(build.platforms[i]) },
    })),
    annotations: { "org.opencontainers.image.version": build.version },
  });
  return { blobs: [...blobs, top], top };
}

function buildPlatform(build: Build, platform: Platform): Built {
  const where = [platform.architecture, platform.variant].filter((part) => part !== undefined).join("-");
  const layers = build.layers.map((name) => sampleLayer(`${name} ${where}`));
  const config = json(types.config, {
    created: build.created,
    architecture: platform.architecture,
    ...variantOf(platform),
    os: "linux",
    config: { Cmd: ["/sbin/init"], Labels: labelsOf(build, platform, layers) },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: build.layers.map((name) => ({ created: build.created, created_by: `sample: ${name}` })),
  });
  const manifest = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: layers.map((layer, i) => ({ ...descriptor(layer), ...componentOf(build, i) })),
    annotations: {
      "org.opencontainers.image.version": build.version,
      ...(build.base && {
        "org.opencontainers.image.base.name": build.base.name,
        "org.opencontainers.image.base.digest": build.base.digest,
      }),
    },
  });
  return { blobs: [...layers, config, manifest], top: manifest };
}

/** Labels as real bootc images carry them; a derived image overwrites what its base said. */
function labelsOf(build: Build, platform: Platform, layers: readonly Layer[]): Readonly<Record<string, string>> {
  const machine = { amd64: "x86_64", arm64: "aarch64" }[platform.architecture] ?? platform.architecture;
  const finalBaseLayer = layers[build.baseLayers - 1];
  return {
    ...(build.ordinary
      ? {}
      : {
          "containers.bootc": "1",
          "ostree.bootable": "true",
          "ostree.linux": `${build.kernel}.${machine}`,
          ...(finalBaseLayer && { "ostree.final-diffid": finalBaseLayer.diffId }),
        }),
    "org.opencontainers.image.title": build.title,
    "org.opencontainers.image.description": build.description,
    "org.opencontainers.image.version": build.version,
    "org.opencontainers.image.created": build.created,
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.vendor": "Signalbox sample catalog",
    "redhat.id": build.osRelease.id,
    "redhat.version-id": build.osRelease.versionId,
    ...build.labels,
  };
}

/** What rpm-ostree's chunking writes on the layers of a base image. */
function componentOf(build: Build, layer: number) {
  const name = build.layers[layer]?.split(" ")[0];
  return layer < build.baseLayers && name !== undefined ? { annotations: { "ostree.components": name } } : {};
}

/** Something that is no image: a disk file, pushed as ORAS does it. */
export function buildArtifact(artifactType: string, name: string): Built {
  const empty: Blob = { mediaType: types.empty, digest: digestOf(Buffer.from("{}")), bytes: Buffer.from("{}") };
  const bytes = Buffer.from(`Not a disk: ${name} of the sample catalog of Signalbox.\n`);
  const file: Blob = { mediaType: artifactType, digest: digestOf(bytes), bytes };
  const top = json(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    artifactType,
    config: descriptor(empty),
    layers: [{ ...descriptor(file), annotations: { "org.opencontainers.image.title": name } }],
  });
  return { blobs: [empty, file, top], top };
}

export function descriptor(blob: Blob) {
  return { mediaType: blob.mediaType, digest: blob.digest, size: blob.bytes.length };
}

function variantOf(platform: Platform | undefined) {
  return platform?.variant === undefined ? {} : { variant: platform.variant };
}

export function json(mediaType: string, value: unknown): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { mediaType, digest: digestOf(bytes), bytes };
}

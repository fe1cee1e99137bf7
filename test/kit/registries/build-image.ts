// Images made in the process: small, bootc-like, and the same bytes for the same options.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
export const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

export type BuiltBlob = { readonly mediaType: string; readonly digest: string; readonly bytes: Buffer };

/** A manifest with everything it names, so that pushing it needs nothing else. */
export type BuiltManifest = BuiltBlob & {
  readonly blobs: readonly BuiltBlob[];
  readonly children: readonly BuiltManifest[];
};

export type DescriptorJson = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [member: string]: unknown;
};

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function blob(mediaType: string, content: Buffer | string | object): BuiltBlob {
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  return { mediaType, digest: sha256(bytes), bytes };
}

export function descriptorOf(part: BuiltBlob, more: object = {}): DescriptorJson {
  return { mediaType: part.mediaType, digest: part.digest, size: part.bytes.length, ...more };
}

/** A tar archive of one file, as a layer has them. */
export function tarOf(name: string, content: string): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([header, body, padding, Buffer.alloc(1024)]);
}

/** Labels that a real bootc image of the Fedora family carries. */
export function bootcLabels(version: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    "containers.bootc": "1",
    "ostree.bootable": "true",
    "ostree.linux": "6.17.1-300.fc44.x86_64",
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.created": "2026-08-21T04:11:00Z",
    ...more,
  };
}

export type ImageOptions = {
  /** What makes this image another than the next; it goes into a layer. */
  readonly seed?: string;
  readonly format?: "oci" | "docker";
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The texts of its layers; equal texts are equal layers. Default: a base that all images share, and the seed. */
  readonly layers?: readonly string[];
  readonly subject?: BuiltBlob;
  /** Put over the config and the manifest: for what no tool would write. */
  readonly config?: object;
  readonly manifest?: object;
};

export function buildImage(options: ImageOptions = {}): BuiltManifest {
  const { seed = "one", format = "oci", layers = ["base", seed], labels = bootcLabels("44.20260821") } = options;
  const docker = format === "docker";
  const tars = layers.map((text) => tarOf("usr/share/layer", text));
  const layerType = docker
    ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
    : "application/vnd.oci.image.layer.v1.tar+gzip";
  const layerBlobs = tars.map((tar) => blob(layerType, gzipSync(tar, { level: 9 })));
  const config = blob(
    docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json",
    {
      created: options.created ?? "2026-08-21T04:11:00Z",
      architecture: options.architecture ?? "amd64",
      ...(options.variant === undefined ? {} : { variant: options.variant }),
      os: options.os ?? "linux",
      config: { Labels: labels },
      rootfs: { type: "layers", diff_ids: tars.map(sha256) },
      history: layers.map(() => ({ created: "2026-08-21T04:11:00Z", created_by: "test" })),
      ...options.config,
    },
  );
  const manifest = blob(docker ? dockerManifest : ociManifest, {
    schemaVersion: 2,
    mediaType: docker ? dockerManifest : ociManifest,
    config: descriptorOf(config),
    layers: layerBlobs.map((layer) => descriptorOf(layer)),
    ...(options.subject === undefined ? {} : { subject: descriptorOf(options.subject) }),
    ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
    ...options.manifest,
  });
  return { ...manifest, blobs: [config, ...layerBlobs], children: [] };
}

export type IndexChild = {
  readonly manifest: BuiltManifest;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
};

export type IndexOptions = {
  readonly format?: "oci" | "docker";
  readonly annotations?: Readonly<Record<string, string>>;
  readonly manifest?: object;
};

export function buildIndex(children: readonly IndexChild[], options: IndexOptions = {}): BuiltManifest {
  const mediaType = options.format === "docker" ? dockerList : ociIndex;
  const manifest = blob(mediaType, {
    schemaVersion: 2,
    mediaType,
    manifests: children.map(({ manifest: child, platform, annotations }) =>
      descriptorOf(child, {
        ...(platform === undefined ? {} : { platform }),
        ...(annotations === undefined ? {} : { annotations }),
      }),
    ),
    ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
    ...options.manifest,
  });
  return { ...manifest, blobs: [], children: children.map((child) => child.manifest) };
}

/** One image for each architecture, and the index over them: what a publisher pushes under a channel. */
export function buildMultiArch(
  seed: string,
  architectures: readonly string[] = ["amd64", "arm64"],
  options: Omit<ImageOptions, "seed" | "architecture"> = {},
): BuiltManifest {
  const { format = "oci" } = options;
  return buildIndex(
    architectures.map((architecture) => ({
      manifest: buildImage({ ...options, seed: `${seed} for ${architecture}`, architecture }),
      platform: { os: "linux", architecture },
    })),
    { format },
  );
}

/** An index within an index within an index, `depth` of them, over one image. */
export function buildDeepIndex(depth: number): BuiltManifest {
  let inner = buildImage({ seed: "deep" });
  for (let level = 0; level < depth; level += 1) inner = buildIndex([{ manifest: inner }]);
  return inner;
}

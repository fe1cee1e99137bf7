// Manifests: the four types a bootc client pulls are read to the field, anything ambiguous or unbounded is refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layersOf, parseManifest } from "../../../../policies/images/manifest.ts";
import {
  bytesOf,
  digest,
  entry,
  index,
  layer,
  manifest,
  ociConfig,
  ociIndex,
  ociManifest,
} from "./document-builders.ts";

const parse = (document: unknown, contentType: string | null = null) => parseManifest(bytesOf(document), contentType);

function parsed(document: unknown, contentType: string | null = null) {
  const answer = parse(document, contentType);
  if (answer.outcome === "invalid") throw new Error(answer.reason);
  return answer.manifest;
}

describe("an image manifest", () => {
  test("is read with its config, layers, annotations and subject", () => {
    const subject = { mediaType: ociManifest, digest: digest(9), size: 3 };
    const read = parsed(manifest({ annotations: { a: "b" }, subject }));
    expect(read).toEqual({
      kind: "image",
      mediaType: ociManifest,
      artifactType: null,
      annotations: { a: "b" },
      config: { mediaType: ociConfig, digest: digest(0xc), size: 7, artifactType: null, annotations: {} },
      layers: [layer(1), layer(2)].map((each) => ({ ...each, artifactType: null, annotations: {} })),
      subject: { ...subject, artifactType: null, annotations: {} },
    });
  });

  test.each([
    {
      title: "Docker schema 2",
      config: "application/vnd.docker.container.image.v1+json",
      layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      kind: "image",
    },
    { title: "zstd layers", config: ociConfig, layer: "application/vnd.oci.image.layer.v1.tar+zstd", kind: "image" },
    {
      title: "foreign layers",
      config: ociConfig,
      layer: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
      kind: "image",
    },
    {
      title: "a cosign signature, whose config is an image's",
      config: ociConfig,
      layer: "application/vnd.dev.cosign.simplesigning.v1+json",
      kind: "artifact",
    },
    {
      title: "BuildKit's attestation, whose config is an image's",
      config: ociConfig,
      layer: "application/vnd.in-toto+json",
      kind: "artifact",
    },
    {
      title: "the empty config of an ORAS artifact",
      config: "application/vnd.oci.empty.v1+json",
      layer: "application/spdx+json",
      kind: "artifact",
    },
    {
      title: "a disk image",
      config: "application/vnd.unknown.config.v1+json",
      layer: "application/x-qemu-disk",
      kind: "artifact",
    },
  ])("with $title is an $kind", ({ config, layer: layerType, kind }) => {
    const document = manifest({
      config: { mediaType: config, digest: digest(3), size: 2 },
      layers: [layer(1, { mediaType: layerType })],
    });
    expect(parsed(document).kind).toBe(kind);
  });

  test("may write empty lists and maps as null, as Go does", () => {
    expect(parsed(manifest({ layers: null, annotations: null, subject: null }))).toMatchObject({
      kind: "image",
      layers: [],
      annotations: {},
      subject: null,
    });
  });

  test("lists a layer as often as the manifest does, with its size", () => {
    const read = parsed(manifest({ layers: [layer(1), layer(1)] }));
    if (read.kind === "index") throw new Error("an index");
    expect(layersOf(read)).toEqual([
      { digest: digest(1), sizeBytes: 10 },
      { digest: digest(1), sizeBytes: 10 },
    ]);
  });

  test("has no annotations but its own: a prototype is not one", () => {
    const read = parsed(JSON.stringify(manifest()).replace(/}$/, ',"annotations":{"__proto__":"x","toString":"y"}}'));
    expect(Object.entries(read.annotations)).toEqual([["toString", "y"]]);
    expect(Object.getPrototypeOf(read.annotations)).toBe(Object.prototype);
  });
});

describe("an index", () => {
  const role = (change: object) => {
    const read = parsed(index({ manifests: [entry(1, change)] }));
    return read.kind === "index" ? read.entries[0]?.role : undefined;
  };

  test.each([
    { title: "a platform", change: {}, role: "image" },
    { title: "no platform", change: { platform: undefined }, role: "image" },
    { title: "an unknown platform", change: { platform: { os: "unknown", architecture: "unknown" } }, role: "unknown" },
    { title: "an empty platform", change: { platform: {} }, role: "unknown" },
    {
      title: "a manifest of another type",
      change: { mediaType: "application/vnd.cncf.helm.chart.v1" },
      role: "unknown",
    },
    { title: "an index", change: { mediaType: ociIndex }, role: "index" },
    {
      title: "BuildKit's attestation",
      change: {
        platform: { os: "unknown", architecture: "unknown" },
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      },
      role: "attestation",
    },
  ])("keeps an entry of $title and marks it $role", ({ change, role: expected }) => {
    expect(role(change)).toBe(expected);
  });

  test("keeps variants and zstd twins, in the index's order", () => {
    const zstd = { annotations: { "io.github.containers.compression.zstd": "true" } };
    const v3 = { platform: { os: "linux", architecture: "amd64", variant: "v3" } };
    const read = parsed(index({ manifests: [entry(1, v3), entry(2), entry(3, zstd)] }));
    if (read.kind !== "index") throw new Error("not an index");
    expect(read.entries.map(({ digest: name, platform, zstd: twin }) => [name, platform?.variant, twin])).toEqual([
      [digest(1), "v3", false],
      [digest(2), null, false],
      [digest(3), null, true],
    ]);
  });

  test("may be empty", () => {
    expect(parsed(index({ manifests: null }))).toMatchObject({ kind: "index", entries: [] });
  });

  test("of Docker is read, and needs a platform for each entry", () => {
    const list = { mediaType: "application/vnd.docker.distribution.manifest.list.v2+json" };
    const docker = { mediaType: "application/vnd.docker.distribution.manifest.v2+json" };
    expect(parsed(index({ ...list, manifests: [entry(1, docker)] }))).toMatchObject({ kind: "index" });
    expect(parse(index({ ...list, manifests: [entry(1, { ...docker, platform: undefined })] }))).toMatchObject({
      code: "malformed",
    });
  });
});

describe("the media type", () => {
  const bare = (document: object) => ({ ...document, mediaType: undefined });
  test.each([
    { title: "from the document where the header says nothing", document: manifest(), header: null, type: ociManifest },
    {
      title: "from the document where the header says JSON",
      document: index(),
      header: "application/json",
      type: ociIndex,
    },
    {
      title: "from the header where the document says nothing",
      document: bare(index()),
      header: `${ociIndex}; charset=utf-8`,
      type: ociIndex,
    },
    { title: "from the members where both are silent", document: bare(index()), header: null, type: ociIndex },
    {
      title: "from the members of an image where both are silent",
      document: bare(manifest()),
      header: "text/plain",
      type: ociManifest,
    },
    {
      title: "from the header in any case",
      document: manifest(),
      header: ociManifest.toUpperCase(),
      type: ociManifest,
    },
  ])("is taken $title", ({ document, header, type }) => {
    expect(parsed(document, header).mediaType).toBe(type);
  });

  test.each([
    { title: "a header that contradicts the document", document: manifest(), header: ociIndex, code: "malformed" },
    { title: "an image sent as an index", document: bare(manifest()), header: ociIndex, code: "malformed" },
    {
      title: "a header of another document",
      document: bare(manifest()),
      header: "text/html",
      code: "unsupported-media-type",
    },
    {
      title: "OCI's former artifact manifest",
      document: manifest({ mediaType: "application/vnd.oci.artifact.manifest.v1+json" }),
      header: null,
      code: "unsupported-media-type",
    },
    {
      title: "schema 1 by its header",
      document: {},
      header: "application/vnd.docker.distribution.manifest.v1+prettyjws",
      code: "unsupported-media-type",
    },
    {
      title: "schema 1 by its version",
      document: { schemaVersion: 1, name: "x", fsLayers: [], history: [] },
      header: null,
      code: "unsupported-media-type",
    },
    { title: "a media type that is no string", document: manifest({ mediaType: 3 }), header: null, code: "malformed" },
  ])("refuses $title", ({ document, header, code }) => {
    expect(parse(document, header)).toMatchObject({ outcome: "invalid", code });
  });

  test("names schema 1 in the refusal", () => {
    expect(parse({ schemaVersion: 1 })).toMatchObject({ reason: expect.stringContaining("schema 1") });
  });
});

describe("a manifest that two readers could take for two images", () => {
  test.each([
    { title: "an index with layers", document: index({ layers: [] }) },
    { title: "an index with a config", document: index({ config: {} }) },
    { title: "an image with entries", document: manifest({ manifests: [] }) },
    { title: "an image with schema 1's layers", document: manifest({ fsLayers: [] }) },
    { title: "members that Go takes for others", document: manifest({ Layers: [layer(3)] }) },
    {
      title: "such members in a descriptor",
      document: manifest({ config: { ...manifest().config, Digest: digest(4) } }),
    },
    { title: "such members in a layer", document: manifest({ layers: [layer(1, { SIZE: 3 })] }) },
    {
      title: "such members in a platform",
      document: index({
        manifests: [entry(1, { platform: { os: "linux", architecture: "amd64", Architecture: "arm64" } })],
      }),
    },
    { title: "members that stand twice", document: JSON.stringify(manifest()).replace("{", '{"layers":[],') },
  ])("is refused: $title", ({ document }) => {
    expect(parse(document)).toMatchObject({ outcome: "invalid", code: "malformed" });
  });
});

describe("a descriptor", () => {
  test.each([
    { title: "without a digest", change: { digest: undefined } },
    { title: "with upper-case digits", change: { digest: digest(0xa).toUpperCase().replace("SHA", "sha") } },
    { title: "with a short digest", change: { digest: "sha256:abc" } },
    { title: "with an unknown algorithm", change: { digest: `md5:${"a".repeat(32)}` } },
    { title: "without a size", change: { size: undefined } },
    { title: "with a negative size", change: { size: -1 } },
    { title: "with half a byte", change: { size: 1.5 } },
    { title: "with a size beyond exact numbers", change: { size: 2 ** 60 } },
    { title: "with a size as text", change: { size: "10" } },
    { title: "without a media type", change: { mediaType: "" } },
    { title: "with an endless media type", change: { mediaType: `a/${"b".repeat(300)}` } },
    { title: "with annotations that are no text", change: { annotations: { a: 1 } } },
    { title: "with a list of annotations", change: { annotations: ["a"] } },
  ])("$title makes the manifest invalid", ({ change }) => {
    expect(parse(manifest({ layers: [layer(1, change)] }))).toMatchObject({ outcome: "invalid", code: "malformed" });
  });

  test("is named in the refusal", () => {
    expect(parse(manifest({ layers: [layer(1), layer(2, { size: -1 })] }))).toMatchObject({
      reason: expect.stringContaining("layers.1.size"),
    });
  });
});

describe("limits", () => {
  const limits = { maxBytes: 3_000, maxDepth: 5, maxMembers: 60, maxItems: 3 };
  test.each([
    { title: "bytes", document: manifest({ annotations: { a: "x".repeat(3_000) } }), code: "too-large" },
    { title: "depth", document: manifest({ annotations: { a: [[[[1]]]] } }), code: "too-deep" },
    { title: "layers", document: manifest({ layers: [1, 2, 3, 4].map((n) => layer(n)) }), code: "too-many" },
    { title: "entries", document: index({ manifests: [1, 2, 3, 4].map((n) => entry(n)) }), code: "too-many" },
    {
      title: "annotations",
      document: manifest({ annotations: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [n, ""])) }),
      code: "too-many",
    },
  ])("of $title are kept", ({ document, code }) => {
    expect(parseManifest(bytesOf(document), null, limits)).toMatchObject({ outcome: "invalid", code });
  });

  test("let a document at the limit pass", () => {
    expect(parseManifest(bytesOf(manifest({ layers: [1, 2, 3].map((n) => layer(n)) })), null, limits).outcome).toBe(
      "manifest",
    );
  });
});

describe("any bytes", () => {
  test("never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(fc.string()), (bytes, contentType) => {
        expect(["manifest", "invalid"]).toContain(parseManifest(bytes, contentType).outcome);
      }),
    );
  });

  test("never throw, nor any JSON, nor a manifest with any member changed", () => {
    const member = fc.constantFrom(
      "schemaVersion",
      "mediaType",
      "config",
      "layers",
      "manifests",
      "annotations",
      "subject",
      "artifactType",
    );
    fc.assert(
      fc.property(fc.constantFrom(manifest(), index()), member, fc.jsonValue(), (document, name, value) => {
        const answer = parse({ ...document, [name]: value });
        if (answer.outcome === "invalid") expect(answer.reason.length).toBeLessThan(400);
        expect(["manifest", "invalid"]).toContain(parse(value).outcome);
      }),
      { numRuns: 500 },
    );
  });
});

// Manifests: OCI and Docker schema 2 indexes and manifests, parsed from a stranger's bytes into what cannot be wrong.
import { z } from "zod";
import { Digest } from "../words/digest.ts";
import type { Platform } from "../words/platform.ts";
import { type DocumentLimits, manifestLimits } from "./document-limits.ts";
import type { Layer } from "./layer.ts";
import {
  bareMediaType,
  dockerList,
  isGenericType,
  isImageConfigType,
  isImageManifestType,
  isIndexType,
  isLayerType,
  isSchema1Type,
  manifestTypes,
  ociIndex,
  ociManifest,
} from "./media-types.ts";
import { type DocumentFault, excerpt, firstIssue, parseStrictJson } from "./strict-json.ts";

export type Annotations = Readonly<Record<string, string>>;

export type Descriptor = {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string | null;
  readonly annotations: Annotations;
};

export type IndexEntry = Descriptor & {
  /** As the index writes it; null where it names none. */
  readonly platform: Platform | null;
  /**
   * image: may be pulled. attestation: BuildKit's statement about another entry. index: an index within the index,
   * which no bootc client follows. unknown: of a platform or a type that nobody runs.
   */
  readonly role: "image" | "attestation" | "index" | "unknown";
  /** A zstd:chunked twin of another entry, which containers/image prefers. */
  readonly zstd: boolean;
};

export type ParsedIndex = {
  readonly kind: "index";
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly annotations: Annotations;
  readonly entries: readonly IndexEntry[];
  readonly subject: Descriptor | null;
};

export type ParsedImage = {
  readonly kind: "image";
  readonly mediaType: string;
  readonly artifactType: string | null;
  readonly annotations: Annotations;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor | null;
};

/** A manifest that carries something else: a signature, an SBOM, a disk image. */
export type ParsedArtifact = Omit<ParsedImage, "kind"> & { readonly kind: "artifact" };

export type ParsedManifest = ParsedIndex | ParsedImage | ParsedArtifact;

export type ManifestFault = DocumentFault | { readonly code: "unsupported-media-type"; readonly reason: string };
export type ManifestOutcome =
  | { readonly outcome: "manifest"; readonly manifest: ParsedManifest }
  | ({ readonly outcome: "invalid" } & ManifestFault);

/** 1 TiB: above it, sizes could no longer be added up exactly. */
const maxDescriptorBytes = 2 ** 40;
const Name = z.string().max(255);
// Go's decoder, which wrote most manifests, writes an empty map or list as null.
const AnnotationMap = z.record(z.string().max(1_024), z.string()).nullish();

const RawDescriptor = z.object({
  mediaType: Name.min(1),
  digest: Digest,
  size: z.int().min(0).max(maxDescriptorBytes),
  artifactType: Name.nullish(),
  annotations: AnnotationMap,
});
type RawDescriptor = z.infer<typeof RawDescriptor>;

const PlatformPart = z.string().max(64);
const RawEntry = RawDescriptor.extend({
  platform: z
    .object({ os: PlatformPart.nullish(), architecture: PlatformPart.nullish(), variant: PlatformPart.nullish() })
    .nullish(),
});

const common = { artifactType: Name.nullish(), annotations: AnnotationMap, subject: RawDescriptor.nullish() };
const RawIndex = z.object({ ...common, manifests: z.array(RawEntry).nullable() });
const RawManifest = z.object({ ...common, config: RawDescriptor, layers: z.array(RawDescriptor).nullable() });

/**
 * Parses a manifest's bytes. `contentType` is the header it came with, or the media type its descriptor promised;
 * null where nobody said. Every refusal has a code and a reason in which a stranger's text is quoted and cut.
 */
export function parseManifest(
  bytes: Uint8Array,
  contentType: string | null,
  limits: DocumentLimits = manifestLimits,
): ManifestOutcome {
  const announced = bareMediaType(contentType);
  if (announced !== null && isSchema1Type(announced)) return schema1();
  const json = parseStrictJson(bytes, limits);
  if (json.outcome === "invalid") return json;
  const value = json.value;
  if (!isObject(value)) return malformed("not a JSON object");
  const ambiguity = findAmbiguity(value);
  if (ambiguity !== undefined) return malformed(ambiguity);
  if (value.schemaVersion === 1) return schema1();
  if (value.schemaVersion !== 2) return malformed("schemaVersion is not 2");
  const type = mediaTypeOf(value, announced);
  if (typeof type !== "string") return { outcome: "invalid", ...type };
  return isIndexType(type) ? parseIndex(value, type, limits) : parseImage(value, type, limits);
}

function mediaTypeOf(value: Record<string, unknown>, announced: string | null): string | ManifestFault {
  const stated = value.mediaType ?? null;
  if (stated !== null && typeof stated !== "string") return { code: "malformed", reason: "mediaType is not a string" };
  const specific = announced === null || isGenericType(announced) ? null : announced;
  // The same bytes under two types would be two different images to two readers (CVE-2021-41190).
  if (stated !== null && specific !== null && stated !== specific) {
    return { code: "malformed", reason: `mediaType is ${excerpt(stated)}, but it was sent as ${excerpt(specific)}` };
  }
  const type = stated ?? specific ?? ("manifests" in value ? ociIndex : ociManifest);
  if (manifestTypes.includes(type)) return type;
  return { code: "unsupported-media-type", reason: `${excerpt(type)} is not a manifest that a bootc client can pull` };
}

function parseIndex(value: Record<string, unknown>, mediaType: string, limits: DocumentLimits): ManifestOutcome {
  const foreign = ["config", "layers", "fsLayers", "history"].find((member) => member in value);
  if (foreign !== undefined) return malformed(`an index with the member ${foreign}`);
  if (isTooLong(value.manifests, limits)) return tooMany("manifests", limits);
  const parsed = RawIndex.safeParse(value);
  if (!parsed.success) return malformed(firstIssue(parsed.error.issues));
  const raw = parsed.data;
  const entries = (raw.manifests ?? []).map(entry);
  if (mediaType === dockerList && entries.some(({ platform }) => platform === null)) {
    return malformed("an entry of a Docker manifest list has no platform");
  }
  return { outcome: "manifest", manifest: { kind: "index", mediaType, ...commonOf(raw), entries } };
}

function parseImage(value: Record<string, unknown>, mediaType: string, limits: DocumentLimits): ManifestOutcome {
  const foreign = ["manifests", "fsLayers", "history"].find((member) => member in value);
  if (foreign !== undefined) return malformed(`an image manifest with the member ${foreign}`);
  if (isTooLong(value.layers, limits)) return tooMany("layers", limits);
  const parsed = RawManifest.safeParse(value);
  if (!parsed.success) return malformed(firstIssue(parsed.error.issues));
  const raw = parsed.data;
  const config = descriptor(raw.config);
  const layers = (raw.layers ?? []).map(descriptor);
  return {
    outcome: "manifest",
    manifest: { kind: isImage(config, layers) ? "image" : "artifact", mediaType, ...commonOf(raw), config, layers },
  };
}

/** cosign's signatures have an image's config and no layer of a file system: the config alone does not tell. */
function isImage(config: Descriptor, layers: readonly Descriptor[]): boolean {
  return isImageConfigType(config.mediaType) && layers.every(({ mediaType }) => isLayerType(mediaType));
}

function entry(raw: z.infer<typeof RawEntry>): IndexEntry {
  const base = descriptor(raw);
  const given = raw.platform ?? null;
  const platform =
    given === null
      ? null
      : { os: given.os ?? "", architecture: given.architecture ?? "", variant: given.variant || null };
  return {
    ...base,
    platform,
    role: roleOf(base, platform),
    zstd: base.annotations["io.github.containers.compression.zstd"] === "true",
  };
}

function roleOf({ mediaType, annotations }: Descriptor, platform: Platform | null): IndexEntry["role"] {
  if (isIndexType(mediaType)) return "index";
  if (annotations["vnd.docker.reference.type"] === "attestation-manifest") return "attestation";
  if (!isImageManifestType(mediaType)) return "unknown";
  const nameless = ["", "unknown"];
  return platform !== null && (nameless.includes(platform.os) || nameless.includes(platform.architecture))
    ? "unknown"
    : "image";
}

function descriptor(raw: RawDescriptor): Descriptor {
  return {
    mediaType: raw.mediaType,
    digest: raw.digest,
    size: raw.size,
    artifactType: raw.artifactType || null,
    annotations: raw.annotations ?? {},
  };
}

function commonOf(raw: Pick<z.infer<typeof RawIndex>, "artifactType" | "annotations" | "subject">) {
  return {
    artifactType: raw.artifactType || null,
    annotations: raw.annotations ?? {},
    subject: raw.subject ? descriptor(raw.subject) : null,
  };
}

const known = new Map(
  [
    "schemaVersion",
    "mediaType",
    "artifactType",
    "manifests",
    "config",
    "layers",
    "subject",
    "annotations",
    "fsLayers",
    "history",
  ]
    .concat(["digest", "size", "platform", "os", "architecture", "variant", "urls", "data"])
    .map((name) => [name.toLowerCase(), name]),
);

/** Go takes `Layers` for `layers`: a manifest could have both and show each reader another image. */
function findAmbiguity(value: Record<string, unknown>): string | undefined {
  const platforms = listOf(value.manifests).map((each) => each.platform);
  const parts = [value, value.config, value.subject, ...listOf(value.layers), ...listOf(value.manifests), ...platforms];
  for (const part of parts) {
    if (!isObject(part)) continue;
    for (const name of Object.keys(part)) {
      const spelling = known.get(name.toLowerCase());
      if (spelling !== undefined && spelling !== name)
        return `the member ${excerpt(name)}, which some readers take for ${spelling}`;
    }
  }
  return undefined;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTooLong(value: unknown, limits: DocumentLimits): boolean {
  return Array.isArray(value) && value.length > limits.maxItems;
}

function tooMany(member: string, limits: DocumentLimits): ManifestOutcome {
  return { outcome: "invalid", code: "too-many", reason: `${member} has more than ${limits.maxItems} entries` };
}

function malformed(reason: string): ManifestOutcome {
  return { outcome: "invalid", code: "malformed", reason };
}

function schema1(): ManifestOutcome {
  const reason = "a Docker schema 1 manifest, which neither names its config nor the sizes of its layers";
  return { outcome: "invalid", code: "unsupported-media-type", reason };
}

/** What a client downloads; the same blob twice is listed twice, as in the manifest. */
export function layersOf(manifest: ParsedImage | ParsedArtifact): readonly Layer[] {
  return manifest.layers.map(({ digest, size }) => ({ digest, sizeBytes: size }));
}

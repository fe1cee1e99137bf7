// Images as answers show them: what they are, their platforms, labels and layers.
import { z } from "@hono/zod-openapi";
import type { EntryRow } from "../../db/images.ts";
import { parseConfig } from "../../policies/images/image-config.ts";
import type { ImageFacts } from "../../policies/images/image-facts.ts";
import { type ParsedManifest, parseManifest } from "../../policies/images/manifest.ts";
import type { Shown } from "../hot/read-through.ts";
import { Digest, Time, Unknown } from "./words.ts";

const word = z.string().nullable();
const Facts = z
  .object({
    os: word,
    architecture: word,
    variant: word,
    created: Time.nullable(),
    version: word,
    kernel: word,
    osRelease: z.object({ id: word, versionId: word }),
    bootable: z.boolean().nullable(),
    title: word,
    description: word,
    licenses: word,
    source: word,
    logo: word,
    expiresAfter: word,
    layerCount: z.int(),
    layerBytes: z.int().openapi({ description: "Compressed bytes of all layers." }),
    unknown: Unknown.optional(),
  })
  .openapi("ImageFacts", { description: "What an image's own manifest and config say." });

const platformFields = {
  digest: Digest,
  os: z.string().nullable(),
  architecture: z.string().nullable(),
  variant: z.string().nullable().openapi({ description: "Null: none." }),
};

const Platform = z
  .object({
    ...platformFields,
    mediaType: z.string(),
    size: z.int().openapi({ description: "Bytes of the manifest." }),
    role: z
      .enum(["image", "attestation", "index", "unknown"])
      .openapi({ description: "`image`: may be pulled; `attestation`: says something of another entry." }),
  })
  .openapi("Platform");

export const Image = z
  .object({
    digest: Digest,
    mediaType: z.string().openapi({ example: "application/vnd.oci.image.index.v1+json" }),
    kind: z.enum(["index", "image", "artifact"]),
    artifactType: z.string().nullable().openapi({ description: "Null: none is named." }),
    size: z.int().openapi({ description: "Bytes of the manifest." }),
    facts: Facts.nullable().openapi({ description: "Of an image; null for an index and an artifact." }),
    annotations: z.record(z.string(), z.string()).openapi({ description: "The manifest's own, as they are." }),
    platforms: z.array(Platform),
    repositories: z
      .array(
        z.object({
          name: z.string(),
          firstSeenAt: Time,
          tags: z.array(z.string()).openapi({ description: "The tags that name it now." }),
        }),
      )
      .openapi({ description: "The public repositories that hold it, by name; at most 100." }),
    repositoryCount: z.int().openapi({ description: "How many there are." }),
    observedAt: Time.openapi({ description: "When it was inspected: once for ever." }),
  })
  .openapi("Image");

export const PlatformList = z.object({ digest: Digest, items: z.array(Platform) }).openapi("PlatformList");
export const LabelList = z
  .object({
    digest: Digest,
    items: z.array(
      z.object({
        ...platformFields,
        labels: z.record(z.string(), z.string()).nullable(),
        annotations: z.record(z.string(), z.string()).nullable(),
        unknown: Unknown.optional(),
      }),
    ),
  })
  .openapi("LabelList");
export const LayerList = z
  .object({
    digest: Digest,
    items: z.array(
      z.object({
        ...platformFields,
        layers: z.array(z.object({ digest: Digest, mediaType: z.string(), size: z.int() })).nullable(),
        size: z.int().nullable().openapi({ description: "Compressed bytes of all layers." }),
        unknown: Unknown.optional(),
      }),
    ),
  })
  .openapi("LayerList");

export function manifestOf(bytes: Uint8Array | null, mediaType: string): ParsedManifest | undefined {
  if (bytes === null) return undefined;
  const parsed = parseManifest(bytes, mediaType);
  return parsed.outcome === "manifest" ? parsed.manifest : undefined;
}

export function showPlatform(entry: EntryRow): Shown<typeof Platform> {
  const { digest, os, architecture, variant, mediaType, sizeBytes, role } = entry;
  return { digest, os, architecture, variant, mediaType, size: sizeBytes, role };
}

export function showLabels(entry: EntryRow): Shown<typeof LabelList>["items"][number] {
  const { digest, os, architecture, variant } = entry;
  const platform = { digest, os, architecture, variant };
  const annotations = manifestOf(entry.bytes, entry.mediaType)?.annotations ?? null;
  const config = entry.config === null ? undefined : parseConfig(entry.config);
  if (config?.outcome === "config" && annotations !== null) {
    return { ...platform, labels: config.config.labels, annotations };
  }
  const reason = config?.outcome === "invalid" ? `its config is not usable: ${config.reason}` : notInspected;
  const unknown = [{ field: "labels", reason }];
  return {
    ...platform,
    labels: null,
    annotations,
    unknown: annotations === null ? [...unknown, { field: "annotations", reason: notInspected }] : unknown,
  };
}

export function showLayers(entry: EntryRow): Shown<typeof LayerList>["items"][number] {
  const { digest, os, architecture, variant } = entry;
  const platform = { digest, os, architecture, variant };
  const manifest = manifestOf(entry.bytes, entry.mediaType);
  if (manifest === undefined || manifest.kind === "index") {
    const unknown = ["layers", "size"].map((field) => ({ field, reason: notInspected }));
    return { ...platform, layers: null, size: null, unknown };
  }
  const layers = manifest.layers.map((layer) => ({
    digest: layer.digest,
    mediaType: layer.mediaType,
    size: layer.size,
  }));
  return { ...platform, layers, size: layers.reduce((sum, { size }) => sum + size, 0) };
}

const notInspected = "the image was not inspected";

export function showFacts({ unknown, ...facts }: ImageFacts): Shown<typeof Facts> {
  const reasons = Object.entries(unknown).map(([field, reason]) => ({ field, reason }));
  return reasons.length === 0 ? facts : { ...facts, unknown: reasons };
}

// Images: one by its digest, with what its bytes say: manifest, platforms, labels and layers.
import { createRoute, z } from "@hono/zod-openapi";
import { type EntryRow, entriesOf, findImage, holderIds, holdersOf, type ImageRow } from "../../db/images.ts";
import { parseConfig } from "../../policies/images/image-config.ts";
import type { ImageFacts } from "../../policies/images/image-facts.ts";
import { type ParsedManifest, parseManifest } from "../../policies/images/manifest.ts";
import type { Shown } from "../hot/read-through.ts";
import type { Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { refusals } from "./problem-responses.ts";
import { Digest, Time, timeOf, Unknown } from "./words.ts";

const word = z.string().nullable();
const FactsSchema = z
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
    facts: FactsSchema.nullable().openapi({ description: "Of an image; null for an index and an artifact." }),
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

const params = z.object({ digest: Digest.openapi({ param: { name: "digest", in: "path" } }) });
const common = { method: "get" as const, tags: ["images"], request: { params, query: z.strictObject({}) } };
const refused = refusals("invalid-parameter", "not-found", "not-ready");
const immutable = "Immutable: derived from the digest's bytes alone.";

const getImage = createRoute({
  ...common,
  path: "/api/v1/images/{digest}",
  operationId: "getImage",
  summary: "One image by its digest",
  responses: { 200: { description: "The image", content: { "application/json": { schema: Image } } }, ...refused },
});
const getManifest = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/manifest",
  operationId: "getImageManifest",
  summary: "The manifest's bytes, as the registry sent them",
  description: immutable,
  responses: {
    200: {
      description: "The manifest, of its own media type",
      content: { "*/*": { schema: z.unknown().openapi({ type: "string", format: "binary" }) } },
    },
    ...refused,
  },
});
const getPlatforms = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/platforms",
  operationId: "getImagePlatforms",
  summary: "The entries of an index, in its order, or an image's own platform",
  description: immutable,
  responses: {
    200: { description: "The platforms", content: { "application/json": { schema: PlatformList } } },
    ...refused,
  },
});
const getLabels = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/labels",
  operationId: "getImageLabels",
  summary: "The labels of each platform's image, as they are",
  description: immutable,
  responses: { 200: { description: "The labels", content: { "application/json": { schema: LabelList } } }, ...refused },
});
const getLayers = createRoute({
  ...common,
  path: "/api/v1/images/{digest}/layers",
  operationId: "getImageLayers",
  summary: "The layers of each platform's image, with their compressed sizes",
  description: immutable,
  responses: { 200: { description: "The layers", content: { "application/json": { schema: LayerList } } }, ...refused },
});

const holdersMax = 100;

export function addImageRoutes({ app, store, reads }: Api): void {
  app.openapi(getImage, (c) => {
    const { digest } = c.req.valid("param");
    return reads.through(c, Image, async () => {
      const image = await findImage(store, digest);
      if (image === undefined) return absent(digest);
      const { holders, total } = await holdersOf(store, digest, holdersMax);
      const parts = await partsOf(image);
      const parsed = manifestOf(image.bytes, image.mediaType);
      return {
        outcome: "body",
        body: {
          digest,
          mediaType: image.mediaType,
          kind: image.kind,
          artifactType: image.artifactType,
          size: image.bytes.byteLength,
          facts: image.facts === null ? null : showFacts(image.facts),
          annotations: parsed?.annotations ?? {},
          platforms: parts.map(showPlatform),
          repositories: holders.map(({ name, firstSeenAt, tags }) => ({
            name,
            firstSeenAt: timeOf(firstSeenAt) ?? "",
            tags,
          })),
          repositoryCount: total,
          observedAt: timeOf(image.observedAt) ?? "",
        },
        // Another repository may come to hold it, which touches none of these.
        about: holders.map(({ id }) => id),
        topics: ["catalog"],
      };
    });
  });

  app.openapi(getManifest, (c) => {
    const { digest } = c.req.valid("param");
    return reads.bytes(c, async () => {
      const image = await findImage(store, digest);
      if (image === undefined) return absent(digest);
      return {
        outcome: "bytes",
        body: image.bytes,
        // The type comes from a stranger: what is no plain type of a document is sent as bytes.
        mediaType: /^application\/[a-z0-9.+-]{1,200}$/i.test(image.mediaType)
          ? image.mediaType
          : "application/octet-stream",
        lifetime: "forever",
        about: await holderIds(store, digest, holdersMax),
        headers: { "Docker-Content-Digest": digest, "Content-Security-Policy": "default-src 'none'; sandbox" },
      };
    });
  });

  app.openapi(getPlatforms, (c) => {
    const { digest } = c.req.valid("param");
    return reads.through(c, PlatformList, async () => {
      const image = await findImage(store, digest);
      if (image === undefined) return absent(digest);
      const items = (await partsOf(image)).map(showPlatform);
      const about = await holderIds(store, digest, holdersMax);
      return { outcome: "body", body: { digest, items }, lifetime: "forever", about };
    });
  });

  app.openapi(getLabels, (c) => {
    const { digest } = c.req.valid("param");
    return reads.through(c, LabelList, async () => {
      const image = await findImage(store, digest);
      if (image === undefined) return absent(digest);
      const items = (await pullable(image)).map(showLabels);
      return { outcome: "body", body: { digest, items }, ...(await lifetimeOf(digest, items)) };
    });
  });

  app.openapi(getLayers, (c) => {
    const { digest } = c.req.valid("param");
    return reads.through(c, LayerList, async () => {
      const image = await findImage(store, digest);
      if (image === undefined) return absent(digest);
      const items = (await pullable(image)).map(showLayers);
      return { outcome: "body", body: { digest, items }, ...(await lifetimeOf(digest, items)) };
    });
  });

  /** The entries of an index; the image itself where it is none. */
  async function partsOf(image: ImageRow): Promise<readonly EntryRow[]> {
    if (image.kind === "index") return entriesOf(store, image.digest);
    const { os = null, architecture = null, variant = null } = image.facts ?? {};
    const sizeBytes = image.bytes.byteLength;
    return [{ ...image, os, architecture, variant, sizeBytes, role: "image" }];
  }

  async function pullable(image: ImageRow): Promise<readonly EntryRow[]> {
    return (await partsOf(image)).filter(({ role }) => role === "image");
  }

  /** An entry that was not read yet may be read later: only what is complete is for ever. */
  async function lifetimeOf(digest: string, items: readonly { readonly unknown?: unknown }[]) {
    const about = await holderIds(store, digest, holdersMax);
    return items.some(({ unknown }) => unknown !== undefined)
      ? ({ about, topics: ["catalog"], lifetime: "minute" } as const)
      : ({ about, lifetime: "forever" } as const);
  }
}

function absent(digest: string): { readonly outcome: "refused"; readonly problem: Problem } {
  return {
    outcome: "refused",
    problem: { name: "not-found", detail: `no public repository of this catalog holds ${digest}` },
  };
}

function manifestOf(bytes: Uint8Array | null, mediaType: string): ParsedManifest | undefined {
  if (bytes === null) return undefined;
  const parsed = parseManifest(bytes, mediaType);
  return parsed.outcome === "manifest" ? parsed.manifest : undefined;
}

function showPlatform(entry: EntryRow): Shown<typeof Platform> {
  const { digest, os, architecture, variant, mediaType, sizeBytes, role } = entry;
  return { digest, os, architecture, variant, mediaType, size: sizeBytes, role };
}

function showLabels(entry: EntryRow): Shown<typeof LabelList>["items"][number] {
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

function showLayers(entry: EntryRow): Shown<typeof LayerList>["items"][number] {
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

function showFacts({ unknown, ...facts }: ImageFacts): Shown<typeof FactsSchema> {
  const reasons = Object.entries(unknown).map(([field, reason]) => ({ field, reason }));
  return reasons.length === 0 ? facts : { ...facts, unknown: reasons };
}

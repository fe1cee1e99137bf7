// Images: one by its digest, with what its bytes say: manifest, platforms, labels and layers.
import { createRoute, z } from "@hono/zod-openapi";
import { type EntryRow, entriesOf, findImage, holderIds, holdersOf, type ImageRow } from "../../db/images.ts";
import type { Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import {
  Image,
  LabelList,
  LayerList,
  manifestOf,
  PlatformList,
  showFacts,
  showLabels,
  showLayers,
  showPlatform,
} from "./image-schemas.ts";
import { refusals } from "./problem-responses.ts";
import { addVerificationRoutes } from "./verification-routes.ts";
import { Digest, timeOf } from "./words.ts";

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

export function addImageRoutes(api: Api): void {
  const { app, store, reads } = api;
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

  addVerificationRoutes(api);

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

// What Go's registry clients, cosign's among them, read of what a registry lists (go-containerregistry, remote/referrers.go).
import { z } from "zod";
import { ociIndex } from "../../policies/images/media-types.ts";
import { parseObject } from "./json-body.ts";

/** Compared to the letter: with a parameter behind it, this type is another to them, and they read the fallback tag. */
export function isIndexToGo(contentType: string | undefined): boolean {
  return contentType === ociIndex;
}

/**
 * They read the fallback tag after 404, 400, 406 and a 200 that is no index, and give up after anything else. They
 * follow redirects to where nobody here does: GHCR's end in a page of HTML.
 */
export function isTagReadAfter(status: number): boolean {
  return [200, 400, 404, 406].includes(status) || (status >= 300 && status <= 399);
}

const text = z.string().nullish();
const texts = z.array(z.string().nullable()).nullish();
const annotations = z.record(z.string(), z.string().nullable()).nullish();
const descriptor = z.looseObject({
  mediaType: text,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nullish(),
  data: text,
  urls: texts,
  annotations,
  platform: z
    .looseObject({ architecture: text, os: text, variant: text, "os.version": text, "os.features": texts })
    .nullish(),
  artifactType: text,
});
const index = z.looseObject({
  schemaVersion: z.int().nullish(),
  mediaType: text,
  manifests: z.array(descriptor).nullish(),
  annotations,
  subject: descriptor.nullish(),
});

/** One entry that they cannot read, or a digest that is no SHA-256, and they read nothing of an index (v1.IndexManifest). */
export function isReadableByGo(bytes: Buffer, what: string): boolean {
  return index.safeParse(parseObject(bytes, what)).success;
}

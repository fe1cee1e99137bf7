// Descriptors: what an index says of the manifests it names.
import type { Descriptor } from "../../policies/images/manifest.ts";
import { isDigest } from "../../policies/words/digest.ts";
import { amountIn, isObject, listIn, parseObject, stringIn } from "./json-body.ts";

/** The well-formed descriptors of an index; the others name nothing that could be read. */
export function descriptorsIn(bytes: Buffer, what: string): readonly Descriptor[] {
  return listIn(parseObject(bytes, what), "manifests", what).flatMap((entry) => readDescriptor(entry) ?? []);
}

export function readDescriptor(entry: unknown): Descriptor | undefined {
  if (!isObject(entry)) return undefined;
  const mediaType = stringIn(entry, "mediaType");
  const digest = stringIn(entry, "digest");
  const size = amountIn(entry, "size");
  if (mediaType === undefined || digest === undefined || !isDigest(digest)) return undefined;
  if (size === undefined || !Number.isSafeInteger(size)) return undefined;
  const annotations = isObject(entry.annotations) ? Object.entries(entry.annotations) : [];
  return {
    mediaType,
    digest,
    size,
    artifactType: stringIn(entry, "artifactType") ?? null,
    annotations: Object.fromEntries(
      annotations.filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    ),
  };
}

/** The digest of the manifest that this one refers to, if it does. */
export function subjectOf(bytes: Buffer): string | undefined {
  return readDescriptor(parseObject(bytes, "the manifest").subject)?.digest;
}

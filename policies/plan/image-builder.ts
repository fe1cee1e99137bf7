// Image builders: which program cut an image into layers, as its manifest tells; each numbers users and groups its own way.
import type { ParsedImage } from "../images/manifest.ts";

export type ImageBuilder = "rechunk" | "rpm-ostree" | "chunkah";

/**
 * Null where the manifest does not say: an image that was built in no such way, or whose first push lost the
 * annotations of its layers (facts: 1.1, 1.7). Of a rechunked image that was built upon, the last builder counts.
 */
export function builderOf({ annotations, layers }: Pick<ParsedImage, "annotations" | "layers">): ImageBuilder | null {
  const has = (key: string) => layers.some((layer) => Object.hasOwn(layer.annotations, key));
  if (has("org.chunkah.component")) return "chunkah";
  if (Object.hasOwn(annotations, "dev.hhd.rechunk.info")) return "rechunk";
  return has("ostree.components") ? "rpm-ostree" : null;
}

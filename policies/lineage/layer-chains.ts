// Layer chains: one number for each run of layers from the bottom, by which images with the same bottom are found.
import { createHash } from "node:crypto";

/** The largest image that a container store can hold has 127; what has more is compared up to here. */
export const maxChainLayers = 256;

/**
 * Compressed layers are told by their digests, and by the digests of what is in them: a base that was compressed anew
 * when it was pushed keeps the latter alone.
 */
export type LayerList = { readonly by: "layers" | "diffs"; readonly digests: readonly string[] };

/**
 * The chain of each run of layers: the first, the first two, and so on. It names the run with 52 bits, so that both
 * databases and JavaScript hold it as a whole number; whoever relies on an equality compares the layers themselves.
 */
export function layerChains({ by, digests }: LayerList): readonly number[] {
  let whole = by as string;
  return digests.slice(0, maxChainLayers).map((digest) => {
    whole = createHash("sha256").update(`${whole}\n${digest}`).digest("hex");
    return Number.parseInt(whole.slice(0, 13), 16);
  });
}

/** Whether `base` is the bottom of `image`, with something on top of it. */
export function isLayerPrefix(base: readonly string[], image: readonly string[]): boolean {
  return base.length > 0 && base.length < image.length && base.every((digest, i) => image[i] === digest);
}

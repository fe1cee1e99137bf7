// The choice of a platform: which manifest of an image a host of one architecture deploys.
import { type ImageFacts, withIndexAnnotations } from "../images/image-facts.ts";
import type { Layer } from "../images/layer.ts";
import { entryFits, type Platform, platformName } from "../words/platform.ts";
import type { ImageBuilder } from "./image-builder.ts";
import type { PlanEntry, PlanImage } from "./plan-input.ts";

export type Choice =
  | {
      readonly outcome: "manifest";
      readonly digest: string;
      /** What the index says of it, else what its config says. */
      readonly platform: Partial<Platform>;
      readonly facts: ImageFacts | null;
      readonly layers: readonly Layer[] | null;
      readonly builder: ImageBuilder | null;
    }
  /** The index has none for the architecture, or what the tag names is no image at all. */
  | { readonly outcome: "none"; readonly reason: string };

/** A single manifest is pulled unchecked, whatever its architecture (facts: 4a). */
export function choosePlatform(image: PlanImage, architecture: string): Choice {
  switch (image.kind) {
    case "artifact":
      return { outcome: "none", reason: "this is an artifact, not an image" };
    case "image":
      return chosen(image.digest, null, image.facts, image);
    case "index": {
      const entry = chooseEntry(image.entries, architecture);
      if (entry === undefined) return { outcome: "none", reason: `the index has no image for ${architecture}` };
      const facts = entry.facts === null ? null : withIndexAnnotations(entry.facts, image.annotations);
      return chosen(entry.digest, entry.platform, facts, entry);
    }
  }
}

function chosen(
  digest: string,
  named: Platform | null,
  facts: ImageFacts | null,
  { layers, builder = null }: Pick<PlanEntry, "layers" | "builder">,
): Choice {
  const { os, architecture, variant } = named ?? facts ?? {};
  const platform = {
    ...(os ? { os } : {}),
    ...(architecture ? { architecture } : {}),
    ...(variant ? { variant } : {}),
  };
  return { outcome: "manifest", digest, platform, facts, layers, builder };
}

/**
 * The entry that containers/image chooses (oci_index.go, platform_matcher.go): the best platform, an entry that names
 * none last of all; then zstd before gzip; then the first in the index's order.
 */
export function chooseEntry(entries: readonly PlanEntry[], architecture: string): PlanEntry | undefined {
  let best: { entry: PlanEntry; rank: number } | undefined;
  for (const entry of entries) {
    const rank = rankOf(entry, architecture);
    if (rank === undefined) continue;
    if (best === undefined || rank < best.rank || (rank === best.rank && entry.zstd && !best.entry.zstd)) {
      best = { entry, rank };
    }
  }
  return best?.entry;
}

/** A host knows its own variant and prefers it to an entry without one. */
const variants: ReadonlyMap<string, readonly string[]> = new Map([
  ["arm64", ["v8", ""]],
  ["arm", ["v7", "v6", "v5", ""]],
]);

function rankOf({ platform }: PlanEntry, architecture: string): number | undefined {
  if (platform === null) return Number.POSITIVE_INFINITY;
  if (!entryFits(platform, architecture)) return undefined;
  return (variants.get(architecture) ?? [""]).indexOf(platform.variant ?? "");
}

/**
 * The architectures that an image is for. An entry whose variant keeps every host from choosing it is written with
 * it (`amd64/v3`); one that hosts of its architecture do choose is written without.
 */
export function architecturesOf(image: Pick<PlanImage, "kind" | "facts" | "entries">): string[] {
  const platforms = image.kind === "index" ? image.entries.map(platformOf) : [platformOfFacts(image.facts)];
  const names = platforms.flatMap((platform) =>
    platform?.os === "linux"
      ? [entryFits(platform, platform.architecture) ? platform.architecture : platformName(platform)]
      : [],
  );
  return [...new Set(names)];
}

function platformOf(entry: PlanEntry): Platform | undefined {
  return entry.platform ?? platformOfFacts(entry.facts);
}

/** Without its variant, which no client asks for in a config. */
function platformOfFacts(facts: ImageFacts | null): Platform | undefined {
  if (facts === null || facts.os === null || facts.architecture === null) return undefined;
  return { os: facts.os, architecture: facts.architecture, variant: null };
}

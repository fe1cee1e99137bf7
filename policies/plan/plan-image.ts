// Plan images: what a plan needs of an image, from the manifests as the catalog keeps them.
import type { ImageFacts } from "../images/image-facts.ts";
import type { Layer } from "../images/layer.ts";
import { layersOf, type ParsedIndex, parseManifest } from "../images/manifest.ts";
import { chooseEntry } from "./choose-platform.ts";
import type { PlanEntry, PlanImage } from "./plan-input.ts";

/** Columns of `images`. */
export type StoredImage = {
  readonly digest: string;
  readonly kind: PlanImage["kind"];
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly facts: ImageFacts | null;
};

/**
 * `entries`: the stored images that an index names, by digest, as far as there are any. `layersFor`: the architecture
 * whose layers are wanted, which only a question with `from` needs; null spares reading them.
 */
export function planImage(
  stored: StoredImage,
  entries: ReadonlyMap<string, StoredImage>,
  observedAt: number | null,
  layersFor: string | null,
): PlanImage {
  const { digest, kind, facts } = stored;
  const index = kind === "index" ? readIndex(stored) : undefined;
  if (index === undefined) {
    const layers = kind === "image" && layersFor !== null ? readLayers(stored) : null;
    return { digest, kind, facts, annotations: {}, layers, entries: [], observedAt };
  }
  const named = index.entries
    .filter(({ role }) => role === "image")
    .map((entry): PlanEntry => {
      const image = entries.get(entry.digest);
      return {
        digest: entry.digest,
        platform: entry.platform,
        zstd: entry.zstd,
        facts: image?.facts ?? null,
        layers: null,
      };
    });
  return {
    digest,
    kind,
    facts: null,
    annotations: index.annotations,
    layers: null,
    entries: layersFor === null ? named : withLayers(named, entries, layersFor),
    observedAt,
  };
}

/** Reads the layers of the one entry that will be asked about. */
function withLayers(
  named: readonly PlanEntry[],
  entries: ReadonlyMap<string, StoredImage>,
  architecture: string,
): readonly PlanEntry[] {
  const chosen = chooseEntry(named, architecture);
  const stored = entries.get(chosen?.digest ?? "");
  if (chosen === undefined || stored === undefined) return named;
  const layers = readLayers(stored);
  return named.map((entry) => (entry === chosen ? { ...entry, layers } : entry));
}

function readIndex({ bytes, mediaType }: StoredImage): ParsedIndex | undefined {
  const parsed = parseManifest(bytes, mediaType);
  return parsed.outcome === "manifest" && parsed.manifest.kind === "index" ? parsed.manifest : undefined;
}

function readLayers({ bytes, mediaType }: StoredImage): readonly Layer[] | null {
  const parsed = parseManifest(bytes, mediaType);
  return parsed.outcome === "manifest" && parsed.manifest.kind !== "index" ? layersOf(parsed.manifest) : null;
}

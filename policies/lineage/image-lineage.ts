// Image lineage: what one image's own bytes say of the image that it was built on.
import { type ImageConfig, type Labels, parseConfig } from "../images/image-config.ts";
import { type Annotations, type ParsedManifest, parseManifest } from "../images/manifest.ts";
import { type BaseClaim, baseClaimOf } from "./base-claim.ts";
import { type LayerList, layerChains } from "./layer-chains.ts";

/** What is kept of an image, so that it is found by its bases and they by it. */
export type ImageLineage = {
  /** Of an image: the chains of its layers from the bottom, told by each of their digests. */
  readonly chains: readonly (readonly number[])[];
  readonly annotation: BaseClaim | null;
  readonly label: BaseClaim | null;
};

/** Everything of an image from which its base is told. */
export type LineageBytes = {
  readonly layers: readonly LayerList[];
  readonly annotations: Annotations;
  /** Null: the config could not be read, or the manifest has none that is an image's. */
  readonly labels: Labels | null;
};

export function readLineage(manifest: ParsedManifest, config: ImageConfig | null): LineageBytes {
  if (manifest.kind !== "image") return { layers: [], annotations: manifest.annotations, labels: null };
  const layers: LayerList = { by: "layers", digests: manifest.layers.map(({ digest }) => digest) };
  const diffIds = config?.diffIds ?? [];
  // A config that names other layers than its manifest speaks of something else.
  const diffs: LayerList[] = diffIds.length === layers.digests.length ? [{ by: "diffs", digests: diffIds }] : [];
  return { layers: [layers, ...diffs], annotations: manifest.annotations, labels: config?.labels ?? null };
}

/** The same from the bytes as they are stored; undefined where they are no manifest. */
export function readStoredLineage(bytes: Uint8Array, config: Uint8Array | null): LineageBytes | undefined {
  const parsed = parseManifest(bytes, null);
  if (parsed.outcome !== "manifest") return undefined;
  const parsedConfig = config === null ? undefined : parseConfig(config);
  return readLineage(parsed.manifest, parsedConfig?.outcome === "config" ? parsedConfig.config : null);
}

/** Null: there is nothing to keep. */
export function imageLineage({ layers, annotations, labels }: LineageBytes): ImageLineage | null {
  const chains = layers.map(layerChains).filter((chain) => chain.length > 0);
  const annotation = baseClaimOf(annotations);
  const label = labels === null ? null : baseClaimOf(labels);
  return chains.length === 0 && annotation === null && label === null ? null : { chains, annotation, label };
}

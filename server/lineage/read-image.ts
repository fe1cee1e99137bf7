// Reading an image for its lineage: the manifest of one architecture, with everything that tells of its base.
import {
  findLineageEvidence,
  findLineageImage,
  imagesOfChains,
  indexesWith,
  type LineageHolder,
  lineageEntries,
  type Viewer,
} from "../../db/lineage.ts";
import type { Labels } from "../../policies/images/image-config.ts";
import { type BaseClaim, baseClaimOf } from "../../policies/lineage/base-claim.ts";
import type { BaseSigns, LayerBase } from "../../policies/lineage/choose-base.ts";
import { type LineageBytes, readStoredLineage } from "../../policies/lineage/image-lineage.ts";
import { isLayerPrefix, layerChains } from "../../policies/lineage/layer-chains.ts";
import { namesImages, provenanceImages } from "../../policies/lineage/provenance-images.ts";
import { chooseEntry } from "../../policies/plan/choose-platform.ts";
import type { TrustIndex } from "../../policies/trust/trust-rules.ts";
import { verifications } from "../../policies/trust/verifications-body.ts";

/** The manifest that a host of the architecture pulls, of an image that somebody named by `digest`. */
export type ReadImage = {
  readonly holders: readonly LineageHolder[];
  /** `digest`, the manifest and every index that has it. */
  readonly digests: readonly string[];
  readonly manifest: string;
  readonly indexes: readonly string[];
  readonly content: LineageBytes;
  /** Annotations of the manifest, then of its indexes. */
  readonly annotations: readonly Labels[];
};

export type ImageOutcome =
  | { readonly outcome: "image"; readonly image: ReadImage }
  | { readonly outcome: "unknown"; readonly reason: string };

const notHere = "it is not in this catalog";
/** Images that consist of the same layers: a few are rebuilt with other labels. */
const layerBasesMax = 20;

export async function readImage(viewer: Viewer, digest: string, architecture: string): Promise<ImageOutcome> {
  const named = await findLineageImage(viewer, digest);
  if (named === undefined) return { outcome: "unknown", reason: notHere };
  let stored = named;
  if (named.kind === "index") {
    const entries = (await lineageEntries(viewer, digest)).map(({ os, architecture: of, variant, ...entry }) => ({
      ...entry,
      platform: os === null || of === null ? null : { os, architecture: of, variant },
      facts: null,
      layers: null,
    }));
    const entry = chooseEntry(entries, architecture);
    if (entry === undefined) return { outcome: "unknown", reason: `it has no image for ${architecture}` };
    const manifest = await findLineageImage(viewer, entry.digest);
    if (manifest === undefined) return { outcome: "unknown", reason: `its image for ${architecture} was not read` };
    stored = manifest;
  }
  const content = readStoredLineage(stored.bytes, stored.config);
  if (content === undefined) return { outcome: "unknown", reason: "its manifest cannot be read" };
  const indexes = await indexesWith(viewer, stored.digest);
  return {
    outcome: "image",
    image: {
      holders: named.holders,
      digests: [...new Set([digest, stored.digest, ...indexes.map((each) => each.digest)])],
      manifest: stored.digest,
      indexes: indexes.map((each) => each.digest),
      content,
      annotations: [content.annotations, ...indexes.map(({ annotations }) => annotations)],
    },
  };
}

export type ReadSigns = {
  readonly signs: BaseSigns;
  /** The next moment at which time alone changes who may speak; null: never. */
  readonly changesAt: number | null;
};

/** `repository`: in whose name its signatures speak. */
export async function readSigns(
  viewer: Viewer,
  image: ReadImage,
  architecture: string,
  repository: { readonly id: number; readonly name: string },
  trust: { readonly index: TrustIndex; readonly now: number },
): Promise<ReadSigns> {
  const evidence = await findLineageEvidence(viewer, repository.id, image.digests);
  const speaking = evidence.filter(({ found }) => found.some(namesImages));
  const rules = trust.index.rulesFor(repository.name);
  const moments = speaking.flatMap(({ digest, found }) => {
    const { changesAt } = verifications(trust.index, repository.name, { digest, found, look: null }, trust.now);
    return changesAt === null ? [] : [changesAt];
  });
  const { labels } = image.content;
  return {
    signs: {
      own: image.digests,
      materials: speaking.flatMap(({ found }) => provenanceImages(found, rules, trust.now)),
      annotation: claimsOf(image.annotations)[0] ?? null,
      label: labels === null ? null : baseClaimOf(labels),
      layers: await readLayerBase(viewer, image, architecture),
    },
    changesAt: moments.length === 0 ? null : Math.min(...moments),
  };
}

/** The tallest image that is the bottom of this one. Chains are numbers: what they find is compared layer by layer. */
async function readLayerBase(viewer: Viewer, image: ReadImage, architecture: string): Promise<LayerBase | null> {
  const chains = image.content.layers.flatMap((list) => layerChains(list).slice(0, list.digests.length - 1));
  for (const digest of await imagesOfChains(viewer, chains, layerBasesMax)) {
    const read = await readImage(viewer, digest, architecture);
    if (read.outcome === "unknown" || !standsOn(image.content, read.image.content)) continue;
    const [home] = read.image.holders;
    if (home === undefined) continue;
    const { labels } = read.image.content;
    const label = labels === null ? null : baseClaimOf(labels);
    const claims = [...claimsOf(read.image.annotations), ...(label === null ? [] : [label])];
    return { repository: home.name, digests: read.image.digests, claims };
  }
  return null;
}

function standsOn(image: LineageBytes, base: LineageBytes): boolean {
  return image.layers.some(({ by, digests }) =>
    base.layers.some((below) => below.by === by && isLayerPrefix(below.digests, digests)),
  );
}

function claimsOf(annotations: readonly Labels[]): readonly BaseClaim[] {
  return annotations.flatMap((each) => baseClaimOf(each) ?? []);
}

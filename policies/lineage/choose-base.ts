// Choosing a base: which of the things that speak of an image's base is believed, and how strong its evidence is.
import { type BaseClaim, isSameClaim } from "./base-claim.ts";

/** From the strongest to the weakest. */
export const baseEvidences = ["provenance", "annotation", "layers", "labels"] as const;
export type BaseEvidence = (typeof baseEvidences)[number];

/** The image whose layers are the bottom of this one's: the tallest that is known. */
export type LayerBase = {
  readonly repository: string;
  /** Its manifest, and every index that has it. */
  readonly digests: readonly string[];
  /** What it says of its own base: whoever is built on it may repeat that. */
  readonly claims: readonly BaseClaim[];
};

export type BaseSigns = {
  /** Digests of the image itself: nothing is built on itself. */
  readonly own: readonly string[];
  /** Images that signed provenance names among what it was made from. */
  readonly materials: readonly BaseClaim[];
  /** From its manifest, else from its index. */
  readonly annotation: BaseClaim | null;
  readonly label: BaseClaim | null;
  readonly layers: LayerBase | null;
};

export type ChosenBase =
  | { readonly outcome: "base"; readonly evidence: BaseEvidence; readonly claim: BaseClaim }
  | { readonly outcome: "unknown"; readonly reason: string };

export function chooseBase(signs: BaseSigns): ChosenBase {
  const { own, layers } = signs;
  const isOther = ({ digest }: BaseClaim) => digest === null || !own.includes(digest);
  const isInherited = (claim: BaseClaim) => layers?.claims.some((each) => isSameClaim(each, claim)) ?? false;
  const usable = (claim: BaseClaim | null) => (claim !== null && isOther(claim) && !isInherited(claim) ? claim : null);
  const annotation = usable(signs.annotation);
  const label = usable(signs.label);

  const materials = signs.materials.filter(isOther);
  const material = onlyOne(materials, [annotation?.digest, ...(layers?.digests ?? [])]);
  if (material !== undefined) return { outcome: "base", evidence: "provenance", claim: material };
  if (annotation !== null && annotation.digest !== null) {
    return { outcome: "base", evidence: "annotation", claim: annotation };
  }
  const [digest] = layers?.digests ?? [];
  if (layers !== null && digest !== undefined) {
    return { outcome: "base", evidence: "layers", claim: { repository: layers.repository, tag: null, digest } };
  }
  // A name without a digest is as weak as a label: nothing shows that this very image was pulled by it.
  const claim = label ?? annotation;
  if (claim !== null) return { outcome: "base", evidence: "labels", claim };
  return { outcome: "unknown", reason: whyNot(materials) };
}

/** A build in several stages names an image for each: another sign tells which of them the result stands on. */
function onlyOne(
  materials: readonly BaseClaim[],
  others: readonly (string | null | undefined)[],
): BaseClaim | undefined {
  const byDigest = new Map(materials.map((material) => [material.digest, material]));
  if (byDigest.size === 1) return materials[0];
  const confirmed = [...byDigest.values()].filter(({ digest }) => others.includes(digest));
  return confirmed.length === 1 ? confirmed[0] : undefined;
}

function whyNot(materials: readonly BaseClaim[]): string {
  return materials.length === 0
    ? "no provenance, annotation or label names its base, and no image that is known here has its lowest layers"
    : "its provenance names several images, and nothing else tells which of them is its base";
}

// What an image says itself of the image that it was built on; all that takes a catalog is unknown.
import type { BaseClaim } from "../../policies/lineage/base-claim.ts";
import { type ChosenBase, chooseBase } from "../../policies/lineage/choose-base.ts";
import type { ImageLineage } from "../../policies/lineage/image-lineage.ts";
import { type Choice, choosePlatform } from "../../policies/plan/choose-platform.ts";
import type { PlanImage } from "../../policies/plan/plan-input.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { LineageBody } from "../../server/lineage/lineage-body.ts";
import { unreadBase } from "../../server/lineage/unread-base.ts";

export type SaidOfBases = {
  readonly image: PlanImage;
  /** What its manifests say of a base, by their digests; null: nothing. */
  readonly lineages: ReadonlyMap<string, ImageLineage | null>;
  /** Images that believed provenance of a manifest names. */
  readonly materials: (digest: string) => readonly BaseClaim[];
};

const catalogKnows = "only a catalog knows it: here no other image is looked at";

export function selfLineage(
  ref: string,
  { image, lineages, materials }: SaidOfBases,
  architecture: string,
): LineageBody {
  const choice = choosePlatform(image, architecture);
  const own = choice.outcome === "none" ? [] : [...new Set([choice.digest, image.digest])];
  const named = own.flatMap(materials);
  const said = own.flatMap((digest) => lineages.get(digest) ?? []);
  const chosen = chooseBase({
    own,
    materials: named,
    // Of the manifest, else of its index.
    annotation: said.find(({ annotation }) => annotation !== null)?.annotation ?? null,
    label: said.find(({ label }) => label !== null)?.label ?? null,
    layers: null,
  });
  const reasons = { digest: "it is named without a digest", lag: catalogKnows };
  const bases = chosen.outcome === "base" ? [unreadBase(chosen, reasons)] : [];
  return withUnknown(
    { ref, digest: image.digest, bases, derived: [], inheritedLabels: null, inheritedAnnotations: null },
    { inheritedLabels: catalogKnows, inheritedAnnotations: catalogKnows },
    [
      { field: "bases", reason: whyNoMore(choice, chosen, named) },
      { field: "derived", reason: catalogKnows },
    ],
  );
}

function whyNoMore(choice: Choice, chosen: ChosenBase, materials: readonly BaseClaim[]): string {
  if (choice.outcome === "none") return choice.reason;
  if (chosen.outcome === "unknown") {
    const said =
      materials.length > 0 ? chosen.reason : "no provenance, annotation or label of the image itself names its base";
    return `${said}; whose layers are its lowest only a catalog knows`;
  }
  const next = "what it was built on only a catalog knows";
  // A derived image repeats what its base says of its own base.
  return chosen.evidence === "provenance"
    ? next
    : `${next}, and whether others stand between: annotations and labels are inherited`;
}

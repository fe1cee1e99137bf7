// Provenance images: the images that somebody who may speak for a repository says a build was made from.
import { believedProvenance } from "../trust/believed-provenance.ts";
import type { FoundEvidence } from "../trust/found-evidence.ts";
import type { TrustRules } from "../trust/trust-rules.ts";
import type { BaseClaim } from "./base-claim.ts";
import { imageOfMaterial } from "./material-image.ts";

export function provenanceImages(found: readonly FoundEvidence[], rules: TrustRules, now: number): BaseClaim[] {
  return found
    .filter(namesImages)
    .flatMap((each) => (believedProvenance(each, rules, now) === null ? [] : imagesOf(each)));
}

/** The one image that evidence of a manifest names, whoever signed it; undefined where it names none or several. */
export function soleImage(found: readonly FoundEvidence[]): BaseClaim | undefined {
  const byDigest = new Map(
    found
      .filter(({ finding }) => finding.valid === true)
      .flatMap(imagesOf)
      .map((image) => [image.digest, image]),
  );
  return byDigest.size === 1 ? [...byDigest.values()][0] : undefined;
}

export function namesImages(found: FoundEvidence): boolean {
  return imagesOf(found).length > 0;
}

function imagesOf({ finding: { claims } }: FoundEvidence): BaseClaim[] {
  if (claims?.type !== "statement" || !claims.subjectMatches) return [];
  return (claims.provenance?.images ?? []).flatMap((material) => imageOfMaterial(material) ?? []);
}

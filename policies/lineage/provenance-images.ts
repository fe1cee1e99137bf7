// Provenance images: the images that somebody who may speak for a repository says a build was made from.
import type { FoundEvidence } from "../trust/found-evidence.ts";
import { judgeAttestation } from "../trust/judge-attestation.ts";
import type { TrustRules } from "../trust/trust-rules.ts";
import type { BaseClaim } from "./base-claim.ts";
import { imageOfMaterial } from "./material-image.ts";

/**
 * Signed, whole, about this manifest, and by a signer of the repository's policy. Where no policy speaks for it,
 * whoever signed is as good as who wrote the annotations.
 */
export function provenanceImages(found: readonly FoundEvidence[], rules: TrustRules, now: number): BaseClaim[] {
  return found.filter(namesImages).flatMap((each) => {
    const { signed, valid, subjectMatches } = judgeAttestation(each, rules, now);
    const maySpeak = rules.policy === null || signed.counted.length > 0;
    return valid === true && subjectMatches === true && maySpeak ? imagesOf(each) : [];
  });
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

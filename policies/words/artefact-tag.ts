// Artefact tags: tags that carry signatures, attestations and SBOMs of an image, and name no image themselves.

/**
 * cosign's `sha256-<hex>.sig`, `.att` and `.sbom`, and the fallback tag of the referrers API, which is
 * `<algorithm>-<digest, cut to 64 characters>` (OCI distribution specification, "Referrers Tag Schema").
 */
export function isArtefactTag(tag: string): boolean {
  return /^sha(?:256|384|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/.test(tag);
}

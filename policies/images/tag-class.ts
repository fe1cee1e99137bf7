// Tag classes: which tags name an image to choose, and which hold what belongs to another image.

export type TagClass = "image" | "signature" | "attestation" | "sbom" | "referrers";

// cosign's tags for what it attaches, and the referrers fallback tag of the distribution specification, whose digest
// is cut at 64 characters. Others hang `.src` or `.dockerfile` on the same stem.
const attached = /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.([A-Za-z0-9._-]+))?$/;
const endings: ReadonlyMap<string, TagClass> = new Map([
  ["sig", "signature"],
  ["att", "attestation"],
  ["sbom", "sbom"],
]);

export function tagClass(name: string): TagClass {
  const stem = attached.exec(name);
  if (stem !== null) return endings.get(stem[1] ?? "") ?? "referrers";
  return endings.get(/\.([a-z]+)$/.exec(name)?.[1] ?? "") ?? "image";
}

// Listing words: the parameters of a search, among which a document's facets have no place.

/** Facets that every repository has, before those that the documents give it; a document's own of such a name is passed over. */
export const ownFacets = [
  "kind",
  "official",
  "registry",
  "namespace",
  "project",
  "distribution",
  "os",
  "arch",
  "level",
  "verdict",
] as const;
export type OwnFacet = (typeof ownFacets)[number];

/** Query parameters that are no filters: no facet can have their names. */
export const reservedParameters = ["q", "sort", "cursor", "limit", "facets"] as const;

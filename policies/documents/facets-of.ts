// Facets: what a channel of a repository is for, by the curated facets and patterns of its source.
import { matchesAny, matchesPattern } from "../words/pattern.ts";
import type { SourceDocument } from "./source-document.ts";
import { pathBelow } from "./source-of.ts";

/** Facet -> its values, in the document's order and each once. */
export type Facets = Readonly<Record<string, readonly string[]>>;

/**
 * What `match` is compared with: the path below the namespace. A source that lists repositories has no namespace; there
 * it is the path below the first segment, or all of it.
 */
function matchablePaths(source: SourceDocument, path: string): readonly string[] {
  const below = pathBelow(source, path);
  if (below !== undefined) return [below];
  const slash = path.indexOf("/");
  return slash < 0 ? [path] : [path.slice(slash + 1), path];
}

/** The facets of one tag of one repository (by its path in the registry). For each facet the first pattern that matches wins. */
export function facetsOf(source: SourceDocument, path: string, tag: string): Facets {
  const paths = matchablePaths(source, path);
  const found = new Map<string, readonly string[]>();
  for (const pattern of source.facetPatterns) {
    const matches =
      "tag" in pattern ? matchesPattern(pattern.tag, tag) : paths.some((text) => matchesAny([pattern.match], text));
    if (matches) take(found, pattern.set);
  }
  take(found, source.facets);
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Facets that depend on the tag: of an image whose tag is not known their value is not known either. A pattern of tags
 * counts only where no pattern of the repository before it has settled the facet.
 */
export function facetsByTag(source: SourceDocument, path: string): ReadonlySet<string> {
  const paths = matchablePaths(source, path);
  const settled = new Set<string>();
  const byTag = new Set<string>();
  for (const pattern of source.facetPatterns) {
    const facets = Object.keys(pattern.set).filter((facet) => !settled.has(facet));
    if ("tag" in pattern) for (const facet of facets) byTag.add(facet);
    else if (paths.some((text) => matchesAny([pattern.match], text))) for (const facet of facets) settled.add(facet);
  }
  return byTag;
}

function take(found: Map<string, readonly string[]>, set: SourceDocument["facets"]): void {
  for (const [key, value] of Object.entries(set)) {
    if (!found.has(key)) found.set(key, typeof value === "string" ? [value] : [...new Set(value)]);
  }
}

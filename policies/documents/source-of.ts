// Whose a repository is: which source speaks for it where several could.
import { matchesAny } from "../words/pattern.ts";
import { parseRepository } from "../words/reference.ts";
import type { PolicySet } from "./policy-set.ts";
import type { SourceDocument } from "./source-document.ts";

export type SourceClaim = {
  readonly source: SourceDocument;
  /** Sources that the repository belongs to as well and that do not speak for it: what `listed-twice` reports. */
  readonly others: readonly SourceDocument[];
};

const listed = new WeakMap<readonly string[], ReadonlySet<string>>();

/**
 * Whether the source names this path itself, as opposed to naming a namespace that holds it. A source may list thousands,
 * and every repository is asked about: the list is made a set once.
 */
function namesPath(source: SourceDocument, path: string): boolean {
  if (source.repositories === undefined) return false;
  let paths = listed.get(source.repositories);
  if (paths === undefined) {
    paths = new Set(source.repositories);
    listed.set(source.repositories, paths);
  }
  return paths.has(path);
}

/** The path below the source's namespace; undefined where the source has none or the path lies elsewhere. */
export function pathBelow(source: Pick<SourceDocument, "namespace">, path: string): string | undefined {
  if (source.namespace === undefined || !path.startsWith(`${source.namespace}/`)) return undefined;
  return path.slice(source.namespace.length + 1);
}

/** Whether the repository `path` of the source's registry belongs to the source. */
export function coversPath(source: SourceDocument, path: string): boolean {
  if (namesPath(source, path)) return true;
  const below = pathBelow(source, path);
  if (below === undefined) return false;
  return (
    (source.include === undefined || matchesAny(source.include, below)) && !matchesAny(source.exclude ?? [], below)
  );
}

/** A source that names the repository wins over namespaces that hold it; among namespaces the first id wins. */
export function sourceOf(set: Pick<PolicySet, "sources">, repository: string): SourceClaim | undefined {
  const name = parseRepository(repository);
  if (name === undefined) return undefined;
  const claims = set.sources.filter((source) => source.registry === name.host && coversPath(source, name.path));
  const [first, ...rest] = claims.toSorted((a, b) => {
    const byNaming = Number(namesPath(b, name.path)) - Number(namesPath(a, name.path));
    return byNaming !== 0 ? byNaming : a.id < b.id ? -1 : 1;
  });
  return first === undefined ? undefined : { source: first, others: rest };
}

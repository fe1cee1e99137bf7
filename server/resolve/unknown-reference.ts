// The unknown reference: one answer for what nobody declares, what the registry denies and what is private.
import { LRUCache } from "lru-cache";
import { formatTimestamp } from "../../policies/images/timestamp.ts";
import { candidates } from "../../policies/plan/candidates.ts";
import { parseReference, type Reference } from "../../policies/words/reference.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";

const candidatesMax = 5;
const remembered = 1_000;

/**
 * Whether the client may have its question compared with every name: of all that a GET can make the server do, that
 * takes longest (some ms for 10,000 repositories). Asked only where the answer is not known from before.
 */
export type MayCompare = () => boolean;

/** What its registry said of a tag or digest that it has not, and since when it says so. */
export type Denied = { readonly reason: string; readonly since: number };

export type UnknownReferences = {
  /** Compares with all public repositories. */
  problemFor(catalog: LoadedCatalog, reference: Reference, mayCompare: MayCompare): Promise<Problem>;
  /** Compares with references of the same repository. */
  problemNear(reference: Reference, near: readonly string[], denied: Denied | null): Problem;
  /** Of a repository that was asked for by its name. */
  problemForRepository(catalog: LoadedCatalog, name: string, mayCompare: MayCompare): Promise<Problem>;
};

export function createUnknownReferences(): UnknownReferences {
  let names: { readonly listing: number; readonly list: readonly string[] } | undefined;
  const known = new LRUCache<string, readonly string[]>({ max: remembered });

  async function compare(
    catalog: LoadedCatalog,
    reference: Reference,
    mayCompare: MayCompare,
  ): Promise<readonly string[]> {
    const search = await catalog.search();
    if (names?.listing !== catalog.listing) {
      names = { listing: catalog.listing, list: search.rows().map(({ name }) => name) };
      known.clear();
    }
    const before = known.get(reference.repository);
    if (before !== undefined) return before;
    if (!mayCompare()) return [];
    const found = candidates(reference, names.list, candidatesMax);
    known.set(reference.repository, found);
    return found;
  }

  return {
    problemFor: async (catalog, reference, mayCompare) =>
      refusal(unknownReference(reference), await compare(catalog, reference, mayCompare)),
    problemNear: (reference, near, denied) => {
      const found = candidates(reference, near, candidatesMax);
      if (denied === null) return refusal(unknownReference(reference), found);
      const since = formatTimestamp(denied.since);
      const problem = refusal(`${reference.text} is not there: ${denied.reason}, since ${since}`, found);
      return { ...problem, members: { ...problem.members, reason: denied.reason, since } };
    },
    problemForRepository: async (catalog, name, mayCompare) => {
      const parsed = parseReference(name);
      const found = parsed.outcome === "reference" ? await compare(catalog, parsed.reference, mayCompare) : [];
      return refusal(`${name} is not known: no source of this catalog declares it`, found);
    },
  };
}

function unknownReference({ text }: Reference): string {
  return `${text} is not known: no source of this catalog declares the repository, or its registry has no such tag or digest`;
}

function refusal(detail: string, found: readonly string[]): Problem {
  const hint = found.length === 0 ? "" : `; known ones that look like it: ${found.join(", ")}`;
  return { name: "unknown-reference", detail: `${detail}${hint}`, members: { candidates: found } };
}

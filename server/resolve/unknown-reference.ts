// The unknown reference: one answer for what nobody declares, what the registry denies and what is private.
import { LRUCache } from "lru-cache";
import { candidates } from "../../policies/plan/candidates.ts";
import { parseReference, type Reference } from "../../policies/words/reference.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import type { Problem } from "../problems.ts";

const candidatesMax = 5;
const remembered = 1_000;

export type UnknownReferences = {
  /** `near`: references of the same repository that look like it; without them, all public repositories are compared. */
  problemFor(catalog: LoadedCatalog, reference: Reference, near?: readonly string[]): Problem;
  /** Of a repository that was asked for by its name. */
  problemForRepository(catalog: LoadedCatalog, name: string): Problem;
};

/** Comparing a name with all others is the most that a stranger can make the server do by a GET: it is done once. */
export function createUnknownReferences(): UnknownReferences {
  let names: { readonly listing: number; readonly list: readonly string[] } | undefined;
  const known = new LRUCache<string, readonly string[]>({ max: remembered });

  function compare(catalog: LoadedCatalog, reference: Reference): readonly string[] {
    if (names?.listing !== catalog.listing) {
      names = { listing: catalog.listing, list: namesOf(catalog) };
      known.clear();
    }
    const found = known.get(reference.repository) ?? candidates(reference, names.list, candidatesMax);
    known.set(reference.repository, found);
    return found;
  }

  return {
    problemFor: (catalog, reference, near) => {
      const found = near === undefined ? compare(catalog, reference) : candidates(reference, near, candidatesMax);
      return refusal(
        `${reference.text} is not known: no source of this catalog declares the repository, or its registry has no such tag or digest`,
        found,
      );
    },
    problemForRepository: (catalog, name) => {
      const parsed = parseReference(name);
      const found = parsed.outcome === "reference" ? compare(catalog, parsed.reference) : [];
      return refusal(`${name} is not known: no source of this catalog declares it`, found);
    },
  };
}

function refusal(detail: string, found: readonly string[]): Problem {
  const hint = found.length === 0 ? "" : `; known ones that look like it: ${found.join(", ")}`;
  return { name: "unknown-reference", detail: `${detail}${hint}`, members: { candidates: found } };
}

function namesOf({ search }: LoadedCatalog): string[] {
  return search.rows().map(({ name }) => name);
}

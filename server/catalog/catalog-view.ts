// The catalog view: what one process keeps of the catalog in memory, brought up to date by its generation.
import { currentGeneration } from "../../db/changes.ts";
import { policyRevision, policySetInForce } from "../../db/policy-sets.ts";
import { pageOfSearchChanges, type SearchChange } from "../../db/search-rows.ts";
import type { Store } from "../../db/store.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { indexPolicies, type PolicyIndex } from "../../policies/plan/policy-index.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import type { Drops } from "../hot/kept.ts";
import { loadSearchIndex, remadeIndex, warmed } from "../search/load-search-index.ts";
import type { SearchIndex } from "../search/search-index.ts";

export type PoliciesInForce = {
  readonly revision: number;
  readonly inForceAt: number;
  readonly index: PolicyIndex;
  /** The public-good trust root in force with them; null: none. */
  readonly publicGood: PublicGoodRoot | null;
};

export type LoadedCatalog = {
  readonly generation: number;
  readonly policies: PoliciesInForce;
  /** Resolves once the index is loaded, which begins with the first question for it. Always up to this generation. */
  search(): Promise<SearchIndex>;
  /** Counts up with each change of what can be found. */
  readonly listing: number;
};

export type CatalogView = {
  /** Undefined until the first refresh, and while no policy documents were ever in force. */
  readonly loaded: LoadedCatalog | undefined;
  /** How many repositories can be found; null while the search index is not loaded. */
  readonly findable: number | null;
  /** Takes over what was committed since the last time, drops the answers it changes, and tells the listeners. */
  refresh(): Promise<void>;
  /** Called after each refresh that found something new. */
  onChange(listener: () => void): void;
};

const changesPerPage = 2_000;

export function createCatalogView(store: Store, kept: readonly Drops[]): CatalogView {
  const listeners: (() => void)[] = [];
  let loaded: LoadedCatalog | undefined;
  let search: SearchLoad | undefined;
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  async function update(): Promise<void> {
    // One that begins from here on waits for this update: it reads no row that is older than what is taken over here.
    const underWay = search;
    const generation = await currentGeneration(store);
    if (loaded?.generation === generation) return;
    const policies = await readPolicies(store, loaded?.policies);
    if (policies === undefined) return;
    if (loaded === undefined) {
      loaded = { generation, policies, search: searchIndex, listing: 0 };
      for (const each of kept) each.dropAll();
    } else {
      await catchUp(loaded, generation, policies, await underWay?.ended);
    }
    for (const listener of listeners) listener();
  }

  async function catchUp(
    known: LoadedCatalog,
    generation: number,
    policies: PoliciesInForce,
    index: SearchIndex | undefined,
  ): Promise<void> {
    const touched = new Set<number>();
    let listingChanged = false;
    for await (const changes of changesSince(store, known.generation)) {
      for (const { id } of changes) touched.add(id);
      // Without an index nobody knows what it would have found before.
      if (index?.apply(changes) ?? true) listingChanged = true;
    }
    const renamed = !isSameMap(projectNames(known.policies.index.set), projectNames(policies.index.set));
    if (index !== undefined && (renamed || index.isWasteful)) {
      const remade = await remadeIndex(index, projectNames(policies.index.set));
      await warmed(remade);
      search = loadedSearch(Promise.resolve(remade));
      await search.ended;
    }
    for (const each of kept) await each.prepare?.(touched);
    // New documents can change every answer. From here to the end nothing else runs: no answer is made of both.
    for (const each of kept) {
      if (policies.revision !== known.policies.revision) each.dropAll();
      else each.drop(touched, listingChanged ? ["catalog", "listing"] : ["catalog"]);
    }
    const listing = known.listing + (listingChanged || renamed ? 1 : 0);
    loaded = { generation, policies, search: searchIndex, listing };
  }

  /** Loads the index at the first question; where that fails, the next one tries again. */
  function searchIndex(): Promise<SearchIndex> {
    search ??= loadedSearch(loadAfter(running));
    const current = search;
    void current.ended.then((index) => {
      if (index === undefined && search === current) search = undefined;
    });
    return current.index;
  }

  async function loadAfter(update: Promise<void> | undefined): Promise<SearchIndex> {
    await update?.catch(() => {});
    if (loaded === undefined) throw new Error("the search index was asked for before the first refresh");
    return loadSearchIndex(store, projectNames(loaded.policies.index.set));
  }

  return {
    get loaded() {
      return loaded;
    },
    get findable() {
      return search?.now()?.size ?? null;
    },
    // A second caller may have committed after the first refresh had looked: it gets one that starts after its call.
    refresh: async () => {
      if (running === undefined) {
        running = update().finally(() => {
          running = undefined;
        });
        return running;
      }
      again ??= running
        .catch(() => {})
        .then(() => {
          again = undefined;
          running = update().finally(() => {
            running = undefined;
          });
          return running;
        });
      return again;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

type SearchLoad = {
  readonly index: Promise<SearchIndex>;
  /** The same, without an index where loading failed. */
  readonly ended: Promise<SearchIndex | undefined>;
  now(): SearchIndex | undefined;
};

function loadedSearch(index: Promise<SearchIndex>): SearchLoad {
  let known: SearchIndex | undefined;
  const ended = index.then(
    (each) => {
      known = each;
      return each;
    },
    () => undefined,
  );
  return { index, ended, now: () => known };
}

async function readPolicies(store: Store, known: PoliciesInForce | undefined): Promise<PoliciesInForce | undefined> {
  const revision = await policyRevision(store);
  if (revision === undefined || revision === known?.revision) return known;
  const inForce = await policySetInForce(store);
  if (inForce === undefined) return known;
  return {
    revision: inForce.revision,
    inForceAt: inForce.inForceAt,
    index: indexPolicies(inForce.set, inForce.publicGood),
    publicGood: inForce.publicGood,
  };
}

async function* changesSince(store: Store, generation: number): AsyncGenerator<readonly SearchChange[]> {
  let afterId = 0;
  for (;;) {
    const changes = await pageOfSearchChanges(store, generation, afterId, changesPerPage);
    if (changes.length > 0) yield changes;
    const last = changes.at(-1);
    if (last === undefined || changes.length < changesPerPage) return;
    afterId = last.id;
  }
}

function projectNames(set: PolicySet): ReadonlyMap<string, string> {
  return new Map(set.projects.map(({ id, name }) => [id, name]));
}

function isSameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

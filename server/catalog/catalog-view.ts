// The catalog view: what one process keeps of the catalog in memory, brought up to date by its generation.
import { currentGeneration } from "../../db/changes.ts";
import { policyRevision, policySetInForce } from "../../db/policy-sets.ts";
import { pageOfSearchChanges, type SearchChange } from "../../db/search-rows.ts";
import type { Store } from "../../db/store.ts";
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import { indexPolicies, type PolicyIndex } from "../../policies/plan/policy-index.ts";
import type { PublicGoodRoot } from "../../policies/trust/trust-rules.ts";
import type { AnswerCache } from "../hot/answer-cache.ts";
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
  readonly search: SearchIndex;
  /** Counts up with each change of what can be found. */
  readonly listing: number;
};

export type CatalogView = {
  /** Undefined until everything was loaded, and while no policy documents were ever in force. */
  readonly loaded: LoadedCatalog | undefined;
  /** Takes over what was committed since the last time, drops the answers it changes, and tells the listeners. */
  refresh(): Promise<void>;
  /** Called after each refresh that found something new. */
  onChange(listener: () => void): void;
};

const changesPerPage = 2_000;

export function createCatalogView(store: Store, cache: AnswerCache): CatalogView {
  const listeners: (() => void)[] = [];
  let loaded: LoadedCatalog | undefined;
  let running: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  async function update(): Promise<void> {
    const generation = await currentGeneration(store);
    if (loaded?.generation === generation) return;
    const policies = await readPolicies(store, loaded?.policies);
    if (policies === undefined) return;
    if (loaded === undefined) {
      const search = await loadSearchIndex(store, projectNames(policies.index.set));
      loaded = { generation, policies, search, listing: 0 };
      cache.dropAll();
      // Nobody waits for the orders but whoever asks for one before it is made.
      void warmed(search);
    } else {
      loaded = await caughtUp(loaded, generation, policies);
    }
    for (const listener of listeners) listener();
  }

  async function caughtUp(known: LoadedCatalog, generation: number, policies: PoliciesInForce): Promise<LoadedCatalog> {
    const touched = new Set<number>();
    let listingChanged = false;
    for await (const changes of changesSince(store, known.generation)) {
      for (const { id } of changes) touched.add(id);
      if (known.search.apply(changes)) listingChanged = true;
    }
    let { search } = known;
    const renamed = !isSameMap(projectNames(known.policies.index.set), projectNames(policies.index.set));
    if (renamed || search.isWasteful) {
      search = await remadeIndex(search, projectNames(policies.index.set));
      await warmed(search);
    }
    // New documents can change every answer. From here to the end nothing else runs: no answer is made of both.
    if (policies.revision !== known.policies.revision) cache.dropAll();
    else cache.drop(touched, listingChanged ? ["catalog", "listing"] : ["catalog"]);
    return { generation, policies, search, listing: known.listing + (listingChanged || renamed ? 1 : 0) };
  }

  return {
    get loaded() {
      return loaded;
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

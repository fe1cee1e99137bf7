// Adoption: puts documents in force in one step, with everything in the catalog that follows from them.
import {
  type AdoptedRepository,
  type DeclaredColumns,
  expectRepositories,
  forgetListings,
  hideEvents,
  type JudgedTag,
  lockAdoption,
  repositoriesAfter,
  storeDeclared,
  storeJudgedTags,
  storeRegistries,
  storeSources,
  tagsOfRepositories,
  takeRepositories,
  undeclaredSources,
} from "../db/adoption.ts";
import { type Change, commitChange } from "../db/changes.ts";
import { policySetInForce, putInForce } from "../db/policy-sets.ts";
import { endOpenRuns } from "../db/runs.ts";
import { expectSignatureLooks } from "../db/signature-looks.ts";
import { makeSourcesDue, stopWaiting } from "../db/sources.ts";
import type { Store } from "../db/store.ts";
import { isFollowed } from "../policies/documents/channels.ts";
import { facetsOf } from "../policies/documents/facets-of.ts";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import { visibilityOf } from "../policies/documents/registry-document.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { sourceOf } from "../policies/documents/source-of.ts";
import type { PublicGoodRoot } from "../policies/trust/trust-rules.ts";
import { canonicalJson } from "../policies/words/canonical-json.ts";
import { digestOf } from "../policies/words/digest.ts";
import { declaredBy } from "./declared-by.ts";
import { showChannels } from "./show-channels.ts";
import { checksVersion } from "./signatures/checks-version.ts";
import { defaultSignatureLimits, type SignatureLimits } from "./signatures/limits.ts";
import { shippedPublicGoodRoot } from "./signatures/public-good-root.ts";
import { judgeAgain, storeJudgedAgain } from "./verify/judge-again.ts";
import { showVerdicts } from "./verify/show-verdicts.ts";
import { openTrust } from "./verify/trust-in-force.ts";

export type Adoption = { readonly outcome: "adopted" | "same"; readonly revision: number };

const repositoriesPerPage = 2_000;
const judgedAtOnce = 200;

export type AdoptionTrust = {
  /** The public-good root's bytes; the shipped one unless given. */
  readonly publicGoodRoot?: Uint8Array;
  readonly limits?: SignatureLimits;
  /** The revision that these documents were read from: nothing is done where others are in force by then. */
  readonly replaces?: number;
};

/**
 * One transaction: documents, registries, sources, repositories and tags change together, so that no answer is made by
 * half of them. Everything is judged again under them before they come into force, from what is stored. Looks that are under way by the old documents cannot be stored any more: their leases are taken.
 */
export async function adopt(
  store: Store,
  set: PolicySet,
  now: number,
  { publicGoodRoot = shippedPublicGoodRoot(), limits = defaultSignatureLimits, replaces }: AdoptionTrust = {},
): Promise<Adoption> {
  const root: PublicGoodRoot = { digest: digestOf(publicGoodRoot), content: Buffer.from(publicGoodRoot).toString() };
  // What an older program verified is verified again by the checks of this one, and never the other way round.
  const isSame = (inForce: Awaited<ReturnType<typeof policySetInForce>>) =>
    inForce?.set.digest === set.digest && inForce.publicGood?.digest === root.digest && inForce.checks >= checksVersion;
  const before = await policySetInForce(store);
  if (before !== undefined && isSame(before)) return { outcome: "same", revision: before.revision };
  const trust = openTrust(set, root);
  const rejudgement = {
    ...{ trust, now, limits },
    before: before === undefined ? undefined : openTrust(before.set, before.publicGood),
  };
  const again = await judgeAgain(store, rejudgement);
  return commitChange(store, now, async (tx, change) => {
    await lockAdoption(tx);
    const old = await policySetInForce(tx);
    if (old !== undefined && isSame(old)) return { outcome: "same", revision: old.revision };
    if (old !== undefined && replaces !== undefined && old.revision !== replaces) {
      return { outcome: "same", revision: old.revision };
    }
    const rules = rulesOf(set);
    const changed = changedSources(old?.set, set);

    // Repositories first, then runs, sources and registries: the order in which every writer locks.
    const repositories = await adoptRepositories(tx, change, rules, changed, now);
    await expectRepositories(tx, expectedRows(rules));
    await judgeTags(tx, repositories.judged);
    await expectSignatureLooks(tx, repositories.active, now);
    await storeJudgedAgain(tx, change, again, rejudgement);
    await showVerdicts(
      tx,
      change,
      repositories.judged.map(({ id }) => id),
    );
    const affected = [...new Set([...changed, ...repositories.lost])];
    const gone = await undeclaredSources(tx, [...rules.sources.keys()]);
    await stopWaiting(tx, [...affected, ...gone]);
    await endOpenRuns(tx, [...affected, ...gone], now);
    await storeSources(
      tx,
      set.sources.map(({ id, registry, namespace = null }) => ({
        id,
        registry,
        namespace,
        private: rules.isPrivate(registry),
      })),
    );
    await forgetListings(tx, [...changed]);
    await makeSourcesDue(
      tx,
      affected.filter((id) => rules.sources.has(id)),
      now,
    );
    await storeRegistries(
      tx,
      set.registries.map((registry) => ({
        host: registry.host,
        dialect: "dialect" in registry ? registry.dialect : "layout",
        private: rules.isPrivate(registry.host),
      })),
    );
    await hideEvents(tx, [...repositories.hidden, ...[...changed].filter((id) => rules.isPrivateSource(id))]);
    change.touchCatalog();
    return {
      outcome: "adopted",
      revision: await putInForce(tx, now, set, { publicGood: root, checks: checksVersion }),
    };
  });
}

/** The documents, arranged so that each repository's own are found without a search. */
type Rules = {
  readonly sources: ReadonlyMap<string, SourceDocument>;
  readonly isPrivate: (host: string) => boolean;
  readonly isPrivateSource: (id: string) => boolean;
  /** The source that speaks for a repository. */
  readonly claimOf: (name: string) => SourceDocument | undefined;
  readonly declaredBy: (source: SourceDocument) => DeclaredColumns;
};

function rulesOf(set: PolicySet): Rules {
  const sources = new Map(set.sources.map((source) => [source.id, source]));
  const byHost = Map.groupBy(set.sources, (source) => source.registry);
  const registries = new Map(set.registries.map((registry) => [registry.host, registry]));
  const isPrivate = (host: string) => {
    const registry = registries.get(host);
    return registry !== undefined && visibilityOf(registry) === "private";
  };
  return {
    sources,
    isPrivate,
    isPrivateSource: (id) => isPrivate(sources.get(id)?.registry ?? ""),
    declaredBy: (source) => {
      const registry = registries.get(source.registry);
      if (registry === undefined) throw new Error(`the source ${source.id} names a registry that is not declared`);
      return declaredBy(source, registry);
    },
    claimOf: (name) => sourceOf({ sources: byHost.get(name.slice(0, name.indexOf("/"))) ?? [] }, name)?.source,
  };
}

/** New ones, and those whose document or registry says something else now. */
function changedSources(old: PolicySet | undefined, set: PolicySet): Set<string> {
  const textsOf = ({ sources, registries }: Pick<PolicySet, "sources" | "registries">) => {
    const byHost = new Map(registries.map((registry) => [registry.host, registry]));
    return new Map(sources.map((source) => [source.id, canonicalJson([source, byHost.get(source.registry) ?? null])]));
  };
  const before = old === undefined ? new Map<string, string>() : textsOf(old);
  return new Set([...textsOf(set)].filter(([id, text]) => before.get(id) !== text).map(([id]) => id));
}

function expectedRows(rules: Rules) {
  return [...rules.sources.values()].flatMap((source) =>
    (source.repositories ?? []).map((path) => ({
      ...rules.declaredBy(source),
      name: `${source.registry}/${path}`,
      host: source.registry,
      path,
    })),
  );
}

type AdoptedRepositories = {
  /** Repositories whose tags are judged anew, by their source's id. */
  readonly judged: readonly { readonly id: number; readonly path: string; readonly source: SourceDocument }[];
  /** Sources that lost a repository to another source, or to none. */
  readonly lost: ReadonlySet<string>;
  /** Names of repositories that became private. */
  readonly hidden: readonly string[];
  /** Everything that some source speaks for. */
  readonly active: readonly number[];
};

async function adoptRepositories(
  tx: Store,
  change: Change,
  rules: Rules,
  changed: ReadonlySet<string>,
  now: number,
): Promise<AdoptedRepositories> {
  await takeRepositories(tx, [...changed], now);
  const judged: { id: number; path: string; source: SourceDocument }[] = [];
  const lost = new Set<string>();
  const hidden: string[] = [];
  const active: number[] = [];
  let after = 0;
  for (;;) {
    const page = await repositoriesAfter(tx, after, repositoriesPerPage);
    const last = page.at(-1);
    if (last === undefined) return { judged, lost, hidden, active };
    after = last.id;
    const rows: (DeclaredColumns & { id: number; dueAt: number | null })[] = [];
    for (const row of page) {
      const source = rules.claimOf(row.name);
      const declared = source === undefined ? undeclared(row) : rules.declaredBy(source);
      const differs = isDifferent(row, declared);
      if (declared.active) active.push(row.id);
      if (source !== undefined && (changed.has(source.id) || row.sourceId !== source.id || !row.active)) {
        judged.push({ id: row.id, path: row.path, source });
        change.touch(row.id);
      }
      if (!differs) continue;
      if (row.active && row.sourceId !== declared.sourceId) lost.add(row.sourceId);
      if (row.active && !declared.active) lost.add(row.sourceId);
      if (declared.private && !row.private) hidden.push(row.name);
      rows.push({ ...declared, id: row.id, dueAt: source === undefined ? null : now });
      change.touch(row.id);
    }
    await storeDeclared(tx, rows);
  }
}

/** No source speaks for it any more: it stays as history, says what it said, and is not looked at. */
function undeclared(row: AdoptedRepository): DeclaredColumns {
  const { sourceId, kind, official, distribution, project, confirmed } = row;
  return { sourceId, kind, official, distribution, project, confirmed, private: row.private, active: false };
}

function isDifferent(row: DeclaredColumns, declared: DeclaredColumns): boolean {
  return (Object.keys(declared) as (keyof DeclaredColumns)[]).some((key) => row[key] !== declared[key]);
}

async function judgeTags(tx: Store, judged: AdoptedRepositories["judged"]): Promise<void> {
  for (let start = 0; start < judged.length; start += judgedAtOnce) {
    const group = new Map(judged.slice(start, start + judgedAtOnce).map((each) => [each.id, each]));
    const rows = (await tagsOfRepositories(tx, [...group.keys()])).flatMap((tag): JudgedTag[] => {
      const { source, path } = group.get(tag.repositoryId) ?? {};
      if (source === undefined || path === undefined) return [];
      const followed = isFollowed(source, tag.name);
      const facets = followed ? facetsOf(source, path, tag.name) : null;
      if (followed === tag.followed && JSON.stringify(facets) === JSON.stringify(tag.facets)) return [];
      return [{ ...tag, followed, facets }];
    });
    await storeJudgedTags(tx, rows);
    await showChannels(tx, [...group.values()]);
  }
}

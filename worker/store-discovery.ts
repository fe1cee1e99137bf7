// Storing a discovery: one transaction begins a run, with every repository that it will look at.
import { expectRepositories } from "../db/adoption.ts";
import { type Change, commitChange } from "../db/changes.ts";
import type { Lease } from "../db/leases.ts";
import {
  addFailures,
  advanceRun,
  endOpenRuns,
  type FailedItem,
  forgetOldRuns,
  type RunTrigger,
  startRun,
} from "../db/runs.ts";
import {
  holdSource,
  repositoriesOfSource,
  type SourceRepository,
  startWaiting,
  storeListed,
  storeSourceTurn,
} from "../db/sources.ts";
import type { Store } from "../db/store.ts";
import type { RegistryDocument } from "../policies/documents/registry-document.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { declaredBy } from "./declared-by.ts";
import type { SourceLook } from "./discover.ts";
import { nextLookAt, type Random, retryAt } from "./due-times.ts";
import { finishRun, noteOutage } from "./finish-run.ts";
import type { ListedRepository } from "./registry/registry.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type Discovery = {
  readonly lease: Lease<string>;
  readonly source: SourceDocument;
  readonly registry: RegistryDocument;
  readonly look: SourceLook;
  readonly trigger: RunTrigger;
};

export type StoredDiscovery =
  | {
      readonly outcome: "started";
      readonly run: number;
      readonly repositories: number;
      readonly failures: readonly FailedItem[];
      /** Nothing is to be looked at: the run is over. */
      readonly ended: boolean;
      readonly failing: boolean;
    }
  /** Another worker has the source, or the documents changed. */
  | { readonly outcome: "lost" };

/** Thrown to leave the transaction without a trace. */
class LeaseLost extends Error {}

/**
 * Repositories that the listing shows for the first time are expected: they are listed when their tags were. A run is
 * begun with all that are known, also where the listing failed: an outage of one part of a registry stops no other.
 */
export async function storeDiscovery(
  store: Store,
  discovery: Discovery,
  storage: { readonly limits: WorkerLimits; readonly now: () => number; readonly random: Random },
): Promise<StoredDiscovery> {
  const now = storage.now();
  try {
    return await commitChange(store, now, (tx, change) => begin(tx, change, discovery, now, storage));
  } catch (error) {
    if (error instanceof LeaseLost) return { outcome: "lost" };
    throw error;
  }
}

async function begin(
  tx: Store,
  change: Change,
  { lease, source, registry, look, trigger }: Discovery,
  now: number,
  { limits, random }: { readonly limits: WorkerLimits; readonly random: Random },
): Promise<StoredDiscovery> {
  const listed = look.outcome === "listed" ? look.repositories : [];
  await expectRepositories(tx, newRows(source, registry, listed));
  const known = await repositoriesOfSource(tx, source.id);
  await describe(tx, change, known, listed, look.lookedAt);
  const listingCode = look.outcome === "failed" ? look.failure.code : null;
  const startedAt = look.lookedAt;
  const run = await startRun(tx, { sourceId: source.id, trigger, startedAt, repositories: 0, listingCode });
  const waiting = await startWaiting(tx, whoseTurn(source, known, look), run, now);
  await endOpenRuns(tx, [source.id], now, run);
  const begun = await advanceRun(tx, run, { repositories: waiting });
  // Last, in the order in which every writer locks; whoever finds that it came too late leaves nothing behind.
  const row = await holdSource(tx, source.id, lease.token);
  if (row === undefined || begun === undefined) throw new LeaseLost();

  const attempts = look.outcome === "failed" ? row.attempts + 1 : 0;
  const failed = look.outcome === "failed" && look.failure.code !== "listing-unsupported" ? look.failure : undefined;
  const regular = nextLookAt(now, limits.sourceIntervalMs, random);
  const dueAt =
    failed === undefined ? regular : Math.min(regular, retryAt(now, attempts, failed.retryAfterMs, limits, random));
  const firstListing = source.namespace !== undefined && look.outcome === "listed" && row.listedAt === null;
  await storeSourceTurn(tx, source.id, {
    dueAt,
    attempts,
    runId: run,
    ...(firstListing ? { listedAt: look.lookedAt } : {}),
  });
  const failures = failuresOf(look);
  await addFailures(tx, { id: run, sourceId: source.id }, failures, limits.failuresPerRun);
  if (look.outcome === "failed") await noteOutage(tx, change, { ...row, runId: run }, look.failure, now);
  if (waiting === 0) await finishRun(tx, change, begun, now);
  await forgetOldRuns(tx, source.id, limits.runsPerSource);
  change.touchCatalog();
  const outage = listingCode !== null;
  return { outcome: "started", run, repositories: waiting, failures, ended: waiting === 0, failing: outage };
}

/** Named repositories are expected from the adoption on; here, too, so that a source never depends on it. */
function newRows(source: SourceDocument, registry: RegistryDocument, listed: readonly ListedRepository[]) {
  const declared = declaredBy(source, registry);
  const paths = source.repositories ?? listed.map(({ path }) => path);
  return paths.map((path) => ({ ...declared, name: `${source.registry}/${path}`, host: source.registry, path }));
}

/**
 * Everything that is known, but for what was removed (or never seen) and is not listed either: a tombstone of a
 * namespace comes back when the listing shows it, one that is named is asked for in each run.
 */
function whoseTurn(source: SourceDocument, known: readonly SourceRepository[], look: SourceLook): number[] {
  if (source.namespace === undefined || look.outcome === "failed") {
    return known.filter(({ state }) => state !== "removed" || source.namespace === undefined).map(({ id }) => id);
  }
  const listed = new Set(look.repositories.map(({ path }) => path));
  return known.filter(({ state, path }) => state === "listed" || listed.has(path)).map(({ id }) => id);
}

/** What the listing says of repositories that say nothing of themselves: only what is different is written. */
async function describe(
  tx: Store,
  change: Change,
  known: readonly SourceRepository[],
  listed: readonly ListedRepository[],
  at: number,
): Promise<void> {
  const byPath = new Map(known.map((row) => [row.path, row]));
  const rows = listed.flatMap(({ path, description, popularity }) => {
    const row = byPath.get(path);
    if (row === undefined) return [];
    if (row.listedDescription === description && row.popularity === popularity) return [];
    if (row.state === "listed") change.touch(row.id);
    return [{ id: row.id, description, popularity, at }];
  });
  await storeListed(tx, rows);
}

function failuresOf(look: SourceLook): readonly FailedItem[] {
  if (look.outcome === "listed") return look.failures;
  const { code, reason } = look.failure;
  return [{ repository: null, tag: null, stage: "discover", code, reason, at: look.lookedAt }];
}

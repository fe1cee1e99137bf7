// Storing looks: one transaction for many repositories, in which everything follows that a look found.
import { type Change, commitChange } from "../db/changes.ts";
import { nameImages, type SeenImages, storeImages } from "../db/image-store.ts";
import type { Lease } from "../db/leases.ts";
import { type HeldRepository, holdRepositories, storeLookedAt, storeQuietLooks } from "../db/repository-sync.ts";
import { addFailures, advanceRun, type FailedItem, type RunProgress, waitingFor } from "../db/runs.ts";
import { expectNewSignatures, expectSignatureLooks } from "../db/signature-looks.ts";
import { noteRegistryAnswer } from "../db/sources.ts";
import type { Store } from "../db/store.ts";
import { readTags, type TagRow, writeTagChanges } from "../db/tag-sync.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { nextLookAt, type Random } from "./due-times.ts";
import { finishRun, isOutage } from "./finish-run.ts";
import type { RepositoryLook } from "./look-at-repository.ts";
import { isStale, type PlannedRepository, planLook } from "./plan-look.ts";
import { readComparedBuilds, showChannels } from "./show-channels.ts";
import { buildsToCompare } from "./tag-changes.ts";
import { showVerdicts } from "./verify/show-verdicts.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type FinishedLook = {
  readonly lease: Lease<number>;
  readonly source: SourceDocument;
  readonly look: RepositoryLook;
};

export type StoredLook = {
  readonly id: number;
  /** lost: another worker has the repository now, or the documents changed; nothing was stored. */
  readonly outcome: PlannedRepository["outcome"] | "lost";
  readonly images: number;
  readonly failures: readonly FailedItem[];
  /** The run that the look counted for, as it is now; null where no run waited for it. */
  readonly run: StoredRun | null;
};

export type StoredRun = {
  readonly id: number;
  readonly sourceId: string;
  /** Of `repositories` this many are done, with this look. */
  readonly done: number;
  readonly repositories: number;
  /** Whether this look ended it. */
  readonly ended: boolean;
  /** Whether its source as a whole was out. */
  readonly failing: boolean;
};

export type LookStorage = {
  readonly limits: WorkerLimits;
  readonly now: () => number;
  readonly random: Random;
};

/**
 * One transaction, all or nothing: images and where they were seen; then, of each repository whose lease is still the
 * caller's, its row with the next due time, tags, history, events, failed items and its run's counts. A worker that is
 * killed before the commit has stored nothing and its leases end; after it, everything is there and nothing is due.
 */
export function storeLooks(
  store: Store,
  images: readonly SeenImages[],
  looks: readonly FinishedLook[],
  storage: LookStorage,
): Promise<StoredLook[]> {
  return commitChange(store, storage.now(), async (tx, change) => {
    await storeImages(tx, images);
    if (looks.length === 0) return [];
    const held = await holdRepositories(
      tx,
      looks.map(({ lease }) => lease),
    );
    const mine = looks.flatMap((finished) => {
      const row = held.get(finished.lease.id);
      return row?.token === finished.lease.token ? [{ ...finished, held: row }] : [];
    });
    const stored = new Map<number, Stored>();
    await storeQuiet(tx, change, mine.filter(isQuiet), storage, stored);
    await storeLoud(
      tx,
      change,
      mine.filter((each) => !isQuiet(each)),
      storage,
      stored,
    );
    const runs = await storeRuns(tx, change, stored, storage);
    const later = countByRun(stored.values());
    return looks.map(({ lease: { id, token } }): StoredLook => {
      const each = stored.get(id);
      if (each?.held.token !== token) return { id, outcome: "lost", images: 0, failures: [], run: null };
      const { outcome, images, failures, held } = each;
      const run = held.runWaits ? runs.get(held.runId ?? 0) : undefined;
      if (run === undefined) return { id, outcome, images, failures, run: null };
      // Looks that were stored together are told of one after the other: the last of them ends their run.
      const waiting = (later.get(run.id) ?? 1) - 1;
      later.set(run.id, waiting);
      const counted = { ...run, done: run.done - waiting, ended: run.ended && waiting === 0 };
      return { id, outcome, images, failures, run: counted };
    });
  });
}

/** How many of these looks each run waited for. */
function countByRun(stored: Iterable<Stored>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { held } of stored) {
    if (held.runWaits && held.runId !== null) counts.set(held.runId, (counts.get(held.runId) ?? 0) + 1);
  }
  return counts;
}

type Held = FinishedLook & { readonly held: HeldRepository };
type Stored = Pick<PlannedRepository, "outcome" | "failures" | "registryFailed"> & {
  readonly held: HeldRepository;
  readonly answered: boolean;
  readonly images: number;
  readonly tagsMoved: number;
};

function isQuiet({ look, held }: Held): boolean {
  return look.outcome === "looked" && look.quiet && held.state === "listed" && held.listing === look.listing.digest;
}

async function storeQuiet(
  tx: Store,
  change: Change,
  quiet: readonly Held[],
  { limits, random }: LookStorage,
  stored: Map<number, Stored>,
): Promise<void> {
  const rows = quiet.map(({ look: { lookedAt }, held }) => {
    const stale = isStale(held, lookedAt, limits.observedStepMs);
    if (stale) change.touch(held.id);
    stored.set(held.id, {
      outcome: "unchanged",
      failures: [],
      registryFailed: false,
      held,
      answered: true,
      images: 0,
      tagsMoved: 0,
    });
    const dueAt = nextLookAt(lookedAt, limits.repositoryIntervalMs, random);
    return { id: held.id, at: lookedAt, dueAt, shownAt: stale ? lookedAt : held.shownAt };
  });
  await storeQuietLooks(tx, rows);
}

async function storeLoud(
  tx: Store,
  change: Change,
  loud: readonly Held[],
  { limits, random }: LookStorage,
  stored: Map<number, Stored>,
): Promise<void> {
  if (loud.length === 0) return;
  const needsAll = ({ look }: Held) => look.outcome === "absent" || (look.outcome === "looked" && look.fresh);
  const idOf = ({ held }: Held) => held.id;
  const tags = await readTags(tx, {
    whole: loud.filter(needsAll).map(idOf),
    followed: loud.filter((each) => each.look.outcome === "looked" && !needsAll(each)).map(idOf),
  });
  const wanted = loud.flatMap(({ look, held: { id: repositoryId } }) =>
    look.outcome === "looked"
      ? buildsToCompare(tags.get(repositoryId) ?? new Map<string, TagRow>(), look).map((each) => ({
          ...each,
          repositoryId,
        }))
      : [],
  );
  const { builds, firstNamed } = await readComparedBuilds(tx, wanted);
  const planned = loud.map((each) => {
    const compared = { builds, firstNamed: firstNamed.get(each.held.id) ?? new Map() };
    const context = { limits, random, source: each.source, compared };
    return {
      ...each,
      plan: planLook(each.held, tags.get(each.held.id) ?? new Map<string, TagRow>(), each.look, context),
    };
  });
  await storeLookedAt(
    tx,
    planned.map(({ plan }) => plan.row),
  );
  await writeTagChanges(
    tx,
    planned.map(({ held, plan }) => ({ repositoryId: held.id, change: plan.tags })),
  );
  const fresh = await nameSeenImages(tx, planned);
  const changed = planned.filter(({ plan }) => plan.outcome === "changed");
  await showChannels(
    tx,
    changed.map(({ held, source }) => ({ id: held.id, source })),
  );
  // Of an image that is new, signatures are looked for at once.
  const ids = changed.map(({ held }) => held.id);
  const at = Math.max(0, ...changed.map(({ look }) => look.lookedAt));
  await expectSignatureLooks(tx, ids, at);
  await expectNewSignatures(
    tx,
    changed.flatMap(({ held, plan }) =>
      plan.tags.rows.flatMap(({ name, present }) => (present ? [{ repositoryId: held.id, name }] : [])),
    ),
    at,
  );
  for (const { held, look, plan } of planned) {
    const images = fresh.get(held.id) ?? [];
    for (const event of plan.events) if (event.type === "repository.added") change.event(event);
    for (const digest of images) {
      const data = { repository: held.name, digest };
      change.event({ type: "image.indexed", subject: `${held.name}@${digest}`, data, private: held.private });
    }
    for (const event of plan.events) if (event.type !== "repository.added") change.event(event);
    if (plan.touched || images.length > 0) change.touch(held.id);
    stored.set(held.id, {
      outcome: plan.outcome,
      failures: plan.failures,
      registryFailed: plan.registryFailed,
      held,
      answered: look.outcome !== "failed",
      images: images.length,
      tagsMoved: plan.tags.events.filter(({ type }) => type === "tag.moved").length,
    });
  }
  // A channel may name an image now whose verdict is known.
  await showVerdicts(tx, change, ids);
}

/** The digests that nothing in their repository had named before. */
async function nameSeenImages(tx: Store, looks: readonly Held[]): Promise<Map<number, string[]>> {
  const named = looks.flatMap(({ look, held }) => {
    if (look.outcome !== "looked") return [];
    const seen = [...look.sights.values()].flatMap((sight) => (sight.outcome === "seen" ? [sight.digest] : []));
    return [...new Set(seen)].map((digest) => ({ repositoryId: held.id, digest, at: look.lookedAt }));
  });
  const fresh = new Map<number, string[]>();
  const order = new Map(named.map(({ repositoryId, digest }, i) => [`${repositoryId} ${digest}`, i]));
  const rows = await nameImages(tx, named);
  const placeOf = (row: (typeof rows)[number]) => order.get(`${row.repositoryId} ${row.digest}`) ?? 0;
  for (const { repositoryId, digest } of rows.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    fresh.set(repositoryId, [...(fresh.get(repositoryId) ?? []), digest]);
  }
  return fresh;
}

/** Counts, failed items, and the end of runs that wait for nothing any more; then the registries that answered. */
async function storeRuns(
  tx: Store,
  change: Change,
  stored: ReadonlyMap<number, Stored>,
  { limits, now }: LookStorage,
): Promise<Map<number, StoredRun>> {
  const runs = new Map<number, StoredRun>();
  const byRun = Map.groupBy(stored.values(), ({ held }) => held.runId ?? 0);
  for (const [id, looks] of [...byRun].toSorted(([a], [b]) => a - b)) {
    const sourceId = looks[0]?.held.sourceId;
    if (id === 0 || sourceId === undefined) continue;
    const failures = looks.flatMap((look) => look.failures);
    if (failures.length > 0) change.touchCatalog();
    const progress = progressOf(looks);
    if (progress === undefined && failures.length === 0) continue;
    const run = await advanceRun(tx, id, progress ?? {});
    if (run === undefined) continue;
    await addFailures(tx, { id, sourceId }, failures, limits.failuresPerRun);
    const complete = run.endedAt === null && run.done >= run.repositories && (await waitingFor(tx, sourceId, id)) === 0;
    if (complete) await finishRun(tx, change, run, now());
    runs.set(id, {
      id,
      sourceId,
      done: run.done,
      repositories: run.repositories,
      ended: complete,
      failing: isOutage(run),
    });
  }
  const answered = new Set([...stored.values()].filter((look) => look.answered).map(({ held }) => held.host));
  for (const host of [...answered].toSorted()) {
    if (await noteRegistryAnswer(tx, host, now(), limits.observedStepMs)) change.touchCatalog();
  }
  return runs;
}

function progressOf(looks: readonly Stored[]): RunProgress | undefined {
  const waited = looks.filter(({ held }) => held.runWaits);
  const images = looks.reduce((sum, look) => sum + look.images, 0);
  const tagsMoved = looks.reduce((sum, look) => sum + look.tagsMoved, 0);
  if (waited.length === 0 && images === 0 && tagsMoved === 0) return undefined;
  return {
    done: waited.length,
    images,
    tagsMoved,
    registryFailures: waited.filter((look) => look.registryFailed).length,
  };
}

// One run of the sources that are wanted, now and to its end: what `index --once` does.
import { setTimeout as sleep } from "node:timers/promises";
import { releaseAll } from "../db/leases.ts";
import { endOpenRuns, latestRun, type RunRow, readFailures, readRuns } from "../db/runs.ts";
import { dueSignatureLooks, retryFailedSignatureLooks } from "../db/signature-looks.ts";
import { makeSourcesDue, readSources, stopWaiting } from "../db/sources.ts";
import { countWaiting } from "../db/wishes.ts";
import { isOutage } from "./finish-run.ts";
import type { Lanes } from "./lanes.ts";
import type { RunReport, SourceReport, Traffic } from "./progress.ts";
import type { Scope, WorkerContext } from "./worker-context.ts";

export type RunWish = {
  /** All of the documents in force where undefined. Each has to be one of them. */
  readonly sources?: readonly string[];
  readonly signal?: AbortSignal;
};

export type RunTools = {
  readonly context: WorkerContext;
  readonly openLanes: (scope: Scope) => Lanes;
  /** Told of each run that this process saw ending. */
  readonly onProgress: (listener: () => void) => () => void;
  readonly traffic: () => Traffic | null;
};

/**
 * Looks at everything of the sources, whatever is due later, and takes over what a killed worker had leased. Other
 * workers on the same database may do a part of it: what counts is that the runs end.
 */
export async function runOnce(
  { context, openLanes, onProgress, traffic }: RunTools,
  wish: RunWish,
): Promise<RunReport> {
  const { store, now, limits } = context;
  const startedAt = now();
  const documents = await context.documents.current();
  const sources = [...(wish.sources ?? documents?.sources.keys() ?? [])];
  const unknown = sources.filter((id) => !documents?.sources.has(id));
  if (unknown.length > 0) throw new UnknownSourceError(unknown);
  const trafficBefore = traffic();

  for (const table of ["wishes", "sources", "repositories", "signatureLooks"] as const) await releaseAll(store, table);
  const before = await lastRuns(context, sources);
  await store.transaction(async (tx) => {
    await stopWaiting(tx, sources);
    await endOpenRuns(tx, sources, now());
    await makeSourcesDue(tx, sources, now());
    await retryFailedSignatureLooks(tx, sources, now());
  });

  // A run of some sources is for what was changed in them; a run of all is all that looks, where a timer starts it.
  const wishes = wish.sources === undefined;
  const lanes = openLanes({ sources, trigger: "once", wishes, since: startedAt });
  let wake: (() => void) | undefined;
  const unsubscribe = onProgress(() => wake?.());
  let runs: RunRow[] = [];
  try {
    while (!wish.signal?.aborted) {
      await lanes.poke();
      runs = await newRuns(context, sources, before);
      const ended = runs.length === sources.length && (await areOver(context, runs));
      // What is asked for meanwhile is for the next run: strangers must not keep this one from ending.
      const answered = !wishes || (await countWaiting(store, startedAt)) === 0;
      // Images that were found have signatures to be looked for.
      const due = ended && answered ? await dueSignatureLooks(store, sources, { now: now(), since: startedAt }) : null;
      if (due === 0) break;
      // Another worker's progress is seen by asking; one's own comes at once.
      const pause = new AbortController();
      const signal = wish.signal === undefined ? pause.signal : AbortSignal.any([pause.signal, wish.signal]);
      wake = () => pause.abort();
      await sleep(limits.pollMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    unsubscribe();
    await lanes.stop();
  }
  runs = await newRuns(context, sources, before);
  return {
    startedAt,
    endedAt: now(),
    outcome: wish.signal?.aborted ? "stopped" : "done",
    sources: runs.map(reportOf),
    failures: await readFailures(
      store,
      runs.map(({ id }) => id),
    ),
    traffic: difference(trafficBefore, traffic()),
  };
}

export class UnknownSourceError extends Error {
  override readonly name = "UnknownSourceError";
  readonly code = "unknown-source";
  readonly sources: readonly string[];

  constructor(sources: readonly string[]) {
    super(`the documents in force have no source ${sources.join(", ")}`);
    this.sources = sources;
  }
}

async function lastRuns({ store }: WorkerContext, sources: readonly string[]): Promise<Map<string, number>> {
  const last = new Map<string, number>();
  for (const id of sources) {
    const run = await latestRun(store, id);
    if (run !== undefined) last.set(id, run.id);
  }
  return last;
}

/** The newest run of each source that began one since. */
async function newRuns(
  { store }: WorkerContext,
  sources: readonly string[],
  before: ReadonlyMap<string, number>,
): Promise<RunRow[]> {
  const rows = await readSources(store, sources);
  return readRuns(
    store,
    rows.flatMap(({ id, runId }) => (runId !== null && runId > (before.get(id) ?? 0) ? [runId] : [])),
  );
}

/** A run that new documents ended is not over: its source is due again at once, or has another run already. */
async function areOver({ store, now }: WorkerContext, runs: readonly RunRow[]): Promise<boolean> {
  if (runs.some(({ endedAt }) => endedAt === null)) return false;
  const sources = await readSources(
    store,
    runs.map(({ sourceId }) => sourceId),
  );
  const ids = new Set(runs.map(({ id }) => id));
  return sources.every(({ dueAt, runId }) => ids.has(runId ?? 0) && (dueAt === null || dueAt > now()));
}

function reportOf(run: RunRow): SourceReport {
  const { id, sourceId, startedAt, endedAt, repositories, done, images, tagsMoved, failures } = run;
  const counts = { repositories, done, images, tagsMoved, failures };
  return { source: sourceId, run: id, startedAt, endedAt, ...counts, failing: isOutage(run) };
}

function difference(before: Traffic | null, after: Traffic | null): Traffic | null {
  if (before === null || after === null) return null;
  return { requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
}

// The lane of one host's sources: each is listed, and a run over its repositories begins.
import { and, eq, inArray } from "drizzle-orm";
import type { Lease } from "../db/leases.ts";
import { latestRun, waitingFor } from "../db/runs.ts";
import { holdSource, storeSourceTurn } from "../db/sources.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { discover, type SourceLook } from "./discover.ts";
import type { Documents } from "./documents.ts";
import { failureOf } from "./failures.ts";
import { type Lane, type LaneItem, openLane } from "./lane.ts";
import type { Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";
import { storeDiscovery } from "./store-discovery.ts";
import type { Scope, WorkerContext } from "./worker-context.ts";

/** Listings of one host at once: they are long, and their host has repositories to be looked at as well. */
const concurrency = 2;
/** A run that is still under way when its source is due again is given that much of the interval more. */
const patience = 4;

export function openSourceLane(context: WorkerContext, host: string, scope: Scope | undefined): Lane {
  return openLane<string>({
    ...context,
    name: `sources of ${host}`,
    table: "sources",
    wanted: ({ sources }) =>
      and(eq(sources.registry, host), scope === undefined ? undefined : inArray(sources.id, [...scope.sources])),
    concurrency,
    window: concurrency * 2,
    prepare: async (leases) => {
      const documents = await context.documents.current();
      if (documents === undefined) return [];
      return leases.flatMap((lease): LaneItem<string>[] => {
        const source = documents.sources.get(lease.id);
        if (source === undefined) return [];
        return [{ lease, work: (signal) => work(context, documents, lease, source, scope, signal) }];
      });
    },
  });
}

async function work(
  context: WorkerContext,
  documents: Documents,
  lease: Lease<string>,
  source: SourceDocument,
  scope: Scope | undefined,
  signal: AbortSignal,
): Promise<{ readonly stored: Promise<void> }> {
  if (scope === undefined && (await postponed(context, lease, source))) return { stored: Promise.resolve() };
  context.tell({ at: context.now(), source: source.id, type: "source-started" });
  const look = await lookOrFail(context, documents, source, signal);
  return { stored: store(context, documents, lease, source, look, scope) };
}

/** One run at a time: another listing would only send the same repositories around again. */
async function postponed(context: WorkerContext, lease: Lease<string>, source: SourceDocument): Promise<boolean> {
  const { store, now, limits } = context;
  const run = await latestRun(store, source.id);
  if (run === undefined || run.endedAt !== null) return false;
  if ((await waitingFor(store, source.id, run.id)) === 0) return false;
  const dueAt = now() + limits.sourceIntervalMs / patience;
  await store.transaction(async (tx) => {
    const row = await holdSource(tx, source.id, lease.token);
    if (row !== undefined) await storeSourceTurn(tx, source.id, { dueAt, attempts: row.attempts });
  });
  return true;
}

async function lookOrFail(
  context: WorkerContext,
  documents: Documents,
  source: SourceDocument,
  signal: AbortSignal,
): Promise<SourceLook> {
  let registry: Registry | undefined;
  try {
    registry = documents.registry(source.registry, "normal");
    if (registry === undefined) throw new RegistryError("unreachable", `${source.registry} is not declared`);
  } catch (error) {
    return { outcome: "failed", lookedAt: context.now(), failure: failureOf(error) };
  }
  const report = (error: unknown) => context.log.error({ source: source.id, err: error }, "a listing failed here");
  return discover({ registry, set: documents.set, now: context.now, signal, report }, source);
}

async function store(
  context: WorkerContext,
  documents: Documents,
  lease: Lease<string>,
  source: SourceDocument,
  look: SourceLook,
  scope: Scope | undefined,
): Promise<void> {
  const registry = documents.set.registries.find(({ host }) => host === source.registry);
  if (registry === undefined) return;
  const trigger = scope?.trigger ?? "schedule";
  const stored = await storeDiscovery(context.store, { lease, source, registry, look, trigger }, context);
  if (stored.outcome === "lost") return;
  const { run, repositories, failures, ended, failing } = stored;
  const common = { at: context.now(), source: source.id, run };
  for (const item of failures) context.tell({ ...common, type: "failure", item });
  context.tell({ ...common, type: "source-listed", repositories });
  if (ended) context.tell({ ...common, type: "source-done", failing });
  context.wake();
}

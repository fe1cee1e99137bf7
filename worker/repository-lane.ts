// The lane of one host's repositories: each is looked at, and stored together with others that are ready.
import { and, eq, inArray } from "drizzle-orm";
import { findKnownImages } from "../db/image-store.ts";
import type { Lease } from "../db/leases.ts";
import { type RepositoryToLookAt, readToLookAt } from "../db/repository-sync.ts";
import { isFollowed } from "../policies/documents/channels.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { anotherAnswers } from "./another-answers.ts";
import { failureOf } from "./failures.ts";
import { type Lane, type LaneItem, openLane } from "./lane.ts";
import { type Looker, lookAtRepository, type RepositoryLook } from "./look-at-repository.ts";
import type { Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";
import type { StoredLook } from "./store-looks.ts";
import type { Scope, WorkerContext } from "./worker-context.ts";

/** Leased ahead of those that are worked on, as a multiple: rows are leased and read many at a time. */
const ahead = 8;

export function openRepositoryLane(context: WorkerContext, host: string, scope: Scope | undefined): Lane {
  const { limits } = context;
  return openLane<number>({
    ...context,
    name: `repositories of ${host}`,
    table: "repositories",
    wanted: ({ repositories }) =>
      and(
        eq(repositories.host, host),
        scope === undefined
          ? undefined
          : and(inArray(repositories.sourceId, [...scope.sources]), eq(repositories.runWaits, true)),
      ),
    concurrency: limits.perHostConcurrency,
    window: limits.perHostConcurrency * ahead,
    prepare: (leases) => prepare(context, host, leases),
  });
}

async function prepare(
  context: WorkerContext,
  host: string,
  leases: readonly Lease<number>[],
): Promise<LaneItem<number>[]> {
  const documents = await context.documents.current();
  const byId = new Map(leases.map((lease) => [lease.id, lease]));
  const rows = await readToLookAt(
    context.store,
    leases.map(({ id }) => id),
  );
  return rows.flatMap((repository) => {
    const lease = byId.get(repository.id);
    const source = documents?.sources.get(repository.sourceId);
    if (lease === undefined || source === undefined) return [];
    return [
      {
        lease,
        work: async (signal: AbortSignal) => {
          const look = await lookOrFail(context, repository, source, signal, () => documents?.registry(host, "normal"));
          return { stored: store(context, repository, { lease, source, look }) };
        },
      },
    ];
  });
}

async function lookOrFail(
  context: WorkerContext,
  repository: RepositoryToLookAt,
  source: SourceDocument,
  signal: AbortSignal,
  open: () => Registry | undefined,
): Promise<RepositoryLook> {
  let registry: Registry | undefined;
  try {
    registry = open();
    if (registry === undefined) throw new RegistryError("unreachable", `${repository.host} is not declared`);
  } catch (error) {
    return { outcome: "failed", lookedAt: context.now(), failure: failureOf(error) };
  }
  return lookAtRepository(lookerOf(context, registry, repository, source, signal), repository);
}

function lookerOf(
  context: WorkerContext,
  registry: Registry,
  { id: repositoryId, name, private: isPrivate }: RepositoryToLookAt,
  source: SourceDocument,
  signal: AbortSignal,
): Looker {
  const { store, queue, now, limits } = context;
  const seen = () => ({ repositoryId, private: isPrivate, at: now() });
  return {
    registry,
    limits,
    now,
    signal,
    isFollowed: (tag) => isFollowed(source, tag),
    known: (digests) => findKnownImages(store, { digests, repositoryId, private: isPrivate }),
    keep: (record) => queue.keepImages({ ...seen(), records: [record], known: [] }),
    borrow: (digest) => queue.keepImages({ ...seen(), records: [], known: [digest] }),
    anotherAnswers: (path) => anotherAnswers(store, registry, path, signal),
    report: (error) => context.log.error({ repository: name, err: error }, "a look at a repository failed here"),
  };
}

async function store(
  context: WorkerContext,
  repository: RepositoryToLookAt,
  finished: { readonly lease: Lease<number>; readonly source: SourceDocument; readonly look: RepositoryLook },
): Promise<void> {
  let stored: StoredLook;
  try {
    stored = await context.queue.storeLook(finished);
  } catch (error) {
    context.log.error({ repository: repository.name, err: error }, "a look could not be stored");
    const look = { outcome: "failed" as const, lookedAt: finished.look.lookedAt, failure: failureOf(error) };
    stored = await context.queue.storeLook({ ...finished, look });
  }
  tell(context, repository, stored);
}

function tell({ tell, now, log }: WorkerContext, { name, sourceId }: RepositoryToLookAt, stored: StoredLook): void {
  const { outcome, images, failures, run } = stored;
  if (outcome === "lost") log.debug({ repository: name }, "another worker has it now");
  if (outcome === "lost" || run === null) return;
  const common = { at: now(), source: sourceId, run: run.id };
  for (const item of failures) tell({ ...common, type: "failure", item });
  const { done, repositories } = run;
  tell({ ...common, type: "repository-done", repository: name, outcome, done, repositories, images });
  if (run.ended) tell({ ...common, type: "source-done", failing: run.failing });
}

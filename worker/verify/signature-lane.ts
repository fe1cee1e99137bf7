// The lane of looks for signatures: of each host what is due, beside the looks at its repositories.
import { and, eq, gte, inArray, or, sql } from "drizzle-orm";
import { readEvidenceBlobs } from "../../db/evidence.ts";
import { type Lease, leaseDue, releaseLeases } from "../../db/leases.ts";
import { dismissSignatureLooks, readSignatureLooks, type SignatureLookToDo } from "../../db/signature-looks.ts";
import type { Documents } from "../documents.ts";
import { failureOf } from "../failures.ts";
import { type Lane, type LaneItem, openLane } from "../lane.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { Scope, WorkerContext } from "../worker-context.ts";
import { lookForSignatures, type SignatureLook } from "./look-for-signatures.ts";
import type { StoredSignatureLook } from "./store-signature-looks.ts";
import { isOvertaken } from "./verify-found.ts";

const ahead = 8;

export function openSignatureLane(context: WorkerContext, host: string, scope: Scope | undefined): Lane {
  const { limits } = context;
  return openLane<number>({
    ...context,
    name: `signatures of ${host}`,
    table: "signatureLooks",
    wanted: ({ signatureLooks: looks, repositories }) =>
      and(
        eq(looks.host, host),
        scope === undefined
          ? undefined
          : sql`exists (select 1 from ${repositories} where ${and(
              eq(repositories.id, looks.repositoryId),
              inArray(repositories.sourceId, [...scope.sources]),
              gte(repositories.lookedAt, scope.since),
            )})`,
      ),
    concurrency: limits.perHostConcurrency,
    window: limits.perHostConcurrency * ahead,
    prepare: (leases) => prepare(context, leases, "normal"),
  });
}

/** The signatures of an image that somebody waits for; what another has in hand is left to it. */
export async function lookAtWished(
  context: WorkerContext,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, owner, now, limits } = context;
  const terms = { owner, now: now(), leaseMs: limits.leaseMs, limit: limits.indexEntries + 1 };
  const leases = await leaseDue(
    store,
    "signatureLooks",
    terms,
    ({ signatureLooks: looks, repositories, imagePlatforms }) =>
      and(
        sql`${looks.repositoryId} in (select ${repositories.id} from ${repositories} where ${eq(repositories.name, repository)})`,
        or(
          eq(looks.digest, digest),
          sql`${looks.digest} in (select ${imagePlatforms.digest} from ${imagePlatforms} where ${eq(imagePlatforms.indexDigest, digest)})`,
        ),
      ),
  );
  if (leases.length === 0) return;
  const items = await prepare(context, leases as Lease<number>[], "first");
  await Promise.all(
    items.map(async ({ work, lease }) => {
      try {
        await (await work(signal)).stored;
      } catch (error) {
        await releaseLeases(store, "signatureLooks", [lease]);
        if (!signal.aborted) context.log.error({ repository, err: error }, "signatures could not be looked for");
      }
    }),
  );
}

async function prepare(
  context: WorkerContext,
  leases: readonly Lease<number>[],
  priority: "first" | "normal",
): Promise<LaneItem<number>[]> {
  const documents = await context.documents.current();
  if (documents === undefined) return [];
  const byId = new Map(leases.map((lease) => [lease.id, lease]));
  const todos = await readSignatureLooks(context.store, [...byId.keys()]);
  const gone = todos.flatMap((todo) => (todo.live ? [] : (byId.get(todo.id) ?? [])));
  if (gone.length > 0) await context.store.transaction((tx) => dismissSignatureLooks(tx, gone));
  return todos.flatMap((todo): LaneItem<number>[] => {
    const lease = byId.get(todo.id);
    if (lease === undefined || !todo.live) return [];
    const work = async (signal: AbortSignal) => {
      const isOld = todo.recheckAt === null || todo.recheckAt <= context.now() || todo.failingSince !== null;
      // What time alone has overtaken is verified again, with what is shown.
      const isDue = isOld || todo.found.some(({ finding }) => isOvertaken(finding, context.now()));
      const look = isDue ? await lookOrFail(context, documents, todo, priority, signal) : null;
      const { trust, revision } = documents;
      return { stored: context.signatures.store({ lease, todo, look, trust, revision }).then(tell(context, todo)) };
    };
    return [{ lease, work }];
  });
}

async function lookOrFail(
  context: WorkerContext,
  documents: Documents,
  todo: SignatureLookToDo,
  priority: "first" | "normal",
  signal: AbortSignal,
): Promise<SignatureLook> {
  const { store, limits, now, log, lookasides } = context;
  try {
    const registry = documents.registry(todo.host, priority);
    if (registry === undefined) throw new RegistryError("unreachable", `${todo.host} is not declared`);
    const trust = await documents.trust.givenFor(todo.name);
    return await lookForSignatures(
      {
        registry,
        stored: (digests) => readEvidenceBlobs(store, todo, digests),
        lookasides: documents.trust.lookasidesFor(todo.name),
        readLookaside: lookasides,
        limits: { ...context.verifyLimits, signatures: context.signatureLimits },
        signal,
        report: (error) => log.error({ repository: todo.name, err: error }, "a look for signatures failed here"),
        verifier: { trust, now, limits: context.signatureLimits },
        now,
        listingMaxMs: 2 * limits.repositoryIntervalMs,
      },
      todo,
    );
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    if (failure.code === "internal")
      log.error({ repository: todo.name, err: error }, "a look for signatures failed here");
    return { lookedAt: now(), seen: [], rows: [], blobs: new Map(), barren: [], failure };
  }
}

function tell({ tell: say, now }: WorkerContext, { sourceId, runId }: SignatureLookToDo) {
  return ({ failures }: StoredSignatureLook): void => {
    if (runId === null) return;
    for (const item of failures) say({ at: now(), source: sourceId, run: runId, type: "failure", item });
  };
}

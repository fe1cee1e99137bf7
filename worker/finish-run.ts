// The end of a run: whether its source was out, which is told of once when it begins and once when it ends.
import type { Change } from "../db/changes.ts";
import { endRun, type RunRow, readFailures } from "../db/runs.ts";
import { holdSource, noteRegistryFailure, type SourceRow, storeSourceHealth } from "../db/sources.ts";
import type { Store } from "../db/store.ts";
import { isRegistryFailure } from "./failures.ts";

export type Outage = { readonly code: string; readonly reason: string };

/**
 * A source is out where its listing failed, or where its registry failed for every one of its repositories. A
 * repository's own fault (it is gone, its manifest is malformed) is none of its source.
 */
export function isOutage(run: Pick<RunRow, "listingCode" | "done" | "registryFailures">): boolean {
  return run.listingCode !== null || (run.done > 0 && run.registryFailures === run.done);
}

/** Ends a run that waits for nothing any more, in the transaction that stored its last repository. */
export async function finishRun(tx: Store, change: Change, run: RunRow, at: number): Promise<void> {
  await endRun(tx, run.id, at);
  change.touchCatalog();
  const source = await holdSource(tx, run.sourceId);
  // Another run has begun since: what this one found says nothing of now.
  if (source === undefined || source.runId !== run.id) return;
  if (!isOutage(run)) return noteRecovery(tx, change, source, at);
  const [first] = (await readFailures(tx, [run.id])).filter(({ code }) => isRegistryFailure(code));
  const code = run.listingCode ?? first?.code ?? "unreachable";
  await noteOutage(tx, change, source, { code, reason: first?.reason ?? "every repository of it failed" }, at);
}

/** The source is out: since when, is kept; `source.failed` tells of it the first time alone. */
export async function noteOutage(
  tx: Store,
  change: Change,
  source: SourceRow,
  outage: Outage,
  at: number,
): Promise<void> {
  await storeSourceHealth(tx, source.id, {
    lookedAt: at,
    observedAt: source.observedAt,
    failingSince: source.failingSince ?? at,
    failureCode: outage.code,
    failureReason: outage.reason,
  });
  // A registry without a listing answers, and so does one whose listing cannot be right.
  if (isRegistryFailure(outage.code) && !outage.code.startsWith("listing-")) {
    await noteRegistryFailure(tx, source.registry, { at, ...outage });
  }
  change.touchCatalog();
  if (source.failingSince !== null) return;
  change.event({
    type: "source.failed",
    subject: source.id,
    data: { registry: source.registry, code: outage.code, reason: outage.reason },
    private: source.private,
  });
}

async function noteRecovery(tx: Store, change: Change, source: SourceRow, at: number): Promise<void> {
  await storeSourceHealth(tx, source.id, {
    lookedAt: at,
    observedAt: at,
    failingSince: null,
    failureCode: null,
    failureReason: null,
  });
  if (source.failingSince === null) return;
  const since = new Date(source.failingSince).toISOString();
  change.event({
    type: "source.recovered",
    subject: source.id,
    data: { registry: source.registry, since, code: source.failureCode },
    private: source.private,
  });
}

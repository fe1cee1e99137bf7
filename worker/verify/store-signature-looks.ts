// Storing looks for signatures: evidence, findings, judgements, verdicts and their events, in one transaction.
import { lockAdoption } from "../../db/adoption.ts";
import { commitChange } from "../../db/changes.ts";
import { storeEvidence, storeEvidenceBlobs } from "../../db/evidence.ts";
import { storeJudgements } from "../../db/judgements.ts";
import { type Lease, releaseLeases } from "../../db/leases.ts";
import { type BaseClaimRow, storeBaseClaims } from "../../db/lineage-rows.ts";
import { policyRevision } from "../../db/policy-sets.ts";
import { addFailures, type FailedItem } from "../../db/runs.ts";
import {
  easeCoveredLooks,
  holdSignatureLooks,
  type SignatureLookRow,
  type SignatureLookToDo,
  storeSignatureLooks as storeRows,
} from "../../db/signature-looks.ts";
import type { Store } from "../../db/store.ts";
import { soleImage } from "../../policies/lineage/provenance-images.ts";
import { retryAt } from "../due-times.ts";
import type { WorkerLimits } from "../worker-limits.ts";
import { judgeLook } from "./judge.ts";
import type { SignatureLook } from "./look-for-signatures.ts";
import { showVerdicts } from "./show-verdicts.ts";
import type { TrustInForce } from "./trust-in-force.ts";
import { joinFound } from "./verify-found.ts";
import type { VerifyLimits } from "./verify-limits.ts";

export type FinishedSignatureLook = {
  readonly lease: Lease<number>;
  readonly todo: SignatureLookToDo;
  /** Null: nobody was asked; the judgement is made again because its time has come. */
  readonly look: SignatureLook | null;
  readonly trust: TrustInForce;
  /** Of the documents that it was verified by. */
  readonly revision: number;
};

export type StoredSignatureLook = {
  /** lost: another worker has it, or the documents changed; nothing was stored. */
  readonly outcome: "stored" | "lost";
  readonly failures: readonly FailedItem[];
};

export type SignatureStorage = {
  readonly limits: Pick<WorkerLimits, "retryMs" | "retryMaxMs" | "failuresPerRun"> & VerifyLimits;
  readonly now: () => number;
  readonly random: () => number;
};

/**
 * One transaction, all or nothing. Adoption waits for it, or has been before it: then nothing is stored, and what is
 * due is looked at by the documents that are in force.
 */
export function storeSignatureLooks(
  store: Store,
  looks: readonly FinishedSignatureLook[],
  storage: SignatureStorage,
): Promise<StoredSignatureLook[]> {
  return commitChange(store, storage.now(), async (tx, change) => {
    await lockAdoption(tx);
    const revision = await policyRevision(tx);
    const outdated = looks.filter((each) => each.revision !== revision);
    await releaseLeases(
      tx,
      "signatureLooks",
      outdated.map(({ lease }) => lease),
    );
    const current = looks.filter((each) => each.revision === revision);
    const held = await holdSignatureLooks(
      tx,
      current.map(({ lease, todo }) => ({ ...lease, version: todo.version, repositoryId: todo.repositoryId })),
    );
    // Somebody else has it, or its findings were made again meanwhile: then it is due as it was.
    await releaseLeases(
      tx,
      "signatureLooks",
      current.flatMap(({ lease }) => (held.has(lease.id) ? [] : [lease])),
    );
    const mine = current.filter(({ lease }) => held.has(lease.id));
    const planned = mine.map((each) => ({ ...each, ...planLook(each, storage) }));

    await storeEvidenceBlobs(tx, new Map(planned.flatMap(({ look }) => [...(look?.blobs ?? [])])));
    await storeEvidence(
      tx,
      planned.flatMap(({ look, todo }) =>
        (look?.rows ?? []).map((row) => ({
          ...row,
          repositoryId: todo.repositoryId,
          firstSeenAt: look?.lookedAt ?? 0,
        })),
      ),
      planned.flatMap(({ look, todo }) =>
        look === null || look.failure !== null ? [] : [{ repositoryId: todo.repositoryId, subject: todo.digest }],
      ),
    );
    await storeRows(
      tx,
      planned.map(({ row }) => row),
    );
    await storeBaseClaims(
      tx,
      planned.flatMap(({ todo, row }) => claimOf(todo, row)),
    );
    await storeJudgements(
      tx,
      planned.map(({ judgement }) => judgement),
    );
    const repositories = [...new Set(planned.map(({ todo }) => todo.repositoryId))];
    await easeCoveredLooks(tx, repositories, storage.limits.signatureIntervalMs);
    for (const id of repositories) change.touch(id);
    await showVerdicts(tx, change, repositories);
    const byRun = Map.groupBy(planned, ({ todo }) => todo.runId ?? 0);
    for (const [id, ofRun] of [...byRun].toSorted(([a], [b]) => a - b)) {
      const items = ofRun.flatMap(({ failures }) => failures);
      const sourceId = ofRun[0]?.todo.sourceId;
      if (id === 0 || sourceId === undefined || items.length === 0) continue;
      await addFailures(tx, { id, sourceId }, items, storage.limits.failuresPerRun);
      change.touchCatalog();
    }
    const byLook = new Map(planned.map((each) => [each.lease.id, each.failures]));
    return looks.map(({ lease }): StoredSignatureLook => {
      const failures = byLook.get(lease.id);
      return failures === undefined ? { outcome: "lost", failures: [] } : { outcome: "stored", failures };
    });
  });
}

/** By what its provenance says it is found from below; whether that is believed is judged of each question. */
function claimOf({ digest, repositoryId }: SignatureLookToDo, { found }: SignatureLookRow): BaseClaimRow[] {
  const claim = soleImage(found);
  return claim === undefined ? [] : [{ digest, evidence: "provenance", repositoryId, claim }];
}

/** The row, the judgement and the failed items that follow from a look. */
function planLook({ todo, look, trust }: FinishedSignatureLook, { limits, now, random }: SignatureStorage) {
  const at = look?.lookedAt ?? now();
  const failure = look?.failure ?? null;
  const complete = look !== null && failure === null;
  const found = look === null ? todo.found : joinFound(todo.found, look.seen, complete, at);
  const attempts = look === null ? todo.attempts : failure === null ? 0 : todo.attempts + 1;
  const state = {
    checkedAt: complete ? at : todo.checkedAt,
    recheckAt: look === null ? todo.recheckAt : at + limits.signatureIntervalMs,
    failingSince: look === null ? todo.failingSince : failure === null ? null : (todo.failingSince ?? at),
    failureReason: look === null ? todo.failureReason : (failure?.reason ?? null),
  };
  const manifest = { repositoryId: todo.repositoryId, repository: todo.name, digest: todo.digest };
  const { index } = trust;
  const first = judgeLook(index, manifest, found, state, now());
  const policy = index.rulesFor(todo.name).policy;
  const isMissing = policy?.document.signature === "required" && first.verdict !== "verified";
  const missingSince = isMissing ? (todo.missingSince ?? at) : null;
  const recheckAt =
    failure !== null
      ? retryAt(at, attempts, failure.retryAfterMs, limits, random)
      : look === null
        ? todo.recheckAt
        : at + intervalOf(at, missingSince, limits, random);
  const judgement = judgeLook(index, manifest, found, { ...state, recheckAt }, now());
  const row: SignatureLookRow = {
    id: todo.id,
    dueAt: todo.followed ? earliest(recheckAt, judgement.changesAt) : null,
    attempts,
    lookedAt: look?.lookedAt ?? null,
    ...state,
    recheckAt,
    failureCode: look === null ? todo.failureCode : (failure?.code ?? null),
    missingSince,
    found,
    barren: complete ? look.barren : todo.barren,
  };
  const failures: FailedItem[] =
    failure === null
      ? []
      : [{ repository: todo.name, tag: null, stage: "verify", code: failure.code, reason: failure.reason, at }];
  return { row, judgement, failures };
}

/** Signatures come after images: while one that is required is missing, it is looked for twice as late each time. */
function intervalOf(at: number, missingSince: number | null, limits: VerifyLimits, random: () => number): number {
  const { signatureIntervalMs, missingSignatureMs } = limits;
  // Up to a tenth earlier: what was looked at together does not come back together for ever.
  if (missingSince === null) return Math.round(signatureIntervalMs * (1 - 0.1 * random()));
  return Math.min(signatureIntervalMs, Math.max(missingSignatureMs, at - missingSince));
}

function earliest(recheckAt: number | null, changesAt: number | null): number | null {
  if (recheckAt === null || changesAt === null) return recheckAt ?? changesAt;
  return Math.min(recheckAt, changesAt);
}

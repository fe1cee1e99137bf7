// What all lanes of one worker share.
import type { LimitFunction } from "p-limit";
import type { RunTrigger } from "../db/runs.ts";
import type { Store } from "../db/store.ts";
import type { WishAnswer } from "../db/wishes.ts";
import type { DocumentsInForce } from "./documents.ts";
import type { Random } from "./due-times.ts";
import type { LookasideReader } from "./find-signatures/read-lookaside.ts";
import type { ProgressEvent } from "./progress.ts";
import type { SignatureLimits } from "./signatures/limits.ts";
import type { StoreQueue } from "./store-queue.ts";
import type { Batcher } from "./verify/batch.ts";
import type { FinishedSignatureLook, StoredSignatureLook } from "./verify/store-signature-looks.ts";
import type { VerifyLimits } from "./verify/verify-limits.ts";
import type { WorkerLimits } from "./worker-limits.ts";
import type { WorkerLog } from "./worker-log.ts";

export type AnsweredWish = {
  readonly repository: string;
  readonly reference: string;
  readonly state: WishAnswer["state"];
};

export type WorkerContext = {
  readonly store: Store;
  readonly documents: DocumentsInForce;
  readonly limits: WorkerLimits;
  readonly now: () => number;
  readonly random: Random;
  readonly log: WorkerLog;
  /** Unlike any other worker's: leases carry it. */
  readonly owner: string;
  readonly queue: StoreQueue;
  /** Finished looks for signatures, stored together. */
  readonly signatures: Batcher<FinishedSignatureLook, StoredSignatureLook>;
  readonly verifyLimits: VerifyLimits;
  readonly signatureLimits: SignatureLimits;
  /** Undefined: this worker reads no lookasides. */
  readonly lookasides: LookasideReader | undefined;
  /** Repositories looked at at once, all hosts together. */
  readonly overall: LimitFunction;
  readonly tell: (event: ProgressEvent) => void;
  readonly answered: (wish: AnsweredWish) => void;
  /** Rows became due that were not: somebody should take them. */
  readonly wake: () => void;
};

/** Which sources a set of lanes works for. undefined: all of them, whatever is due, and wishes. */
export type Scope = {
  readonly sources: readonly string[];
  readonly trigger: RunTrigger;
  /** Whether wishes are answered, too, of whatever source. */
  readonly wishes: boolean;
  /** Signatures are looked for after their repository was listed in this run: what is new is found at once. */
  readonly since: number;
};

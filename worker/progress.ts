// Progress: what a worker tells of its work while it works, as data that the command line renders.
import type { FailedItem, RunFailure } from "../db/runs.ts";

/** What went out and came back in this process, all hosts together. */
export type Traffic = { readonly requests: number; readonly bytes: number };

export type ProgressEvent = { readonly at: number; readonly source: string } & (
  | { readonly type: "source-started" }
  /** Its repositories are known: `repositories` of them are looked at. */
  | { readonly type: "source-listed"; readonly run: number; readonly repositories: number }
  | {
      readonly type: "repository-done";
      readonly run: number;
      readonly repository: string;
      readonly outcome: "unchanged" | "changed" | "removed" | "failed";
      /** Of `repositories` this many are done, as far as this process knows. */
      readonly done: number;
      readonly repositories: number;
      /** New images found in it. */
      readonly images: number;
    }
  | { readonly type: "failure"; readonly run: number; readonly item: FailedItem }
  | { readonly type: "source-done"; readonly run: number; readonly failing: boolean }
);

export type SourceReport = {
  readonly source: string;
  readonly run: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly repositories: number;
  readonly done: number;
  /** New images, and followed tags that moved. */
  readonly images: number;
  readonly tagsMoved: number;
  readonly failures: number;
  /** Whether the source as a whole could not be indexed: no listing, or its registry failed for every repository. */
  readonly failing: boolean;
};

export type RunReport = {
  readonly startedAt: number;
  readonly endedAt: number;
  /** `stopped`: the signal ended it before every source was done. */
  readonly outcome: "done" | "stopped";
  readonly sources: readonly SourceReport[];
  /** Failed items of these runs; of each run at most `failuresPerRun`, while its report counts them all. */
  readonly failures: readonly RunFailure[];
  readonly traffic: Traffic | null;
};

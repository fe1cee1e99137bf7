// Checkpoints: moves the write-ahead log into the database file from a thread, because it waits for the disk.
import { statSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";

type Task = { readonly signalboxCheckpoint: true; readonly path: string };

/** A log of this size is worth a thread's start (30 ms, on another core). */
const worthwhileBytes = 16 * 1024 * 1024;
/** A log that a reader keeps from being emptied is not tried again at each commit. */
const pauseMs = 1_000;
/** Where no checkpoint came in time, the commit that reaches this (128 MiB) makes one itself. */
const lastResortPages = 32_768;

export type Checkpointer = {
  /** After a commit, and before the next transaction. */
  committed(): void;
  close(): Promise<void>;
};

/**
 * Passive checkpoints: neither readers nor writers wait for them. What was written while the thread worked is moved by
 * the writer itself, so that the log ends for once, and the next commit begins it again: a few pages, seldom.
 */
export function startCheckpointer(path: string, writer: Sqlite.Database): Checkpointer {
  writer.pragma(`wal_autocheckpoint = ${lastResortPages}`);
  // A log that was moved is cut, so that its size says how much is in it.
  writer.pragma("journal_size_limit = 0");
  let running: Promise<void> | undefined;
  let moved = false;
  let notBefore = 0;

  return {
    committed() {
      if (moved) {
        moved = false;
        writer.pragma("wal_checkpoint(PASSIVE)");
      }
      if (running !== undefined || performance.now() < notBefore) return;
      const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
      if (log === undefined || log.size < worthwhileBytes) return;
      running = checkpoint(path).finally(() => {
        running = undefined;
        moved = true;
        notBefore = performance.now() + pauseMs;
      });
    },
    async close() {
      await running;
    },
  };
}

/** What fails is made by a later commit: nothing is lost, the log is only longer. */
function checkpoint(path: string): Promise<void> {
  const task: Task = { signalboxCheckpoint: true, path };
  const { promise, resolve } = Promise.withResolvers<void>();
  new Worker(new URL(import.meta.url), { workerData: task })
    .once("error", () => resolve())
    .once("exit", () => resolve());
  return promise;
}

function isTask(data: unknown): data is Task {
  return typeof data === "object" && data !== null && "signalboxCheckpoint" in data;
}

// This file is also what the thread runs.
if (!isMainThread && isTask(workerData)) {
  const connection = new Sqlite(workerData.path, { fileMustExist: true });
  try {
    connection.pragma("wal_checkpoint(PASSIVE)");
  } finally {
    connection.close();
  }
}

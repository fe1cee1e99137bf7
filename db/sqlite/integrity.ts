// Integrity: SQLite's own check of a file's structure, in a thread, because it reads the whole file without a pause.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";

/** quick: structure alone. full: also that every index holds what its table does; several times slower. */
export type CheckDepth = "quick" | "full";

export type Integrity = { readonly outcome: "sound" } | { readonly outcome: "damaged"; readonly reason: string };

type Task = { readonly signalboxCheck: CheckDepth; readonly path: string };

/** Looks at the file on the calling thread. Throws what SQLite throws where the file cannot be opened. */
export function checkConnection(connection: Sqlite.Database, depth: CheckDepth): Integrity {
  const answer: unknown = connection.pragma(depth === "quick" ? "quick_check(1)" : "integrity_check(1)", {
    simple: true,
  });
  return answer === "ok" ? { outcome: "sound" } : { outcome: "damaged", reason: String(answer).replaceAll("\n", " ") };
}

/** Looks at the file in a thread of its own; the signal ends the look. */
export async function checkFile(path: string, depth: CheckDepth, signal: AbortSignal): Promise<Integrity> {
  signal.throwIfAborted();
  const task: Task = { signalboxCheck: depth, path };
  const thread = new Worker(new URL(import.meta.url), { workerData: task });
  const abort = () => void thread.terminate();
  signal.addEventListener("abort", abort);
  try {
    return await new Promise<Integrity>((resolve, reject) => {
      thread.once("message", resolve).once("error", reject);
      thread.once("exit", () =>
        reject(signal.reason ?? new Error("the check of the database ended without an answer")),
      );
    });
  } finally {
    signal.removeEventListener("abort", abort);
    await thread.terminate();
  }
}

function isTask(data: unknown): data is Task {
  return typeof data === "object" && data !== null && "signalboxCheck" in data;
}

// This file is also what the thread runs.
if (!isMainThread && isTask(workerData)) {
  const connection = new Sqlite(workerData.path, { fileMustExist: true });
  try {
    connection.pragma("query_only = ON");
    parentPort?.postMessage(checkConnection(connection, workerData.signalboxCheck));
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || !/CORRUPT|NOTADB/.test(error.code)) throw error;
    const damaged: Integrity = { outcome: "damaged", reason: error.message };
    parentPort?.postMessage(damaged);
  } finally {
    connection.close();
  }
}

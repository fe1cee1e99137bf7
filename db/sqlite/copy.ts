// Copying a database that is in use: SQLite's online backup, which always comes to an end.
import Sqlite from "better-sqlite3";

/** About 16 MiB at a time: readers and writers get their turn in between. */
const pagesAtATime = 4096;
/** Each commit of another process makes SQLite begin anew; after this many beginnings the rest is copied in one go. */
const patience = 3;

/** Makes `to` a copy of `from`, in one file without a journal beside it. */
export async function copyDatabase(
  from: string,
  to: string,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const source = new Sqlite(from, { fileMustExist: true, timeout: 10_000 });
  try {
    let least = Number.POSITIVE_INFINITY;
    let restarts = 0;
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        signal.throwIfAborted();
        if (remainingPages > least) restarts++;
        least = remainingPages;
        onProgress(totalPages - remainingPages, totalPages);
        return restarts < patience ? pagesAtATime : 0x7fffffff;
      },
    });
  } finally {
    source.close();
  }
  const copy = new Sqlite(to, { fileMustExist: true });
  try {
    // The original's header asks for WAL, which would keep part of the copy in files beside it.
    copy.pragma("journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

// Backups: a copy of a SQLite catalog that is whole, was looked at, and appears under its name only when it is done.
import { link, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BackupError } from "./backup-error.ts";
import { copyDatabase } from "./sqlite/copy.ts";
import { checkFile } from "./sqlite/integrity.ts";
import { databaseOf } from "./store.ts";

export type BackupProgress = { readonly stage: "copy" | "check"; readonly done: number; readonly total: number };

export type Backup = { readonly file: string; readonly sizeBytes: number };

/**
 * Copies the database while others go on writing to it, checks the copy whole, and gives it its name in one step.
 * A file that is there already is never overwritten.
 */
export async function backUp(
  url: string,
  file: string,
  signal: AbortSignal,
  onProgress: (progress: BackupProgress) => void = () => {},
): Promise<Backup> {
  const source = databaseOf(url);
  if (source.kind === "postgres") throw new BackupError("not-sqlite", explainPostgres(url, file));
  if (await exists(file)) throw alreadyThere(file);
  if (!(await exists(dirname(file)))) throw new BackupError("not-writable", `there is no folder ${dirname(file)}`);
  if (!(await exists(source.path))) {
    throw new BackupError("no-database", `${source.path} does not exist: SIGNALBOX_DATABASE_URL names the database`);
  }
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    await copyDatabase(source.path, unfinished, signal, (done, total) => onProgress({ stage: "copy", done, total }));
    onProgress({ stage: "check", done: 0, total: 1 });
    const integrity = await checkFile(unfinished, "full", signal);
    if (integrity.outcome === "damaged") {
      throw new BackupError(
        "damaged",
        `${source.path} is damaged (${integrity.reason}): no backup was made; restore the last good one`,
      );
    }
    await flush(unfinished);
    await giveName(unfinished, file);
    await flush(dirname(file));
    return { file, sizeBytes: (await stat(file)).size };
  } catch (error) {
    throw asBackupError(file, error);
  } finally {
    for (const rest of ["", "-wal", "-shm", "-journal"]) await rm(`${unfinished}${rest}`, { force: true });
  }
}

function explainPostgres(url: string, file: string): string {
  const command = `pg_dump --format=custom --file=${quote(file)} ${quote(withoutPassword(url))}`;
  return `PostgreSQL makes its own backups; run: ${command}`;
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = "";
    parsed.searchParams.delete("password");
    return parsed.href;
  } catch {
    return "postgres://…";
  }
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function alreadyThere(file: string, cause?: unknown): BackupError {
  return new BackupError("exists", `${file} exists already: name another file, or move it away`, { cause });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A link fails where the name was taken meanwhile; a rename would replace what is there. */
async function giveName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Some file systems (exFAT, some network shares) know no links.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) throw error;
    if (await exists(to)) throw alreadyThere(to, error);
    await rename(from, to);
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function asBackupError(file: string, error: unknown): unknown {
  if (error instanceof BackupError) return error;
  const code = codeOf(error);
  if (code === "EEXIST") return alreadyThere(file, error);
  const reason = error instanceof Error ? error.message : String(error);
  if (/^(EACCES|EROFS|ENOENT|ENOTDIR|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(code)) {
    return new BackupError("not-writable", `${file} cannot be written (${reason})`, { cause: error });
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new BackupError("damaged", `the database is damaged (${reason}): restore the last good backup`, {
      cause: error,
    });
  }
  return new BackupError("failed", `no backup was made: ${reason}`, { cause: error });
}

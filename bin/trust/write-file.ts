// Writing one file of a host whole or not at all: beside it, flushed, and renamed over it.
import { constants } from "node:fs";
import { mkdir, open, rename, rm, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type HostRoot, placeOf } from "./host-root.ts";
import { TrustError } from "./trust-error.ts";

export type FileContent = {
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** Null: whoever writes owns it. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
};

/** Folders that are missing are made. */
export async function writeHostFile(root: HostRoot, hostPath: string, content: FileContent): Promise<void> {
  try {
    const missing = await placeOf(root, hostPath);
    await mkdir(dirname(missing.path), { recursive: true, mode: 0o755 });
    // Looked at again: somebody else may have made the folders, or put links in their place.
    const { path } = await placeOf(root, hostPath);
    await replaceFile(path, content);
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw new TrustError("not-writable", `${hostPath} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Hidden, and of no ending that containers/image reads. Always the same: what a killed run left is found again. */
function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.signalbox-new`);
}

/** What a killed run left beside a file. */
export async function removeLeftover(root: HostRoot, hostPath: string): Promise<void> {
  const { path } = await placeOf(root, hostPath);
  await rm(temporaryOf(path), { force: true });
}

/** It is no error if it is gone already. */
export async function removeHostFile(root: HostRoot, hostPath: string): Promise<void> {
  const { path } = await placeOf(root, hostPath);
  await unlink(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw new TrustError("not-writable", `${hostPath} cannot be removed`, { cause });
  });
  await syncFolder(dirname(path)).catch(() => {});
}

export async function replaceFile(path: string, { bytes, mode, owner }: FileContent): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await rm(temporary, { force: true });
    const handle = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      await handle.writeFile(bytes);
      const { uid, gid } = await handle.stat();
      if (owner !== null && (owner.uid !== uid || owner.gid !== gid)) await handle.chown(owner.uid, owner.gid);
      // After the owner, whose change clears some of it; not through open, which asks the umask.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A rename is kept over a crash only once its folder is flushed. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

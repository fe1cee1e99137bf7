// The journal: an installation is written down before it begins, so that a crash at any moment can be taken back.
import { link, lstat, mkdir, readdir, readFile, rename, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type HostRoot, placeOf, readHostFile } from "./host-root.ts";
import { isSameFile, type KeptFile, parseRecord, type Record, recordText } from "./record.ts";
import { TrustError } from "./trust-error.ts";
import { removeHostFile, removeLeftover, replaceFile, syncFolder, writeHostFile } from "./write-file.ts";

/** On the host: it outlives updates of the system, and comes with nobody's configuration. */
const stateFolder = "/var/lib/signalbox/trust";
const pendingName = "pending.json";

export type Step = (root: HostRoot, path: string, to: KeptFile) => Promise<void>;

/** What a killed run left, which has to be taken back before anything else is done; undefined: nothing. */
export async function readPending(root: HostRoot): Promise<Record | undefined> {
  return readRecord(root, pendingName);
}

/** The last installation that was not taken back. */
export async function readLast(root: HostRoot): Promise<Record | undefined> {
  const name = (await recordNames(root)).at(-1);
  return name === undefined ? undefined : readRecord(root, name);
}

/** All files, or after a crash the record by which they are taken back. */
export async function install(root: HostRoot, record: Record, step: Step = take): Promise<void> {
  const folder = await stateOf(root);
  await replaceFile(join(folder, pendingName), { bytes: recordText(record), mode: 0o600, owner: null });
  for (const { path, after } of record.files) {
    // What a killed run wrote already, or has to lose again.
    if (!isSameFile(await keptFile(root, path), after)) await step(root, path, after);
    await removeLeftover(root, path);
  }
  const names = await recordNames(root);
  const next = Number.parseInt(names.at(-1) ?? "0", 10) + 1;
  await rename(join(folder, pendingName), join(folder, `${String(next).padStart(6, "0")}.json`));
  await syncFolder(folder);
}

/**
 * Takes back what is pending, else the last installation. Refuses where a file is neither as it was nor as it was
 * written; a crash on the way leaves it pending.
 */
export async function takeBack(root: HostRoot, step: Step = take): Promise<void> {
  const folder = await stateOf(root);
  const record = await pendingOrLast(root);
  if (record === undefined) return;
  await refuseChanged(root, record);
  const last = (await recordNames(root)).at(-1);
  if ((await readPending(root)) === undefined && last !== undefined) {
    await rename(join(folder, last), join(folder, pendingName));
    await syncFolder(folder);
  }
  // policy.json first: it must not name keys that are gone.
  for (const { path, before } of record.files.toReversed()) {
    if (!isSameFile(await keptFile(root, path), before)) await step(root, path, before);
    await removeLeftover(root, path);
  }
  await removeFolders(root, record.folders);
  await unlink(join(folder, pendingName));
  await syncFolder(folder);
}

export async function pendingOrLast(root: HostRoot): Promise<Record | undefined> {
  return (await readPending(root)) ?? (await readLast(root));
}

export async function refuseChanged(root: HostRoot, { files }: Record): Promise<void> {
  const changed: string[] = [];
  for (const { path, before, after } of files) {
    const now = await keptFile(root, path);
    if (!isSameFile(now, before) && !isSameFile(now, after)) changed.push(path);
  }
  if (changed.length > 0) {
    throw new TrustError("changed-since", `changed since the installation, by somebody else: ${changed.join(", ")}`);
  }
}

export async function keptFile(root: HostRoot, path: string): Promise<KeptFile> {
  const found = await readHostFile(root, path);
  if (found === undefined) return null;
  const { bytes, mode, uid, gid } = found;
  return { content: bytes.toString("base64"), mode, uid, gid };
}

const take: Step = async (root, path, to) => {
  if (to === null) return removeHostFile(root, path);
  const { content, mode, uid, gid } = to;
  return writeHostFile(root, path, { bytes: Buffer.from(content, "base64"), mode, owner: { uid, gid } });
};

/** One at a time. The lock of a process that is gone is no lock. */
export async function locked<T>(root: HostRoot, work: () => Promise<T>): Promise<T> {
  const path = join(await stateOf(root), "lock");
  await takeLock(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
    await removeFolders(root, [dirname(stateFolder), stateFolder]);
  }
}

async function takeLock(path: string): Promise<void> {
  const own = `${path}.${process.pid}`;
  await replaceFile(own, { bytes: Buffer.from(`${process.pid}\n`), mode: 0o600, owner: null });
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      // A link to a whole file: nobody ever reads a lock without a process in it.
      const isTaken = await link(own, path).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "EEXIST") return true;
          throw new TrustError("not-writable", `${path} cannot be written`, { cause: error });
        },
      );
      if (!isTaken) return;
      const holder = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
      if (Number.isInteger(holder) && holder !== process.pid && isAlive(holder)) {
        throw new TrustError("busy", `process ${holder} is changing these files now`);
      }
      await rm(path, { force: true });
    }
    throw new TrustError("busy", "another process is changing these files now");
  } finally {
    await rm(own, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function stateOf(root: HostRoot): Promise<string> {
  const { path } = await placeOf(root, `${stateFolder}/${pendingName}`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new TrustError("not-writable", `${dirname(path)} cannot be made`, { cause });
  }
  return dirname(path);
}

async function recordNames(root: HostRoot): Promise<readonly string[]> {
  const { path } = await placeOf(root, `${stateFolder}/${pendingName}`);
  const names = await readdir(dirname(path)).catch(() => []);
  return names.filter((name) => /^\d{6}\.json$/.test(name)).sort();
}

async function readRecord(root: HostRoot, name: string): Promise<Record | undefined> {
  const found = await readHostFile(root, `${stateFolder}/${name}`);
  return found === undefined ? undefined : parseRecord(found.bytes, `${stateFolder}/${name}`);
}

/** Those that are empty, the inner ones first. */
async function removeFolders(root: HostRoot, folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    const { path } = await placeOf(root, `${folder}/.signalbox`);
    const isThere = await lstat(dirname(path)).catch(() => undefined);
    if (isThere?.isDirectory() === true) await rmdir(dirname(path)).catch(() => {});
  }
}

// A host's root: files by their paths on the host, of which none is read or written outside the folder that holds it.
import { constants, type Stats } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { TrustError } from "./trust-error.ts";

export type HostRoot = {
  /** Without symbolic links. */
  readonly folder: string;
};

export type FoundFile = {
  readonly bytes: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
};

/** Where a path on the host really is. */
export type Place = {
  /** In this machine's file system. */
  readonly path: string;
  /** The deepest folder on the way that is there. */
  readonly folder: string;
};

const fileBytes = 4 * 1024 * 1024;
const filesPerFolder = 1_000;

export async function openHostRoot(folder: string): Promise<HostRoot> {
  const real = await realpath(folder).catch((cause: unknown) => {
    throw new TrustError("not-readable", `${folder} is no folder that can be read`, { cause });
  });
  if (!(await lstat(real)).isDirectory()) throw new TrustError("not-readable", `${folder} is no folder`);
  return { folder: real };
}

/**
 * Follows symbolic links as this machine does, and refuses where one leads out of the root: in somebody else's root
 * an absolute link would make us write this machine's own files.
 */
export async function placeOf(root: HostRoot, hostPath: string): Promise<Place> {
  const parts = hostPath.split("/").filter((part) => part !== "");
  if (parts.includes("..") || parts.includes(".")) throw new TrustError("unsafe-path", `${hostPath} is no plain path`);
  let path = root.folder;
  let folder = root.folder;
  for (const [index, part] of parts.entries()) {
    const next = join(path, part);
    const stats = await lstat(next).catch(absent);
    if (stats === undefined) return { path: join(path, ...parts.slice(index)), folder };
    path = stats.isSymbolicLink() ? await followed(root, next, hostPath) : next;
    const isLast = index === parts.length - 1;
    const real = stats.isSymbolicLink() ? await lstat(path) : stats;
    if (isLast ? !real.isFile() : !real.isDirectory()) {
      throw new TrustError("unsafe-path", `${next} is no ${isLast ? "file" : "folder"}`);
    }
    if (!isLast) folder = path;
  }
  return { path, folder };
}

async function followed(root: HostRoot, link: string, hostPath: string): Promise<string> {
  const real = await realpath(link).catch((cause: unknown) => {
    throw new TrustError("unsafe-path", `${link} is a symbolic link that leads nowhere`, { cause });
  });
  const inside = relative(root.folder, real);
  if (inside === ".." || inside.startsWith(`..${sep}`)) {
    throw new TrustError(
      "unsafe-path",
      `${link} is a symbolic link to ${real}: ${hostPath} would leave ${root.folder}`,
    );
  }
  return real;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw new TrustError("not-readable", `it cannot be read: ${error.message}`, { cause: error });
}

/** undefined: there is none. */
export async function readHostFile(root: HostRoot, hostPath: string): Promise<FoundFile | undefined> {
  const { path } = await placeOf(root, hostPath);
  // Nothing that was put in its place since then is followed or waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(absent);
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new TrustError("unsafe-path", `${path} is no file`);
    if (stats.size > fileBytes) throw new TrustError("not-readable", `${path} has more than ${fileBytes} bytes`);
    return { bytes: await readBounded(handle, stats), mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
  } finally {
    await handle.close();
  }
}

/** It may grow while it is read. */
async function readBounded(handle: Awaited<ReturnType<typeof open>>, { size }: Stats): Promise<Buffer> {
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  throw new TrustError("not-readable", "it was written while it was read: try again");
}

/** Paths on the host of a folder's files whose names end so; none where there is no such folder. */
export async function listHostFiles(root: HostRoot, hostFolder: string, ending: string): Promise<readonly string[]> {
  // A name that is never there, to learn where the folder is.
  const { path } = await placeOf(root, `${hostFolder}/.signalbox`);
  const names = await readdir(dirname(path)).catch(absent);
  const wanted = (names ?? []).filter((name) => name.endsWith(ending)).sort();
  if (wanted.length > filesPerFolder) {
    throw new TrustError("not-readable", `${hostFolder} holds more than ${filesPerFolder} files`);
  }
  return wanted.map((name) => `${hostFolder}/${name}`);
}

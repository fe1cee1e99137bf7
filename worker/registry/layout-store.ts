// The files of image layouts: read whole, within limits, and never from outside of their folder.
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { RegistryError } from "./registry-error.ts";

export type LayoutFile = { readonly bytes: Buffer; readonly sizeBytes: number; readonly modifiedMs: number };

export type LayoutStore = {
  /** A file below the root, or the part of it. undefined: it is not there. Throws `too-large` beyond the limit. */
  readFile(
    parts: readonly string[],
    limitBytes: number,
    part?: { readonly start: number; readonly end: number },
  ): Promise<LayoutFile | undefined>;
  /** The names of the folders in a folder; links to folders count. */
  listFolders(parts: readonly string[]): Promise<readonly string[]>;
  /** What changes when the file does; undefined: it is not there. */
  stamp(parts: readonly string[]): Promise<string | undefined>;
};

/** `parts` are names that were checked: repository paths, digests and names fixed by the specification. */
export function openLayoutStore(host: string, root: string): LayoutStore {
  /** The real path, which has to be below the root: a link may lead elsewhere in the mirror, but not out of it. */
  async function locate(parts: readonly string[]): Promise<string | undefined> {
    let home: string;
    let real: string;
    try {
      home = await realpath(root);
      real = await realpath(join(home, ...parts));
    } catch (cause) {
      if (!isMissing(cause)) throw unreadable(parts, cause);
      await needContent();
      return undefined;
    }
    if (real === home || real.startsWith(home + sep)) return real;
    throw new RegistryError("refused", `${host}: ${parts.join("/")} is a link that leads out of the folder of layouts`);
  }

  /** A mirror that is not mounted must not look like one that holds nothing. */
  async function needContent(): Promise<void> {
    const names = await readdir(root).catch((cause: unknown) => {
      throw new RegistryError("unreachable", `${host}: its folder of layouts cannot be read`, { cause });
    });
    if (names.length > 0) return;
    throw new RegistryError("unreachable", `${host}: its folder of layouts is empty, as if it were not mounted`);
  }

  function unreadable(parts: readonly string[], cause: unknown): RegistryError {
    return new RegistryError("unreachable", `${host}: ${parts.join("/")} cannot be read`, { cause });
  }

  async function readFile(
    parts: readonly string[],
    limitBytes: number,
    part?: { readonly start: number; readonly end: number },
  ): Promise<LayoutFile | undefined> {
    const real = await locate(parts);
    if (real === undefined) return undefined;
    // Not through a link that was put there since, and without waiting for the other end of a pipe.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(real, flags).catch((cause: unknown) => {
      if (isMissing(cause)) return undefined;
      throw unreadable(parts, cause);
    });
    if (file === undefined) return undefined;
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new RegistryError("malformed", `${host}: ${parts.join("/")} is no file`);
      const start = part?.start ?? 0;
      const length = Math.max(0, Math.min(stats.size - start, part === undefined ? stats.size : part.end - start + 1));
      if (length > limitBytes) {
        throw new RegistryError("too-large", `${host}: ${parts.join("/")} has more than ${limitBytes} bytes`);
      }
      return {
        bytes: await readPart(file, start, length),
        sizeBytes: stats.size,
        modifiedMs: Math.trunc(stats.mtimeMs),
      };
    } finally {
      await file.close();
    }
  }

  return {
    readFile,

    async listFolders(parts) {
      const real = await locate(parts);
      if (real === undefined) return [];
      const entries = await readdir(real, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOTDIR") return [];
        throw unreadable(parts, cause);
      });
      return entries
        .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
        .map((entry) => entry.name)
        .sort();
    },

    async stamp(parts) {
      const real = await locate(parts);
      const stats = real === undefined ? undefined : await lstat(real).catch(() => undefined);
      return stats === undefined ? undefined : stampOf(stats);
    },
  };
}

/** A file that shrinks meanwhile gives what is left; the digest then says so. */
async function readPart(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(" ");
}

function isMissing(cause: unknown): boolean {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}

// The files of a policies folder: read within limits, and never from outside the folder.
import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, open, opendir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

export type FolderLimits = {
  /** One YAML file. */
  readonly documentBytes: number;
  /** One key file. */
  readonly keyBytes: number;
  /** One trusted_root.json. */
  readonly trustRootBytes: number;
  /** All files of the folder together. */
  readonly totalBytes: number;
  /** All entries of the folder and of its folders together, and all files read. */
  readonly entries: number;
};

/** Far above what people write by hand (a thousand repositories are 50 kB); a folder beyond them is no policies folder. */
export const folderLimits: FolderLimits = {
  documentBytes: 1024 * 1024,
  keyBytes: 64 * 1024,
  trustRootBytes: 1024 * 1024,
  totalBytes: 16 * 1024 * 1024,
  entries: 5000,
};

export type ReadFile =
  | { readonly outcome: "bytes"; readonly bytes: Buffer }
  | { readonly outcome: "refused"; readonly reason: string };
export type FolderEntry = { readonly name: string; readonly kind: "file" | "folder" | "other" };
export type ListedFolder =
  | { readonly outcome: "entries"; readonly entries: readonly FolderEntry[] }
  | { readonly outcome: "absent" }
  | { readonly outcome: "refused"; readonly reason: string };

/** One reading of one folder: what it has read so far counts against the limits. */
export type FolderReader = {
  list(path: string): Promise<ListedFolder>;
  read(path: string, limitBytes: number): Promise<ReadFile>;
};

/** `root` is a real path. Paths are relative to it, with `/`. */
export function readFolder(root: string, limits: FolderLimits): FolderReader {
  let bytesLeft = limits.totalBytes;
  let entriesLeft = limits.entries;
  const refused = (reason: string) => ({ outcome: "refused", reason }) as const;

  /** Symlinks are followed only within the folder: a pull request must not make the service read what lies beside it. */
  async function realPathWithin(
    path: string,
  ): Promise<string | { readonly outcome: "refused"; readonly reason: string } | undefined> {
    try {
      const real = await realpath(join(root, path));
      return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)
        ? real
        : refused("leads out of the policies folder; keep the file inside it");
    } catch (cause) {
      return codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR"
        ? undefined
        : refused(`can't be read (${codeOf(cause)})`);
    }
  }

  return {
    async list(path) {
      const real = await realPathWithin(path);
      if (real === undefined) return { outcome: "absent" };
      if (typeof real !== "string") return real;
      const entries: FolderEntry[] = [];
      try {
        for await (const entry of await opendir(real)) {
          if (--entriesLeft < 0)
            return refused(`the folder holds more than ${limits.entries} files; is it a policies folder?`);
          entries.push({
            name: entry.name,
            kind: entry.isDirectory() ? "folder" : entry.isFile() || entry.isSymbolicLink() ? "file" : "other",
          });
        }
      } catch (cause) {
        return refused(
          codeOf(cause) === "ENOTDIR" ? "is a file, and a folder is wanted" : `can't be read (${codeOf(cause)})`,
        );
      }
      return { outcome: "entries", entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
    },

    async read(path, limitBytes) {
      const real = await realPathWithin(path);
      if (real === undefined) return refused("is not there");
      if (typeof real !== "string") return real;
      if (--entriesLeft < 0) return refused(`is one of more than ${limits.entries} files`);
      let file: FileHandle;
      try {
        // Without O_NONBLOCK the opening of a FIFO would wait for a writer for ever.
        file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
      } catch (cause) {
        return refused(`can't be read (${codeOf(cause)})`);
      }
      try {
        if (!(await file.stat()).isFile()) return refused("is not a plain file");
        const bytes = await readAtMost(file, limitBytes);
        if (bytes === undefined) return refused(`is longer than ${limitBytes} bytes`);
        bytesLeft -= bytes.length;
        if (bytesLeft < 0) return refused(`brings the folder over ${limits.totalBytes} bytes`);
        return { outcome: "bytes", bytes };
      } catch (cause) {
        return refused(`can't be read (${codeOf(cause)})`);
      } finally {
        await file.close();
      }
    },
  };
}

/** Undefined where there is more than the limit: a file can grow between its size and its bytes. */
async function readAtMost(file: FileHandle, limitBytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(limitBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return Buffer.from(buffer.subarray(0, length));
    length += bytesRead;
  }
  return undefined;
}

export function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown reason";
}

/** The text of a file, or the line on which it stops being UTF-8. A byte order mark is taken off. */
export function decodeText(
  bytes: Buffer,
): { readonly outcome: "text"; readonly text: string } | { readonly outcome: "refused"; readonly line: number } {
  if (isUtf8(bytes)) return { outcome: "text", text: new TextDecoder("utf-8").decode(bytes) };
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    // A character never spans a line: 0x0a is no part of a longer one.
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  return { outcome: "refused", line };
}

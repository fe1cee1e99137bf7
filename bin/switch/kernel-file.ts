// Files that the kernel makes as they are read: they have no size, and links in them are the kernel's own.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { HostRoot } from "../trust/host-root.ts";
import { inside } from "./switch-host.ts";

/** What the host does not have is not the same as what could not be read. */
export class NotKnown extends Error {}

/** At most so much of it, from its beginning. */
export async function readSmall(root: HostRoot, path: string, limitBytes: number): Promise<Buffer> {
  const handle = await open(inside(root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(limitBytes);
    let length = 0;
    while (length < limitBytes) {
      const { bytesRead } = await handle.read(buffer, length, limitBytes - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** undefined: there is none. */
export async function readIfThere(root: HostRoot, path: string, limitBytes: number): Promise<Buffer | undefined> {
  const bytes = await readSmall(root, path, limitBytes + 1).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (bytes !== undefined && bytes.length > limitBytes) throw new NotKnown(`${path} is too long`);
  return bytes;
}

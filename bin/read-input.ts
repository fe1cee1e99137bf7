// Files that a command is given: read whole and within a limit, or an error that says what is wrong with them.
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { CommandError } from "./command-error.ts";

/** `-` reads the stream, where the command takes one. */
export async function readInput(path: string, limitBytes: number, stdin?: Readable): Promise<Buffer> {
  const isStream = path === "-" && stdin !== undefined;
  const name = isStream ? "standard input" : path;
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    // Not by its size: what a shell puts in place of a file, as in <(curl …), tells none.
    for await (const piece of isStream ? stdin : createReadStream(path)) {
      pieces.push(Buffer.from(piece));
      size += pieces.at(-1)?.length ?? 0;
      if (size > limitBytes) {
        throw new CommandError("wrong-use", `${name} has more than ${limitBytes} bytes, the most that is read`);
      }
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const reason = cause instanceof Error ? `: ${cause.message}` : "";
    throw new CommandError("wrong-use", `${name} cannot be read${reason}`, { cause });
  }
  return Buffer.concat(pieces);
}

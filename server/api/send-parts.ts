// Sending parts: an answer goes out in the parts that it lies in memory in, and no faster than it is taken.
import type { ServerResponse } from "node:http";
import { takeTurns } from "../turns.ts";

/** A larger answer is sent as fast as it is taken, others served in between. */
const atOnceBytes = 262_144;

export function sendParts(response: ServerResponse, parts: readonly Uint8Array[], sizeBytes: number): void {
  if (sizeBytes > atOnceBytes) void sendInTurns(response, parts);
  else sendAtOnce(response, parts);
}

/** All in one call of the system, and none of it copied before. The last with the end, which would be a write too. */
function sendAtOnce(response: ServerResponse, parts: readonly Uint8Array[]): void {
  const last = parts.length - 1;
  response.cork();
  for (let i = 0; i < last; i++) response.write(parts[i]);
  response.end(parts[last]);
}

async function sendInTurns(response: ServerResponse, parts: readonly Uint8Array[]): Promise<void> {
  const turn = takeTurns();
  let corked = 0;
  for (const part of parts) {
    if (corked === 0) response.cork();
    response.write(part);
    corked += part.byteLength;
    if (corked < atOnceBytes) continue;
    response.uncork();
    corked = 0;
    await drained(response);
    await turn();
    if (response.destroyed) return;
  }
  response.end();
}

/** The client took what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    if (!response.writableNeedDrain) return resolve();
    response.on("drain", done);
    response.on("close", done);
  });
}

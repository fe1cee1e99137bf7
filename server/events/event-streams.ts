// Event streams: the change log as it grows, to any number of readers from one reading of the database.
import { type EventRow, eventsAfter, newestEvent } from "../../db/events.ts";
import type { Store } from "../../db/store.ts";
import type { ServerLog } from "../server-log.ts";
import { showEvent } from "./show-event.ts";

export type StreamLimits = {
  readonly streamClientsMax: number;
  readonly streamHeartbeatMs: number;
  readonly streamBufferMaxBytes: number;
};

export type EventStreams = {
  /** The events after this one, and then each as it comes; `now`: those to come. Undefined: too many read already. */
  open(after: number | "now"): ReadableStream<Uint8Array> | undefined;
  /** Something was committed. */
  wake(): void;
  /** Ends all streams; readers come back with their cursor. */
  end(): void;
  readonly size: number;
};

type Reader = {
  cursor: number;
  /** Whether it has read all there was, and is told of new events as they come. */
  isLive: boolean;
  isReading: boolean;
  /** Heartbeats for which it has taken nothing. */
  stalled: number;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
};

const pageSize = 200;
/** A reader that takes nothing for so many heartbeats is let go. */
const stalledMax = 3;
const text = new TextEncoder();

export function createEventStreams(store: Store, limits: StreamLimits, log: ServerLog): EventStreams {
  const readers = new Set<Reader>();
  /** The last event that live readers were told of; undefined: nobody reads. */
  let tip: number | undefined;
  let telling: Promise<void> | undefined;
  let isTold = true;
  let heartbeat: NodeJS.Timeout | undefined;

  function drop(reader: Reader): void {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
    tip = undefined;
  }

  function close(reader: Reader): void {
    drop(reader);
    try {
      reader.controller.close();
    } catch {
      // It is closed already.
    }
  }

  function send(reader: Reader, chunk: string): void {
    try {
      reader.controller.enqueue(text.encode(chunk));
    } catch {
      drop(reader);
    }
  }

  const hasRoom = (reader: Reader) => (reader.controller.desiredSize ?? 0) > 0;

  function give(reader: Reader, rows: readonly EventRow[]): void {
    for (const row of rows) {
      if (row.id <= reader.cursor) continue;
      if (!hasRoom(reader)) {
        // It goes on from its cursor once it has taken what waits for it.
        reader.isLive = false;
        return;
      }
      reader.cursor = row.id;
      const event = showEvent(row);
      send(reader, `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }

  /** Reads from the database until the reader has all, or has no room for more. */
  async function catchUp(reader: Reader): Promise<void> {
    if (reader.isReading || reader.isLive) return;
    reader.isReading = true;
    try {
      while (readers.has(reader) && hasRoom(reader)) {
        tip ??= await newestEvent(store);
        const before = tip;
        const rows = await eventsAfter(store, reader.cursor, pageSize);
        if (rows.length > 0) give(reader, rows);
        else if (tip === before) {
          // Live readers were told of nothing since before this one saw that there was nothing more.
          reader.isLive = true;
          return;
        }
      }
    } catch (error) {
      log.error({ err: error }, "events cannot be read");
      close(reader);
    } finally {
      reader.isReading = false;
    }
  }

  async function tell(): Promise<void> {
    while (!isTold && tip !== undefined) {
      isTold = true;
      for (;;) {
        const rows = await eventsAfter(store, tip, pageSize);
        const last = rows.at(-1);
        if (last === undefined || tip === undefined) break;
        tip = last.id;
        for (const reader of readers) if (reader.isLive) give(reader, rows);
      }
    }
  }

  function beat(): void {
    for (const reader of readers) {
      reader.stalled = hasRoom(reader) ? 0 : reader.stalled + 1;
      if (reader.stalled >= stalledMax) close(reader);
      else if (hasRoom(reader)) send(reader, ":\n\n");
    }
  }

  return {
    open: (after) => {
      if (readers.size >= limits.streamClientsMax) return undefined;
      let reader: Reader | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start: async (controller) => {
            reader = { cursor: 0, isLive: false, isReading: true, stalled: 0, controller };
            readers.add(reader);
            heartbeat ??= setInterval(beat, limits.streamHeartbeatMs).unref();
            send(reader, "retry: 2000\n\n");
            try {
              reader.cursor = after === "now" ? await newestEvent(store) : after;
            } catch (error) {
              log.error({ err: error }, "events cannot be read");
              close(reader);
            }
            reader.isReading = false;
          },
          // Called whenever there is room: this is what keeps a slow reader from filling the memory.
          pull: () => {
            if (reader !== undefined) void catchUp(reader);
          },
          cancel: () => {
            if (reader !== undefined) drop(reader);
          },
        },
        { highWaterMark: limits.streamBufferMaxBytes, size: (chunk) => chunk.byteLength },
      );
    },
    wake: () => {
      isTold = false;
      if (readers.size === 0 || telling !== undefined) return;
      telling = tell()
        .catch((error: unknown) => {
          log.error({ err: error }, "events cannot be read");
          for (const reader of readers) close(reader);
        })
        .finally(() => {
          telling = undefined;
        });
    },
    end: () => {
      for (const reader of readers) close(reader);
    },
    get size() {
      return readers.size;
    },
  };
}

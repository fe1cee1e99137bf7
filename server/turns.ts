// Turns: long work on the one thread lets others be answered in between.
import { setImmediate as pause } from "node:timers/promises";

/** Awaited between two steps of the work: at once while its turn lasts, else when whoever waited was heard. */
export type Turns = () => Promise<void>;

/** A turn; an answer from memory takes a tenth of a millisecond. */
const turnMs = 4;

export function takeTurns(): Turns {
  let started = performance.now();
  return async () => {
    if (performance.now() - started < turnMs) return;
    await pause();
    started = performance.now();
  };
}

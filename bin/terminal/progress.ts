// Progress on standard error: one line that is rewritten on a terminal, a line now and then anywhere else.
import { stripVTControlCharacters } from "node:util";
import { clip } from "./printable.ts";

export type Progress = {
  /** What goes on now. Cheap: call it as often as something changes. */
  show(text: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes the rewritten line away. */
  end(): void;
};

type Target = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

export type ProgressTimes = {
  /** What is over sooner needs no progress. */
  readonly quietMs: number;
  /** Between two lines where lines stay. */
  readonly lineMs: number;
  /** Between two pictures of the rewritten line. */
  readonly frameMs: number;
};

export const progressTimes: ProgressTimes = { quietMs: 2_000, lineMs: 5_000, frameMs: 100 };

const eraseLine = "\r\u001b[2K";

export function createProgress(
  target: Target,
  now: () => number,
  { quietMs, lineMs, frameMs }: ProgressTimes = progressTimes,
): Progress {
  const terminal = target.isTTY === true;
  const startedAt = now();
  let shown = "";
  let nextAt = terminal ? startedAt : startedAt + quietMs;
  return {
    show(text) {
      if (now() < nextAt) return;
      if (terminal) {
        // One character is left free: a full line would wrap, and rewriting it would leave its first half.
        shown = clip(stripVTControlCharacters(text), (target.columns || 80) - 1);
        target.write(`${eraseLine}${shown}`);
        nextAt = now() + frameMs;
      } else {
        target.write(`${text}\n`);
        nextAt = now() + lineMs;
      }
    },
    note(text) {
      target.write(terminal && shown !== "" ? `${eraseLine}${text}\n${shown}` : `${text}\n`);
    },
    end() {
      if (terminal && shown !== "") target.write(eraseLine);
      shown = "";
      nextAt = Number.POSITIVE_INFINITY;
    },
  };
}

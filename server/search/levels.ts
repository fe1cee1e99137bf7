// Levels: what was found, by its score, from the level at which a page begins.
import { add, type Bits } from "./bits.ts";
import type { FoundSet } from "./found-set.ts";
import { maxScore } from "./relevance.ts";
import type { SearchPosition } from "./search-query.ts";

export type Level = {
  readonly bits: Bits;
  readonly count: number;
  /** Whether the page before ended in this level. */
  readonly isFirst: boolean;
};

/** All is one level without scores; with them the best comes first, or last where the order is reversed. */
export function* levelsOf(
  found: FoundSet,
  scores: Uint8Array | undefined,
  reversed: boolean,
  after: SearchPosition | null,
): Generator<Level> {
  if (scores === undefined) {
    yield { bits: found.bits, count: found.count, isFirst: true };
    return;
  }
  const counts = new Uint32Array(maxScore + 1);
  const ordinals = found.ordinals();
  for (let i = 0; i < ordinals.length; i++) {
    const score = scores[ordinals[i] ?? 0] ?? 0;
    counts[score] = (counts[score] ?? 0) + 1;
  }
  const step = reversed ? 1 : -1;
  const start = after?.score ?? (reversed ? 0 : maxScore);
  for (let score = start; score >= 0 && score <= maxScore; score += step) {
    const count = counts[score] ?? 0;
    if (count === 0) continue;
    const bits = new Uint32Array(found.bits.length);
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = ordinals[i] ?? 0;
      if (scores[ordinal] === score) add(bits, ordinal);
    }
    yield { bits, count, isFirst: score === start };
  }
}

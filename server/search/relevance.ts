// Relevance: how well each repository answers a question, by where its words stand.
import { type Bits, has, unite } from "./bits.ts";
import type { FoundSet } from "./found-set.ts";
import { type Place, places, type Said } from "./word-table.ts";

/** What one word of the question was found in. */
export type WordMatch = {
  readonly whole: Said;
  /** Longer words that begin so; null where only the whole word counts. */
  readonly longer: Said | null;
};

/** A word in the name counts more than one in the title, that more than one in the description; whole before begun. */
const wholeWeight: Readonly<Record<Place, number>> = { name: 6, title: 4, description: 2 };
const longerWeight: Readonly<Record<Place, number>> = { name: 5, title: 3, description: 1 };
/** The last part of its name is the question itself. */
const leafWeight = 40;

/** Words beyond these are not asked for: a question is no text. */
export const maxWords = 12;
/** Twelve words in the name, and the name itself. */
export const maxScore = maxWords * 6 + leafWeight;

/** Whoever says the word anywhere. */
export function anywhere(match: WordMatch, size: number): Bits {
  const set = new Uint32Array(size);
  for (const said of [match.whole, match.longer]) {
    for (const place of places) {
      const who = said?.[place];
      if (who !== undefined) unite(set, who);
    }
  }
  return set;
}

/** The score of each of `found`, by its ordinal; 0 for all others. */
export function scoresOf(matches: readonly WordMatch[], leaf: Bits | undefined, found: FoundSet): Uint8Array {
  const scores = new Uint8Array(found.bits.length * 32);
  // Each place of a word costs a step for each 32 repositories, or else each found repository costs one.
  if (found.count < found.bits.length) scoreEach(scores, matches, leaf, found);
  else scoreAll(scores, matches, leaf, found.bits);
  return scores;
}

function scoreEach(scores: Uint8Array, matches: readonly WordMatch[], leaf: Bits | undefined, found: FoundSet): void {
  const words = matches.map((match) => fromTheLeast(match).reverse());
  for (const ordinal of found.ordinals()) {
    let score = leaf !== undefined && has(leaf, ordinal) ? leafWeight : 0;
    for (const places of words) score += places.find(([who]) => has(who, ordinal))?.[1] ?? 0;
    scores[ordinal] = score;
  }
}

function scoreAll(scores: Uint8Array, matches: readonly WordMatch[], leaf: Bits | undefined, found: Bits): void {
  for (const [i, match] of matches.entries()) {
    const weights = i === 0 ? scores : new Uint8Array(scores.length);
    // From the least to the best place, so that the best is what stays.
    for (const [who, weight] of fromTheLeast(match)) put(weights, found, who, weight);
    if (i > 0) add(scores, weights);
  }
  if (leaf !== undefined) {
    const weights = new Uint8Array(scores.length);
    put(weights, found, leaf, leafWeight);
    add(scores, weights);
  }
}

function put(weights: Uint8Array, found: Bits, who: Bits, weight: number): void {
  for (let i = 0; i < found.length; i++) {
    let word = (found[i] ?? 0) & (who[i] ?? 0);
    while (word !== 0) {
      const lowest = word & -word;
      weights[(i << 5) + 31 - Math.clz32(lowest)] = weight;
      word ^= lowest;
    }
  }
}

function add(scores: Uint8Array, weights: Uint8Array): void {
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) + (weights[i] ?? 0);
}

function fromTheLeast({ whole, longer }: WordMatch): (readonly [Bits, number])[] {
  const weighed = places.flatMap((place): [Bits | undefined, number][] => [
    [whole[place], wholeWeight[place]],
    [longer?.[place], longerWeight[place]],
  ]);
  return weighed
    .flatMap(([who, weight]): [Bits, number][] => (who === undefined ? [] : [[who, weight]]))
    .sort(([, a], [, b]) => a - b);
}

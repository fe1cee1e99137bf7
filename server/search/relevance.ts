// Relevance: how well each repository answers a question, by where its words stand.
import { type Bits, eachOf, intersection, unite } from "./bits.ts";
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
export function scoresOf(matches: readonly WordMatch[], leaf: Bits | undefined, found: Bits): Uint8Array {
  const scores = new Uint8Array(found.length * 32);
  const weights = new Uint8Array(scores.length);
  for (const match of matches) {
    // From the least to the best place, so that the best is what stays.
    for (const [who, weight] of fromTheLeast(match)) {
      eachOf(intersection(found, who), (ordinal) => {
        weights[ordinal] = weight;
      });
    }
    for (let ordinal = 0; ordinal < scores.length; ordinal++) {
      scores[ordinal] = (scores[ordinal] ?? 0) + (weights[ordinal] ?? 0);
    }
    weights.fill(0);
  }
  if (leaf !== undefined) {
    eachOf(intersection(found, leaf), (ordinal) => {
      scores[ordinal] = (scores[ordinal] ?? 0) + leafWeight;
    });
  }
  return scores;
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

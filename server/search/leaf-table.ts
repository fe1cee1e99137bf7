// The leaf table: repositories by the last part of their names, which who asks for exactly that wants first.
import { add, type Bits } from "./bits.ts";
import { Postings } from "./postings.ts";
import { wordsOf } from "./words.ts";

export class LeafTable {
  /** Nearly all of them are one repository's alone. */
  readonly #leaves = new Map<string, number | Postings>();

  add(name: string, ordinal: number): void {
    const leaf = leafOf(name);
    const known = this.#leaves.get(leaf);
    if (known === undefined) {
      this.#leaves.set(leaf, ordinal);
    } else if (typeof known === "number") {
      const postings = new Postings();
      postings.add(known);
      postings.add(ordinal);
      this.#leaves.set(leaf, postings);
    } else {
      known.add(ordinal);
    }
  }

  /** Whose name ends with exactly these words. `size`: in words of a set that holds all ordinals. */
  named(words: readonly string[], size: number): Bits | undefined {
    const known = this.#leaves.get(words.join("-"));
    if (known === undefined) return undefined;
    const set = new Uint32Array(size);
    if (typeof known === "number") add(set, known);
    else known.uniteInto(set);
    return set;
  }
}

/** The words of the last part with dashes between them, which is nearly always how it is written. */
function leafOf(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return /[._]|--/.test(last) ? wordsOf(last).join("-") : last;
}

// Postings: the ordinals that one word or one facet value stands in: a list while they are few, bits once they are many.
import * as bits from "./bits.ts";

/** Ordinals are added in ascending order; the same one again is passed over. */
export class Postings {
  length = 0;
  #list: Uint32Array | undefined = new Uint32Array(2);
  #bits: bits.Bits | undefined;
  #last = -1;

  add(ordinal: number): void {
    if (ordinal === this.#last) return;
    this.#last = ordinal;
    this.length++;
    if (this.#bits !== undefined) {
      this.#bits = bits.grown(this.#bits, ordinal);
      bits.add(this.#bits, ordinal);
      return;
    }
    let list = this.#list ?? new Uint32Array(2);
    if (this.length > list.length) {
      const longer = new Uint32Array(list.length * 2);
      longer.set(list);
      list = this.#list = longer;
    }
    list[this.length - 1] = ordinal;
    if (this.length >= 256 && this.length * 32 > ordinal) this.#makeBits(list, ordinal);
  }

  #makeBits(list: Uint32Array, ordinal: number): void {
    this.#bits = new Uint32Array(bits.wordsFor(ordinal + 1) * 2);
    for (let i = 0; i < this.length; i++) bits.add(this.#bits, list[i] ?? 0);
    this.#list = undefined;
  }

  /** Adds all to a set that is long enough for all. */
  uniteInto(set: bits.Bits): void {
    if (this.#bits !== undefined) bits.unite(set, this.#bits);
    else for (let i = 0; i < this.length; i++) bits.add(set, this.#list?.[i] ?? 0);
  }

  /** How many are in the set too. */
  countIn(set: bits.Bits): number {
    if (this.#bits !== undefined) return bits.countOfBoth(set, this.#bits);
    let count = 0;
    for (let i = 0; i < this.length; i++) if (bits.has(set, this.#list?.[i] ?? 0)) count++;
    return count;
  }
}

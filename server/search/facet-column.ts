// A facet column: which values of one facet each repository has, for filters and for counts.
import type { Bits } from "./bits.ts";
import type { FoundSet } from "./found-set.ts";
import { Postings } from "./postings.ts";

export type FacetCount = { readonly value: string; readonly count: number };

type Value = { readonly text: string; readonly who: Postings; alive: number };

/** Of a facet with more values, the most frequent are counted out. */
export const maxOptions = 250;

/** The list of a repository that has no value. */
const noValues = 0;

export class FacetColumn {
  readonly #values: Value[] = [];
  readonly #codes = new Map<string, number>();
  /** Lists of values (by their codes) that some repository has; there are far fewer of them than repositories. */
  readonly #lists: (readonly number[])[] = [[]];
  readonly #listIds = new Map<string, number>();
  readonly #listIdsOfOne = new Map<string, number>();
  /** Each repository's list. */
  #held = new Uint32Array(64);
  /** The counts of everything, until something comes or goes. */
  #allCounts: readonly FacetCount[] | undefined;
  #ranked: Ranks = { codes: new Uint32Array(0), of: new Uint32Array(0) };

  add(ordinal: number, values: readonly string[]): void {
    const [first] = values;
    if (first === undefined) return;
    this.#hold(ordinal, values.length === 1 ? this.#listOfOne(first) : this.#listOf(values));
  }

  addOne(ordinal: number, value: string): void {
    this.#hold(ordinal, this.#listOfOne(value));
  }

  #hold(ordinal: number, list: number): void {
    if (ordinal >= this.#held.length) {
      const longer = new Uint32Array(Math.max(ordinal + 1, this.#held.length * 2));
      longer.set(this.#held);
      this.#held = longer;
    }
    this.#held[ordinal] = list;
    this.#allCounts = undefined;
    for (const code of this.#lists[list] ?? []) {
      const value = this.#values[code];
      if (value === undefined) continue;
      value.who.add(ordinal);
      value.alive++;
    }
  }

  /** Its ordinal stays in the postings until the index is made anew. */
  remove(ordinal: number): void {
    const list = this.#held[ordinal] ?? noValues;
    if (list === noValues) return;
    this.#held[ordinal] = noValues;
    this.#allCounts = undefined;
    for (const code of this.#lists[list] ?? []) {
      const value = this.#values[code];
      if (value !== undefined) value.alive--;
    }
  }

  #listOfOne(text: string): number {
    const known = this.#listIdsOfOne.get(text);
    if (known !== undefined) return known;
    const list = this.#newList([text]);
    this.#listIdsOfOne.set(text, list);
    return list;
  }

  #listOf(values: readonly string[]): number {
    const key = JSON.stringify(values);
    const known = this.#listIds.get(key);
    if (known !== undefined) return known;
    const list = this.#newList(values);
    this.#listIds.set(key, list);
    return list;
  }

  #newList(values: readonly string[]): number {
    const list = this.#lists.length;
    this.#lists.push([...new Set(values)].map((text) => this.#codeOf(text)));
    return list;
  }

  #codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#values.length;
    this.#values.push({ text, who: new Postings(), alive: 0 });
    this.#codes.set(text, code);
    return code;
  }

  /** Those that have any of the values. `size`: in words of a set that holds all ordinals. */
  anyOf(values: readonly string[], size: number): Bits {
    const set = new Uint32Array(size);
    for (const text of values) {
      const code = this.#codes.get(text);
      if (code !== undefined) this.#values[code]?.who.uniteInto(set);
    }
    return set;
  }

  /** How many of `found` have each value, without those that none has. The most frequent first. */
  counts(found: FoundSet): readonly FacetCount[] {
    if (!found.isAll) return this.#options(this.#count(found));
    this.#allCounts ??= this.#options(this.#values.map(({ alive }) => alive));
    return this.#allCounts;
  }

  #count(found: FoundSet): number[] {
    // A value costs a step for each 32 repositories, or else each found repository costs one.
    const byValue = this.#values.length * found.bits.length < found.count + this.#lists.length;
    return byValue ? this.#values.map(({ who }) => who.countIn(found.bits)) : this.#countEach(found.ordinals());
  }

  #countEach(ordinals: Uint32Array): number[] {
    const held = this.#held;
    const perList = new Uint32Array(this.#lists.length);
    for (let i = 0; i < ordinals.length; i++) {
      const list = held[ordinals[i] ?? 0] ?? noValues;
      perList[list] = (perList[list] ?? 0) + 1;
    }
    const counts = new Array<number>(this.#values.length).fill(0);
    for (let list = 1; list < perList.length; list++) {
      const count = perList[list] ?? 0;
      if (count > 0) for (const code of this.#lists[list] ?? []) counts[code] = (counts[code] ?? 0) + count;
    }
    return counts;
  }

  /** The first of them, by count and then by name: as many as anybody can choose from. */
  #options(counts: readonly number[]): FacetCount[] {
    const ranks = this.#ranks();
    const highest = counts.reduce((most, count) => Math.max(most, count), 0);
    const keys = new Float64Array(counts.length);
    let length = 0;
    for (let code = 0; code < counts.length; code++) {
      const count = counts[code] ?? 0;
      // One number that sorts by count first: typed arrays are sorted without calling back.
      if (count > 0) keys[length++] = (highest - count) * counts.length + (ranks.of[code] ?? 0);
    }
    const options: FacetCount[] = [];
    for (const key of keys.subarray(0, length).sort().subarray(0, maxOptions)) {
      const rank = key % counts.length;
      const code = ranks.codes[rank] ?? 0;
      options.push({ value: this.#values[code]?.text ?? "", count: highest - (key - rank) / counts.length });
    }
    return options;
  }

  /** Where each value stands among all, by name. */
  #ranks(): Ranks {
    if (this.#ranked.codes.length === this.#values.length) return this.#ranked;
    const textOf = (code: number) => this.#values[code]?.text ?? "";
    const codes = Uint32Array.from(this.#values.keys()).sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
    const of = new Uint32Array(codes.length);
    for (let rank = 0; rank < codes.length; rank++) of[codes[rank] ?? 0] = rank;
    this.#ranked = { codes, of };
    return this.#ranked;
  }
}

type Ranks = { readonly codes: Uint32Array; readonly of: Uint32Array };

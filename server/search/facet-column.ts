// A facet column: which values of one facet each repository has, for filters and for counts.
import type { Bits } from "./bits.ts";
import type { FoundSet } from "./found-set.ts";
import { Postings } from "./postings.ts";

export type FacetCount = { readonly value: string; readonly count: number };

type Value = { readonly text: string; readonly who: Postings; alive: number };

/** The list of a repository that has no value. */
const noValues = 0;

export class FacetColumn {
  readonly #values: Value[] = [];
  readonly #codes = new Map<string, number>();
  /** Lists of values (by their codes) that some repository has; there are far fewer of them than repositories. */
  readonly #lists: (readonly number[])[] = [[]];
  readonly #listIds = new Map<string, number>();
  /** Each repository's list. */
  #held = new Uint32Array(64);
  /** The counts of everything, until something comes or goes. */
  #allCounts: readonly FacetCount[] | undefined;

  add(ordinal: number, values: readonly string[]): void {
    const list = this.#listOf(values);
    if (list === noValues) return;
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

  #listOf(values: readonly string[]): number {
    if (values.length === 0) return noValues;
    const key = values.length === 1 ? (values[0] ?? "") : JSON.stringify(values);
    const known = this.#listIds.get(key);
    if (known !== undefined) return known;
    const list = this.#lists.length;
    this.#lists.push([...new Set(values)].map((text) => this.#codeOf(text)));
    this.#listIds.set(key, list);
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

  #options(counts: readonly number[]): FacetCount[] {
    const options: FacetCount[] = [];
    for (let code = 0; code < counts.length; code++) {
      const count = counts[code] ?? 0;
      if (count > 0) options.push({ value: this.#values[code]?.text ?? "", count });
    }
    return options.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  }
}

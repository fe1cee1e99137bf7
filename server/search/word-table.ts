// The word table: which repositories say a word in their name, title or description, by whole word and by beginning.
import type { Bits } from "./bits.ts";
import { Postings } from "./postings.ts";

/** From the best to the worst place for a word to stand. */
export const places = ["name", "title", "description"] as const;
export type Place = (typeof places)[number];

/** Nearly all words stand in one repository alone: that one's ordinal costs no object. */
type Where = number | Postings;
type Entry = Record<Place, Where | undefined>;

/** Who says a word, or a word that begins so, in each place; undefined where nobody does. */
export type Said = Record<Place, Bits | undefined>;

const longPrefix = 3;

export class WordTable {
  readonly #entries = new Map<string, Entry>();
  /** Words by their first three characters (shorter ones by all they have). */
  readonly #words = new Map<string, string[]>();
  /** Those prefixes by their first one and two characters. */
  readonly #prefixes = new Map<string, string[]>();

  add(word: string, place: Place, ordinal: number): void {
    let entry = this.#entries.get(word);
    if (entry === undefined) {
      entry = { name: undefined, title: undefined, description: undefined };
      this.#entries.set(word, entry);
      this.#remember(word);
    }
    const where = entry[place];
    if (where === undefined) {
      entry[place] = ordinal;
    } else if (typeof where !== "number") {
      where.add(ordinal);
    } else if (where !== ordinal) {
      const postings = new Postings();
      postings.add(where);
      postings.add(ordinal);
      entry[place] = postings;
    }
  }

  #remember(word: string): void {
    const prefix = word.slice(0, longPrefix);
    const words = this.#words.get(prefix);
    if (words !== undefined) {
      words.push(word);
      return;
    }
    this.#words.set(prefix, [word]);
    for (let length = 1; length < longPrefix && length <= prefix.length; length++) {
      const short = prefix.slice(0, length);
      const prefixes = this.#prefixes.get(short);
      if (prefixes === undefined) this.#prefixes.set(short, [prefix]);
      else prefixes.push(prefix);
    }
  }

  /** Who says exactly this word. `size`: in words of a set that holds all ordinals. */
  whole(word: string, size: number): Said {
    const said = nobody();
    const entry = this.#entries.get(word);
    if (entry !== undefined) unite(said, entry, size);
    return said;
  }

  /** Who says a longer word that begins so. */
  longer(beginning: string, size: number): Said {
    const said = nobody();
    const buckets = beginning.length < longPrefix ? this.#prefixes.get(beginning) : [beginning.slice(0, longPrefix)];
    for (const bucket of buckets ?? []) {
      for (const word of this.#words.get(bucket) ?? []) {
        if (word.length <= beginning.length || !word.startsWith(beginning)) continue;
        const entry = this.#entries.get(word);
        if (entry !== undefined) unite(said, entry, size);
      }
    }
    return said;
  }
}

function nobody(): Said {
  return { name: undefined, title: undefined, description: undefined };
}

function unite(said: Said, entry: Entry, size: number): void {
  for (const place of places) {
    const where = entry[place];
    if (where === undefined) continue;
    const set = said[place] ?? new Uint32Array(size);
    said[place] = set;
    if (typeof where !== "number") where.uniteInto(set);
    else if (where >>> 5 < size) set[where >>> 5] = (set[where >>> 5] ?? 0) | (1 << (where & 31));
  }
}

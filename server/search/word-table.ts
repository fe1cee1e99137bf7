// The word table: which repositories say a word in their name, title or description, by whole word and by beginning.
import type { Bits } from "./bits.ts";
import { Postings } from "./postings.ts";
import { cut, fold } from "./words.ts";

/** From the best to the worst place for a word to stand. */
export const places = ["name", "title", "description"] as const;
export type Place = (typeof places)[number];

/** Who says a word, or a word that begins so, in each place; undefined where nobody does. */
export type Said = Record<Place, Bits | undefined>;

const longPrefix = 3;
const nobody = -1;
const offsets: Readonly<Record<Place, number>> = { name: 0, title: 1, description: 2 };

/**
 * Made for a start with millions of words, nearly all of which are known already: a known word is found by the
 * characters of the text itself, and no string is made of it.
 */
export class WordTable {
  readonly #texts: string[] = [];
  /** A hash table with open addressing: numbers of words, nobody where a place is free. */
  #slots = new Int32Array(1 << 12).fill(nobody);
  #hashes = new Int32Array(1 << 11);
  /**
   * Three for each word, by `offsets`: nobody, or the one ordinal that says it, or where its postings are (from -2
   * downwards): nearly all words stand in one repository alone.
   */
  #where = new Int32Array(3 << 11).fill(nobody);
  readonly #postings: Postings[] = [];
  /** Words by their first three characters (shorter ones by all they have). */
  readonly #words = new Map<string, number[]>();
  /** Those prefixes by their first one and two characters. */
  readonly #prefixes = new Map<string, string[]>();

  /** Notes all words of a text; ordinals come in ascending order. */
  addText(text: string, place: Place, ordinal: number): void {
    const plain = fold(text);
    const offset = offsets[place];
    cut(plain, (start, end, hash) => this.#say(this.#idOf(plain, start, end, hash) * 3 + offset, ordinal));
  }

  #say(at: number, ordinal: number): void {
    const where = this.#where[at] ?? nobody;
    if (where === ordinal) return;
    if (where === nobody) {
      this.#where[at] = ordinal;
    } else if (where >= 0) {
      const postings = new Postings();
      postings.add(where);
      postings.add(ordinal);
      this.#where[at] = -2 - this.#postings.length;
      this.#postings.push(postings);
    } else {
      this.#postings[-2 - where]?.add(ordinal);
    }
  }

  /** The word's number; a new word gets the next. */
  #idOf(text: string, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot] ?? nobody;
      if (id === nobody) return this.#new(text.slice(start, end), hash, slot);
      if (this.#hashes[id] === hash && isAt(this.#texts[id] ?? "", text, start, end)) return id;
    }
  }

  #new(word: string, hash: number, slot: number): number {
    const id = this.#texts.length;
    this.#slots[slot] = id;
    this.#hashes[id] = hash;
    this.#texts.push(word);
    if (this.#texts.length === this.#hashes.length) this.#grow();
    this.#remember(word, id);
    return id;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const where = new Int32Array(this.#where.length * 2).fill(nobody);
    where.set(this.#where);
    this.#where = where;
    // Twice as many places as words: a free one is never far.
    const slots = new Int32Array(this.#slots.length * 2).fill(nobody);
    const mask = slots.length - 1;
    for (const id of this.#slots) {
      if (id === nobody) continue;
      let slot = (hashes[id] ?? 0) & mask;
      while (slots[slot] !== nobody) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }

  #remember(word: string, id: number): void {
    const prefix = word.slice(0, longPrefix);
    const words = this.#words.get(prefix);
    if (words !== undefined) {
      words.push(id);
      return;
    }
    this.#words.set(prefix, [id]);
    for (let length = 1; length < longPrefix && length <= prefix.length; length++) {
      const short = prefix.slice(0, length);
      const prefixes = this.#prefixes.get(short);
      if (prefixes === undefined) this.#prefixes.set(short, [prefix]);
      else prefixes.push(prefix);
    }
  }

  /** Who says exactly this word. `size`: in words of a set that holds all ordinals. */
  whole(word: string, size: number): Said {
    const said: Said = { name: undefined, title: undefined, description: undefined };
    for (const id of this.#words.get(word.slice(0, longPrefix)) ?? []) {
      if (this.#texts[id] === word) this.#unite(said, id, size);
    }
    return said;
  }

  /** Who says a longer word that begins so. */
  longer(beginning: string, size: number): Said {
    const said: Said = { name: undefined, title: undefined, description: undefined };
    const buckets = beginning.length < longPrefix ? this.#prefixes.get(beginning) : [beginning.slice(0, longPrefix)];
    for (const bucket of buckets ?? []) {
      for (const id of this.#words.get(bucket) ?? []) {
        const word = this.#texts[id] ?? "";
        if (word.length > beginning.length && word.startsWith(beginning)) this.#unite(said, id, size);
      }
    }
    return said;
  }

  #unite(said: Said, id: number, size: number): void {
    for (const place of places) {
      const where = this.#where[id * 3 + offsets[place]] ?? nobody;
      if (where === nobody) continue;
      const set = said[place] ?? new Uint32Array(size);
      said[place] = set;
      if (where < 0) this.#postings[-2 - where]?.uniteInto(set);
      else if (where >>> 5 < size) set[where >>> 5] = (set[where >>> 5] ?? 0) | (1 << (where & 31));
    }
  }
}

function isAt(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  return true;
}

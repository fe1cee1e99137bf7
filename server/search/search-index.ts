// The search index: every public repository in memory, found by words and facets, in any order.

import type { SearchChange, SearchRow } from "../../db/search-rows.ts";
import { type OwnFacet, ownFacets, reservedParameters } from "../../policies/words/listing-words.ts";
import * as bits from "./bits.ts";
import { FacetColumn } from "./facet-column.ts";
import { type FoundSet, foundSet } from "./found-set.ts";
import { LeafTable } from "./leaf-table.ts";
import { type Level, levelsOf } from "./levels.ts";
import { keyUnder, type OrderName, placeAfter, type Ranking, rankings } from "./rankings.ts";
import { anywhere, maxWords, scoresOf, type WordMatch } from "./relevance.ts";
import { isSameRow } from "./same-row.ts";
import type { SearchFacet, SearchPosition, SearchQuery, SearchResult } from "./search-query.ts";
import { smallest } from "./smallest.ts";
import { SortOrder } from "./sort-order.ts";
import { WordTable } from "./word-table.ts";
import { wordsOf } from "./words.ts";

const notFacets: ReadonlySet<string> = new Set([...ownFacets, ...reservedParameters]);
/** So many dead ordinals, and more than that share of all, make a new index worth its time. */
const wastefulCount = 1_000;
const wastefulShare = 0.25;

export class SearchIndex {
  /** What repositories of a project are found by, beside their own words. */
  readonly #projectNames: ReadonlyMap<string, string>;
  readonly #rows: (SearchRow | undefined)[] = [];
  readonly #ordinals = new Map<number, number>();
  readonly #words = new WordTable();
  readonly #leaves = new LeafTable();
  readonly #columns = new Map<string, FacetColumn>();
  readonly #orders = new Map<OrderName, SortOrder>();
  #alive: bits.Bits = new Uint32Array(32);
  #settled = 0;

  constructor(projectNames: ReadonlyMap<string, string>) {
    this.#projectNames = projectNames;
    for (const facet of ownFacets) this.#columns.set(facet, new FacetColumn());
  }

  /** How many repositories can be found. */
  get size(): number {
    return this.#ordinals.size;
  }

  /** Whether it holds so much of what is gone that it should be made anew. */
  get isWasteful(): boolean {
    const dead = this.#rows.length - this.#ordinals.size;
    return dead > wastefulCount && dead > this.#rows.length * wastefulShare;
  }

  rows(): SearchRow[] {
    return this.#rows.filter((row) => row !== undefined);
  }

  hasFacet(facet: string): boolean {
    return this.#columns.has(facet);
  }

  /** Takes over what changed; whether any answer is different now. */
  apply(changes: readonly SearchChange[]): boolean {
    let changed = false;
    for (const { id, row } of changes) {
      const ordinal = this.#ordinals.get(id);
      const known = ordinal === undefined ? undefined : this.#rows[ordinal];
      if (row === null ? known === undefined : known !== undefined && isSameRow(known, row)) continue;
      changed = true;
      if (ordinal !== undefined) this.#remove(id, ordinal);
      if (row !== null) this.#add(row);
    }
    if (changed) this.#settle();
    return changed;
  }

  #remove(id: number, ordinal: number): void {
    this.#rows[ordinal] = undefined;
    this.#ordinals.delete(id);
    bits.remove(this.#alive, ordinal);
    for (const column of this.#columns.values()) column.remove(ordinal);
  }

  #add(row: SearchRow): void {
    const ordinal = this.#rows.length;
    this.#rows.push(row);
    this.#ordinals.set(row.id, ordinal);
    this.#alive = bits.grown(this.#alive, ordinal);
    bits.add(this.#alive, ordinal);
    const say = (place: "name" | "title" | "description", text: string | null | undefined) => {
      if (text) this.#words.addText(text, place, ordinal);
    };
    say("name", row.name);
    say("title", row.title);
    say("title", row.project);
    say("title", row.project === null ? null : this.#projectNames.get(row.project));
    say("description", row.description);
    this.#leaves.add(row.name, ordinal);
    this.#addFacets(ordinal, row);
  }

  #addFacets(ordinal: number, row: SearchRow): void {
    const slash = row.name.indexOf("/");
    const last = row.name.lastIndexOf("/");
    const own: Record<OwnFacet, string | null | readonly string[]> = {
      kind: row.kind,
      official: String(row.official),
      registry: row.name.slice(0, slash),
      namespace: last > slash ? row.name.slice(slash + 1, last) : null,
      project: row.project,
      distribution: row.distribution,
      os: row.distribution,
      arch: row.architectures,
      level: null,
      verdict: row.verdict,
    };
    for (const facet of ownFacets) {
      const value = own[facet];
      if (typeof value === "string") this.#column(facet).addOne(ordinal, value);
      else if (value !== null) this.#column(facet).add(ordinal, value);
    }
    for (const facet of Object.keys(row.facets)) {
      if (!notFacets.has(facet)) this.#column(facet).add(ordinal, row.facets[facet] ?? []);
    }
  }

  #column(facet: string): FacetColumn {
    const known = this.#columns.get(facet);
    if (known !== undefined) return known;
    const column = new FacetColumn();
    this.#columns.set(facet, column);
    return column;
  }

  #settle(): void {
    for (const order of this.#orders.values()) this.#update(order, this.#settled);
    this.#settled = this.#rows.length;
  }

  #update(order: SortOrder, firstNew: number): void {
    order.update(this.#rows.length, firstNew, (ordinal) => this.#rows[ordinal] !== undefined);
  }

  #order(name: OrderName): SortOrder {
    const known = this.#orders.get(name);
    if (known !== undefined) return known;
    const keyOf = (ordinal: number) => keyUnder(name, this.#rows[ordinal]);
    const nameOf = (ordinal: number) => this.#rows[ordinal]?.name ?? "";
    const order = new SortOrder(keyOf, nameOf, name.startsWith("-") ? -1 : 1);
    this.#update(order, 0);
    this.#orders.set(name, order);
    return order;
  }

  /** Makes an order before somebody asks for it. */
  warm(name: OrderName): void {
    this.#order(name);
  }

  search(query: SearchQuery): SearchResult {
    const size = bits.wordsFor(this.#rows.length);
    const said = this.#alive.slice(0, size);
    const words = wordsOf(query.text).slice(0, maxWords);
    const matches = words.map((word, i) => this.#match(word, i === words.length - 1, size));
    for (const match of matches) bits.intersect(said, anywhere(match, size));

    const filters = [...query.filters].map(([facet, values]) => ({
      facet,
      set: this.#columns.get(facet)?.anyOf(values, size) ?? new Uint32Array(size),
    }));
    const passing = said.slice();
    for (const { set } of filters) bits.intersect(passing, set);
    const found = foundSet(passing, this.size);

    const ranking = rankings[query.sort];
    const scores =
      ranking.byScore && words.length > 0 ? scoresOf(matches, this.#leaves.named(words, size), found) : undefined;
    const page = this.#page(query, ranking, found, scores);
    return { ...page, total: found.count, facets: query.withFacets ? this.#facets(said, found, filters) : null };
  }

  #match(word: string, mayBeBegun: boolean, size: number): WordMatch {
    return { whole: this.#words.whole(word, size), longer: mayBeBegun ? this.#words.longer(word, size) : null };
  }

  #facets(
    said: bits.Bits,
    found: FoundSet,
    filters: readonly { readonly facet: string; readonly set: bits.Bits }[],
  ): SearchFacet[] {
    const own = new Set<string>(ownFacets);
    const keys = [...ownFacets, ...[...this.#columns.keys()].filter((key) => !own.has(key)).sort()];
    return keys.map((key) => {
      let base = found;
      if (filters.some(({ facet }) => facet === key)) {
        // What could be chosen in place of this facet's own filter.
        const others = said.slice();
        for (const { facet, set } of filters) if (facet !== key) bits.intersect(others, set);
        base = foundSet(others, this.size);
      }
      return { key, options: this.#columns.get(key)?.counts(base) ?? [] };
    });
  }

  #page(
    query: SearchQuery,
    ranking: Ranking,
    found: FoundSet,
    scores: Uint8Array | undefined,
  ): Pick<SearchResult, "ids" | "next"> {
    const order = this.#order(ranking.order);
    const wanted = query.limit + 1;
    const ordinals: number[] = [];
    for (const level of levelsOf(found, scores, ranking.reversed, query.after)) {
      const from = level.isFirst ? placeAfter(order, ranking.reversed, query.after) : 0;
      ordinals.push(...this.#take(order, ranking.reversed, level, from, wanted - ordinals.length));
      if (ordinals.length >= wanted) break;
    }
    const page = ordinals.slice(0, query.limit);
    const last = page.at(-1);
    return {
      ids: page.map((ordinal) => this.#rows[ordinal]?.id ?? 0),
      next: ordinals.length < wanted || last === undefined ? null : this.#positionOf(ranking, last, scores),
    };
  }

  /** The next ones of a level, from a place in the order (counted from its end where it is reversed). */
  #take(order: SortOrder, reversed: boolean, level: Level, from: number, wanted: number): number[] {
    const { ordinals, positions } = order;
    const last = ordinals.length - 1;
    // Where few are found, they are sorted; where many are, the page is near in the order itself.
    if (level.count <= level.bits.length) {
      const placeOf = (ordinal: number) => (reversed ? last - (positions[ordinal] ?? 0) : (positions[ordinal] ?? 0));
      return smallest(level.bits, placeOf, from, wanted);
    }
    const taken: number[] = [];
    for (let place = from; place <= last && taken.length < wanted; place++) {
      const ordinal = ordinals[reversed ? last - place : place] ?? 0;
      if (bits.has(level.bits, ordinal)) taken.push(ordinal);
    }
    return taken;
  }

  #positionOf(ranking: Ranking, ordinal: number, scores: Uint8Array | undefined): SearchPosition {
    const row = this.#rows[ordinal];
    return { score: scores?.[ordinal] ?? 0, key: keyUnder(ranking.order, row), name: row?.name ?? "" };
  }
}

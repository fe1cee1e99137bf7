// Loading the search index: from the database in pages, with a pause after each so that others are answered meanwhile.
import { setImmediate as pause } from "node:timers/promises";
import { pageOfSearchRows, type SearchRow } from "../../db/search-rows.ts";
import type { Store } from "../../db/store.ts";
import { SearchIndex } from "./search-index.ts";

const pageSize = 2_000;

/** In the order of names, which makes the order by name free of charge. */
export async function loadSearchIndex(store: Store, projectNames: ReadonlyMap<string, string>): Promise<SearchIndex> {
  const index = new SearchIndex(projectNames);
  let after = "";
  for (;;) {
    const rows = await pageOfSearchRows(store, after, pageSize);
    add(index, rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return index;
    after = last.name;
    await pause();
  }
}

/** The same index without what is gone, or under other names of projects. */
export async function remadeIndex(old: SearchIndex, projectNames: ReadonlyMap<string, string>): Promise<SearchIndex> {
  const index = new SearchIndex(projectNames);
  const rows = old.rows().sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let start = 0; start < rows.length; start += pageSize) {
    add(index, rows.slice(start, start + pageSize));
    await pause();
  }
  return index;
}

/** Makes the orders that most questions want, one after the other, so that others have their turn. */
export async function warmed(index: SearchIndex): Promise<void> {
  for (const name of ["name", "-popularity", "-updated"] as const) {
    await pause();
    index.warm(name);
  }
}

function add(index: SearchIndex, rows: readonly SearchRow[]): void {
  index.apply(rows.map((row) => ({ id: row.id, row })));
}

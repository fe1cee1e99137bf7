// What a catalog holds, in words that two catalogs can be compared by: without times, runs, leases and given-out ids.
import { getTableColumns } from "drizzle-orm";
import type { Tables } from "../../../db/schema.ts";
import type { Store } from "../../../db/store.ts";

type Row = Readonly<Record<string, unknown>>;

export type CatalogDump = Readonly<Record<string, readonly string[]>>;

/** Rounds, their failed items and when the trust root was asked for tell of the way, not of where it led. */
const tablesOfTheWay: ReadonlySet<string> = new Set<keyof Tables>(["clock", "runs", "failures", "trustRootRefreshes"]);

/** How often what was tried, by whom and in which round: another history leads to the same catalog. */
const columnsOfTheWay = new Set([
  "id",
  "lease_owner",
  "lease_token",
  "lease_until",
  "attempts",
  "run_id",
  "run_waits",
  "revision",
]);

/** Every row of every other table as a line, in an order of their own. */
export async function dumpCatalog(store: Store): Promise<CatalogDump> {
  const repositories = await store.db.select().from(store.t.repositories);
  const names = new Map(repositories.map((row) => [row.id, row.name]));
  const dump: Record<string, readonly string[]> = {};
  for (const [name, table] of Object.entries(store.t)) {
    if (tablesOfTheWay.has(name)) continue;
    const columns = Object.entries(getTableColumns(table)).map(([key, column]) => ({ key, name: column.name }));
    const rows: readonly Row[] = await store.db.select().from(table);
    dump[name] = rows.map((row) => lineOf(row, columns, names)).toSorted();
  }
  return dump;
}

function lineOf(
  row: Row,
  columns: readonly { readonly key: string; readonly name: string }[],
  repositories: ReadonlyMap<number, string>,
): string {
  const cells = columns.flatMap(({ key, name }): [string, unknown][] => {
    const value = row[key];
    if (name === "repository_id") return [["repository", repositories.get(Number(value))]];
    if (columnsOfTheWay.has(name)) return [];
    // That there is a time is compared; which, is not.
    if (/(^|_)(at|since|until|time|as_of)$/.test(name)) return [[name, value === null ? null : "a time"]];
    return [[name, Buffer.isBuffer(value) ? value.toString("base64") : value]];
  });
  return JSON.stringify(Object.fromEntries(cells));
}

/** In their order. Without a gap they are 1, 2, 3 and so on: none was lost and none is there twice. */
export async function eventIds(store: Store): Promise<number[]> {
  const { events } = store.t;
  const rows = await store.db.select({ id: events.id }).from(events).orderBy(events.id);
  return rows.map(({ id }) => id);
}

// A naive search: looks at every repository each time; what the search index is compared with.
import type { SearchRow } from "../../../../db/search-rows.ts";
import type { SearchFacet, SearchQuery } from "../../../../server/search/search-query.ts";

export function naiveSearch(
  rows: readonly SearchRow[],
  projectNames: ReadonlyMap<string, string>,
  query: SearchQuery,
): { readonly ids: readonly number[]; readonly facets: readonly SearchFacet[] } {
  const words = cut(query.text);
  const said = rows.filter((row) =>
    words.every((word, i) => weigh(row, word, i === words.length - 1, projectNames) > 0),
  );
  const passes = (row: SearchRow, except?: string) =>
    [...query.filters].every(
      ([facet, wanted]) => facet === except || (facetsOf(row)[facet] ?? []).some((value) => wanted.includes(value)),
    );
  const score = (row: SearchRow) =>
    words.reduce((sum, word, i) => sum + weigh(row, word, i === words.length - 1, projectNames), 0) +
    (words.length > 0 && cut(row.name.split("/").at(-1) ?? "").join("-") === words.join("-") ? 40 : 0);
  const found = said.filter((row) => passes(row)).sort((a, b) => compare(query.sort, a, b, score));
  const own = [
    "kind",
    "official",
    "registry",
    "namespace",
    "project",
    "distribution",
    "os",
    "arch",
    "level",
    "verdict",
  ];
  const keys = [...own, ...["desktop", "use"]];
  const facets = keys.map((key) => {
    const counts = new Map<string, number>();
    for (const row of said.filter((each) => passes(each, key))) {
      for (const value of facetsOf(row)[key] ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const options = [...counts].map(([value, count]) => ({ value, count }));
    return { key, options: options.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)) };
  });
  return { ids: found.map(({ id }) => id), facets: facets.filter(({ options }) => options.length > 0) };
}

function compare(sort: SearchQuery["sort"], a: SearchRow, b: SearchRow, score: (row: SearchRow) => number): number {
  const byName = a.name < b.name ? -1 : 1;
  const byNumber = (x: number | null, y: number | null, direction: number) =>
    x === y ? byName : x === null ? 1 : y === null ? -1 : (x - y) * direction;
  switch (sort) {
    case "name":
      return byName;
    case "-name":
      return -byName;
    case "updated":
      return byNumber(a.updatedAt, b.updatedAt, 1);
    case "-updated":
      return byNumber(a.updatedAt, b.updatedAt, -1);
    case "popularity":
      return byNumber(a.popularity, b.popularity, 1);
    case "-popularity":
      return byNumber(a.popularity, b.popularity, -1);
    case "relevance":
      return score(b) - score(a) || byNumber(a.popularity, b.popularity, -1);
    case "-relevance":
      return -(score(b) - score(a) || byNumber(a.popularity, b.popularity, -1));
  }
}

function weigh(row: SearchRow, word: string, mayBeBegun: boolean, projectNames: ReadonlyMap<string, string>): number {
  const title = [row.title, row.project, row.project === null ? null : projectNames.get(row.project)].join(" ");
  const texts: [string, number][] = [
    [row.name, 6],
    [title, 4],
    [row.description ?? "", 2],
  ];
  let best = 0;
  for (const [text, weight] of texts) {
    for (const each of cut(text)) {
      if (each === word) best = Math.max(best, weight);
      else if (mayBeBegun && each.startsWith(word)) best = Math.max(best, weight - 1);
    }
  }
  return best;
}

function cut(text: string): string[] {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function facetsOf(row: SearchRow): Readonly<Record<string, readonly string[]>> {
  const [registry = "", ...path] = row.name.split("/");
  const optional = (value: string | null) => (value === null ? [] : [value]);
  return {
    ...row.facets,
    kind: [row.kind],
    official: [String(row.official)],
    registry: [registry],
    namespace: path.length > 1 ? [path.slice(0, -1).join("/")] : [],
    project: optional(row.project),
    distribution: optional(row.distribution),
    os: optional(row.distribution),
    arch: row.architectures,
    level: [],
    verdict: [row.verdict],
  };
}

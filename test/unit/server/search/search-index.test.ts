// The search index: the same results and counts as a search that looks at every repository, whatever came and went.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SearchChange, SearchRow } from "../../../../db/search-rows.ts";
import { SearchIndex } from "../../../../server/search/search-index.ts";
import { type SearchQuery, sorts } from "../../../../server/search/search-query.ts";
import { naiveSearch } from "./naive-search.ts";

const projectNames = new Map([["blue", "Universal Blue"]]);

function row(id: number, changes: Partial<SearchRow> = {}): SearchRow {
  return {
    id,
    name: `registry.example/team/os-${id}`,
    kind: "remix",
    official: false,
    distribution: "fedora",
    project: null,
    title: null,
    description: null,
    verdict: "pending",
    updatedAt: null,
    popularity: null,
    facets: {},
    architectures: ["amd64"],
    ...changes,
  };
}

function question(changes: Partial<SearchQuery> = {}): SearchQuery {
  return { text: "", filters: new Map(), sort: "name", after: null, limit: 100, withFacets: false, ...changes };
}

function indexOf(...rows: SearchRow[]): SearchIndex {
  const index = new SearchIndex(projectNames);
  index.apply(rows.map((each) => ({ id: each.id, row: each })));
  return index;
}

const idsOf = (index: SearchIndex, changes: Partial<SearchQuery>) => index.search(question(changes)).ids;

describe("words", () => {
  const index = indexOf(
    row(1, { name: "ghcr.io/ublue-os/bazzite-nvidia", project: "blue", popularity: 900 }),
    row(2, { name: "ghcr.io/ublue-os/bazzite", title: "Bazzite für Spiele" }),
    row(3, { name: "quay.io/fedora/fedora-bootc", description: "Like bazzite, but rpm-ostree only" }),
    row(4, { name: "quay.io/x/bazz", title: "bazzite" }),
  );

  test.each([
    {
      title: "whose name is the question comes first, then names, titles, descriptions",
      text: "bazzite",
      ids: [2, 1, 4, 3],
    },
    { title: "the last word may be begun", text: "ublue bazz", ids: [1, 2] },
    { title: "other words may not", text: "bazz ublue", ids: [] },
    { title: "case and accents do not matter", text: "FUR SPIELE", ids: [2] },
    { title: "punctuation separates words", text: "rpm/ostree", ids: [3] },
    { title: "a project's name finds its repositories", text: "universal", ids: [1] },
    { title: "a word that nobody says finds nothing", text: "plasma", ids: [] },
    { title: "one letter is a beginning too", text: "b", ids: [1, 2, 3, 4] },
  ])("$title", ({ text, ids }) => {
    expect(idsOf(index, { text, sort: "relevance" })).toEqual(ids);
  });
});

test("unknown popularity and time stand last in both directions", () => {
  const index = indexOf(row(1, { updatedAt: 5 }), row(2), row(3, { updatedAt: 9 }), row(4, { updatedAt: 5 }));
  expect(idsOf(index, { sort: "updated" })).toEqual([1, 4, 3, 2]);
  expect(idsOf(index, { sort: "-updated" })).toEqual([3, 1, 4, 2]);
});

test("a facet's counts ignore its own filter and follow all others", () => {
  const index = indexOf(
    row(1, { facets: { desktop: ["kde"], use: ["gaming", "workstation"] } }),
    row(2, { facets: { desktop: ["gnome"], use: ["gaming"] } }),
    row(3, { facets: { desktop: ["gnome"], use: ["edge"] } }),
  );
  const filters = new Map([
    ["desktop", ["kde"]],
    ["use", ["gaming"]],
  ]);
  const { total, facets } = index.search(question({ filters, withFacets: true }));
  expect(total).toBe(1);
  const options = (key: string) => facets?.find((facet) => facet.key === key)?.options;
  expect(options("desktop")).toEqual([
    { value: "gnome", count: 1 },
    { value: "kde", count: 1 },
  ]);
  expect(options("use")).toEqual([
    { value: "gaming", count: 1 },
    { value: "workstation", count: 1 },
  ]);
  expect(options("kind")).toEqual([{ value: "remix", count: 1 }]);
});

test("a facet of a document cannot take the place of one that every repository has", () => {
  const index = indexOf(row(1, { facets: { kind: ["base"], sort: ["x"] } }));
  expect(idsOf(index, { filters: new Map([["kind", ["base"]]]) })).toEqual([]);
  expect(index.hasFacet("sort")).toBe(false);
});

test("the same row again changes nothing", () => {
  const index = indexOf(row(1, { facets: { desktop: ["kde"] } }));
  expect(index.apply([{ id: 1, row: row(1, { facets: { desktop: ["kde"] } }) }])).toBe(false);
  expect(index.apply([{ id: 1, row: row(1, { facets: { desktop: ["gnome"] } }) }])).toBe(true);
  expect(index.apply([{ id: 7, row: null }])).toBe(false);
  expect(index.apply([{ id: 1, row: null }])).toBe(true);
  expect(index.size).toBe(0);
});

const word = fc.constantFrom("blue", "fin", "bluefin", "os", "kde", "kdes", "44", "a", "größe");
const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(" "));
const values = (...all: string[]) => fc.uniqueArray(fc.constantFrom(...all), { maxLength: 3 });
const someRow = (id: number): fc.Arbitrary<SearchRow> =>
  fc
    .record({
      host: fc.constantFrom("quay.io", "ghcr.io"),
      path: fc.constantFrom("fedora/", "ublue-os/", "", "a/b/"),
      leaf: fc.constantFrom("blue", "blue-fin", "kde", "os"),
      kind: fc.constantFrom("base", "remix"),
      official: fc.boolean(),
      distribution: fc.option(fc.constantFrom("fedora", "centos")),
      project: fc.option(fc.constantFrom("blue", "other")),
      title: fc.option(text),
      description: fc.option(text),
      verdict: fc.constantFrom("pending", "verified"),
      updatedAt: fc.option(fc.integer({ min: 1, max: 4 })),
      popularity: fc.option(fc.integer({ min: 1, max: 3 })),
      architectures: values("amd64", "arm64"),
      desktop: values("kde", "gnome", "none"),
      use: values("gaming", "edge"),
    })
    .map(({ host, path, leaf, desktop, use, ...rest }) => ({
      id,
      name: `${host}/${path}${leaf}-${id}`,
      facets: { ...(desktop.length > 0 ? { desktop } : {}), ...(use.length > 0 ? { use } : {}) },
      ...rest,
    }));

const someChanges: fc.Arbitrary<SearchChange[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean()), { maxLength: 40 })
  .chain((picks) =>
    fc.tuple(
      ...picks.map(([id, isGone]) =>
        isGone ? fc.constant({ id, row: null }) : someRow(id).map((each) => ({ id, row: each })),
      ),
    ),
  );

const someQuery: fc.Arbitrary<SearchQuery> = fc
  .record({
    text,
    filters: fc.dictionary(
      fc.constantFrom("kind", "registry", "namespace", "desktop", "use", "arch", "official", "nothing", "project"),
      fc.uniqueArray(
        fc.constantFrom("base", "remix", "quay.io", "fedora", "kde", "gnome", "edge", "amd64", "true", "blue"),
        { minLength: 1, maxLength: 3 },
      ),
      { maxKeys: 3 },
    ),
    sort: fc.constantFrom(...sorts),
    limit: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ filters, ...rest }) => question({ ...rest, filters: new Map(Object.entries(filters)), withFacets: true }));

test("results, counts and pages equal those of a search that looks at every repository", () => {
  fc.assert(
    fc.property(fc.array(someChanges, { maxLength: 4 }), someQuery, (batches, query) => {
      const index = new SearchIndex(projectNames);
      const rows = new Map<number, SearchRow>();
      for (const batch of batches) {
        index.apply(batch);
        for (const { id, row: each } of batch) {
          if (each === null) rows.delete(id);
          else rows.set(id, each);
        }
      }
      const expected = naiveSearch([...rows.values()], projectNames, query);
      const seen: number[] = [];
      let after = query.after;
      do {
        const page = index.search({ ...query, after });
        expect(page.total).toBe(expected.ids.length);
        expect(page.facets?.filter(({ options }) => options.length > 0)).toEqual(expected.facets);
        seen.push(...page.ids);
        after = page.next;
        expect(page.ids.length).toBe(
          after === null ? expected.ids.length - (seen.length - page.ids.length) : query.limit,
        );
      } while (after !== null);
      expect(seen).toEqual(expected.ids);
    }),
    { numRuns: 400 },
  );
});

test("pages meet without gap or overlap while other repositories come and go", () => {
  fc.assert(
    fc.property(
      someChanges,
      fc.array(someChanges, { minLength: 1, maxLength: 5 }),
      someQuery,
      (start, later, query) => {
        const index = new SearchIndex(projectNames);
        index.apply(start);
        const all = index.search({ ...query, limit: 1_000 }).ids;
        const touched = new Set(later.flat().map(({ id }) => id));
        const seen: number[] = [];
        let after = query.after;
        let step = 0;
        do {
          const page = index.search({ ...query, after });
          seen.push(...page.ids);
          after = page.next;
          index.apply(later[step++] ?? []);
        } while (after !== null);
        expect(seen.filter((id) => !touched.has(id))).toEqual(all.filter((id) => !touched.has(id)));
      },
    ),
    { numRuns: 200 },
  );
});

// Search rows: what can be found, by pages at start and by what was committed since.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { currentGeneration } from "../../../db/changes.ts";
import { pageOfSearchChanges, pageOfSearchRows } from "../../../db/search-rows.ts";
import { writeCatalog } from "../../kit/catalog.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

describe.each(storeKinds)("search rows on %s", (kind) => {
  let store: TestStore;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      for (const name of ["c", "a", "b"]) await catalog.repository(`registry.example/${name}`);
      await catalog.repository("registry.example/private", { private: true });
      await catalog.repository("registry.example/old", { active: false });
      await catalog.repository("registry.example/removed", { state: "removed" });
      await catalog.repository("registry.example/expected", { state: "expected" });
    });
  });
  afterEach(() => store.close());

  test("pages of what can be found meet in the order of names", async () => {
    const first = await pageOfSearchRows(store, "", 2);
    const second = await pageOfSearchRows(store, first.at(-1)?.name ?? "", 2);
    expect([first, second].map((page) => page.map(({ name }) => name))).toEqual([
      ["registry.example/a", "registry.example/b"],
      ["registry.example/c"],
    ]);
  });

  test("a row has each value as the schema types it", async () => {
    await writeCatalog(store, async (catalog) => {
      await catalog.repository("registry.example/0", {
        kind: "base",
        official: true,
        distribution: "fedora",
        project: "os",
        title: "The OS",
        description: "größer",
        verdict: "verified",
        updatedAt: 1_795_168_800_000,
        popularity: 0.5,
        facets: { desktop: ["kde"] },
        architectures: ["amd64", "arm64"],
      });
    });
    const [row] = await pageOfSearchRows(store, "", 1);
    expect(row).toEqual({
      id: expect.any(Number),
      name: "registry.example/0",
      kind: "base",
      official: true,
      distribution: "fedora",
      project: "os",
      title: "The OS",
      description: "größer",
      verdict: "verified",
      updatedAt: 1_795_168_800_000,
      popularity: 0.5,
      facets: { desktop: ["kde"] },
      architectures: ["amd64", "arm64"],
    });
  });

  test("changes since a generation are what was touched, also what can no longer be found", async () => {
    const before = await currentGeneration(store);
    expect(await pageOfSearchChanges(store, before, 0, 10)).toEqual([]);
    await writeCatalog(store, async (catalog) => {
      await catalog.repository("registry.example/b", { private: true });
      await catalog.repository("registry.example/expected", { title: "Here now" });
      await catalog.repository("registry.example/d");
    });
    const changes = await pageOfSearchChanges(store, before, 0, 10);
    expect(changes.map(({ row }) => row?.name ?? null)).toEqual([
      null,
      "registry.example/expected",
      "registry.example/d",
    ]);
    const [, second] = changes;
    expect(await pageOfSearchChanges(store, before, second?.id ?? 0, 10)).toEqual(changes.slice(2));
    expect(await pageOfSearchChanges(store, before, 0, 1)).toEqual(changes.slice(0, 1));
  });
});

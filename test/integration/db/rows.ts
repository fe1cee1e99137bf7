// Rows for the tests of the store: the least that its tables take.
import type { Store } from "../../../db/store.ts";

export async function insertSource(store: Store, id = "src"): Promise<void> {
  await store.transaction((tx) =>
    tx.db.insert(tx.t.sources).values({ id, registry: "registry.example", private: false, active: true, dueAt: 0 }),
  );
}

/** Repositories named `registry.example/r0`, … in their order; the ids. */
export async function insertRepositories(store: Store, count: number, dueAt: number | null = 0): Promise<number[]> {
  const values = Array.from({ length: count }, (_, i) => ({
    catalogId: 1,
    name: `registry.example/r${i}`,
    host: "registry.example",
    path: `r${i}`,
    sourceId: "src",
    kind: "base",
    official: false,
    confirmed: true,
    private: false,
    state: "listed" as const,
    facets: {},
    architectures: [],
    revision: 0,
    dueAt,
  }));
  return store.transaction(async (tx) => {
    const rows = await tx.db.insert(tx.t.repositories).values(values).returning({ id: tx.t.repositories.id });
    return rows.map((row) => row.id);
  });
}

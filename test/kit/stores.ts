// Stores for tests: every query test runs on each kind of database, each time on one of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, test } from "vitest";
import { type DatabaseLimits, openStore, type Store } from "../../db/store.ts";
import { createDatabase } from "./postgres.ts";
import { skipOrFail } from "./programs.ts";

export type StoreKind = Store["dialect"];

/** An empty database that nobody has opened yet, for tests that open it more than once, or in other processes. */
export type EmptyDatabase = { readonly url: string; drop(): Promise<void> };

/** Closing it also throws its database away. */
export type TestStore = Store & { readonly url: string };

export const testDatabaseLimits: DatabaseLimits = {
  busyTimeoutMs: 10_000,
  poolMax: 6,
  statementTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
};

const offer = inject("postgres");

/** For `describe.each(storeKinds)`. */
export const storeKinds: readonly StoreKind[] = offer.outcome === "ready" ? ["sqlite", "postgres"] : ["sqlite"];

if (offer.outcome === "missing") {
  // Stands in each file for the half of its tests that is not run.
  test("on postgres", (context) => skipOrFail(context, offer.reason));
}

export async function createTestDatabase(kind: StoreKind): Promise<EmptyDatabase> {
  switch (kind) {
    case "sqlite": {
      const folder = mkdtempSync(join(tmpdir(), "signalbox-store-"));
      return {
        url: `file:${join(folder, "catalog.db")}`,
        drop: async () => rmSync(folder, { recursive: true, force: true }),
      };
    }
    case "postgres": {
      if (offer.outcome === "missing") throw new Error(offer.reason);
      return createDatabase(offer.url);
    }
  }
}

/** A fresh store with the schema in place: `afterEach(() => store.close())`. */
export async function openTestStore(kind: StoreKind, limits: DatabaseLimits = testDatabaseLimits): Promise<TestStore> {
  const database = await createTestDatabase(kind);
  const store = await openStore(database.url, limits);
  return {
    ...store,
    url: database.url,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

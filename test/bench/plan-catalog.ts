// The catalog that plans are measured over: signed, of the size that is asked for, with hosts that run its images.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../bin/config.ts";
import { openStore } from "../../db/store.ts";
import type { Figure } from "./figure.ts";
import type { GeneratedSize } from "./generated-catalog.ts";
import { generateHosts, type HostQuestion } from "./generated-hosts.ts";
import { writeSignedCatalog } from "./signed-catalog.ts";

export type PlanCatalog = {
  /** For what a measurement writes; gone after it. */
  readonly folder: string;
  readonly database: string;
  readonly questions: readonly HostQuestion[];
};

export async function overPlanCatalog(
  size: GeneratedSize,
  hosts: number,
  measure: (catalog: PlanCatalog) => Promise<Figure[]>,
): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const database = `file:${join(folder, "catalog.db")}`;
    const store = await openStore(database, readConfig({}).database);
    await writeSignedCatalog(store, size, Date.now());
    const questions = await generateHosts(store, hosts);
    await store.close();
    return await measure({ folder, database, questions });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Migrations: which schema versions this program knows, and whether a database is newer than it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { StoreError } from "./store-error.ts";

type Journal = { readonly entries: readonly { readonly when: number; readonly tag: string }[] };

export function migrationsFolder(dialect: "sqlite" | "pg"): string {
  return fileURLToPath(new URL(`./${dialect}/migrations`, import.meta.url));
}

/** When the newest migration of the folder was made: drizzle names a database's version by it. */
export function newestMigration(folder: string): number {
  const journal: Journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, "utf8"));
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

/** An older program would misread, or spoil, what a newer one wrote. */
export function refuseNewer(applied: number | undefined, folder: string): void {
  if (applied === undefined || applied <= newestMigration(folder)) return;
  throw new StoreError(
    "newer-database",
    "the database was written by a newer Signalbox: install that version, or restore the backup made before the update",
  );
}

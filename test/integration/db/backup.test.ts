// Backups: whole, checked, made beside a running writer, and never over something that is there.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { type BackupProgress, backUp } from "../../../db/backup.ts";
import { openStore } from "../../../db/store.ts";
import { testDatabaseLimits } from "../../kit/stores.ts";

const never = new AbortController().signal;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "signalbox-backup-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function catalogIn(path: string, rows = 3): Promise<string> {
  const url = `file:${join(path, "catalog.db")}`;
  const store = await openStore(url, testDatabaseLimits);
  await store.transaction(async (tx) => {
    for (let i = 0; i < rows; i++) await tx.db.insert(tx.t.catalogs).values({ id: 100 + i, name: `peer ${i}` });
  });
  await store.close();
  return url;
}

test("a backup opens as a catalog and holds what the catalog held", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const file = join(place, "backup.db");
  const seen: BackupProgress[] = [];
  const backup = await backUp(url, file, never, (progress) => seen.push(progress));
  expect(backup).toEqual({ file, sizeBytes: readFileSync(file).length });
  expect(seen.map((each) => each.stage)).toContain("copy");
  expect(seen.at(-1)?.stage).toBe("check");
  // One file, with nothing beside it that would have to be kept with it.
  expect(readdirSync(place).toSorted()).toEqual(["backup.db", "catalog.db"]);
  const restored = await openStore(`file:${file}`, testDatabaseLimits);
  expect(await restored.db.select().from(restored.t.catalogs)).toHaveLength(4);
  await restored.close();
});

test("a backup made while another process writes is one moment of the catalog", async () => {
  const place = folder();
  const url = await catalogIn(place, 0);
  const script = fileURLToPath(new URL("write-catalogs.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, url, "1000", "400"], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => writer.once("exit", resolve));
  const counts: number[] = [];
  for (let i = 0; writer.exitCode === null && i < 50; i++) {
    const file = join(place, `backup-${i}.db`);
    await backUp(url, file, never);
    const copy = new Sqlite(file, { readonly: true });
    counts.push(copy.prepare<[], { n: number }>("select count(*) as n from catalogs where id >= 1000").get()?.n ?? -1);
    copy.close();
    rmSync(file);
  }
  expect(await ended).toBe(0);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.some((count) => count > 0)).toBe(true);
});

test("a file that is there is never overwritten", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const file = join(place, "precious");
  writeFileSync(file, "precious");
  await expect(backUp(url, file, never)).rejects.toMatchObject({ name: "BackupError", code: "exists" });
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test("a file that appears meanwhile is not overwritten either", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const file = join(place, "precious");
  const late = (progress: BackupProgress) => {
    if (progress.stage === "check") writeFileSync(file, "precious");
  };
  await expect(backUp(url, file, never, late)).rejects.toMatchObject({ code: "exists" });
  expect(readFileSync(file, "utf8")).toBe("precious");
  expect(readdirSync(place).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("a damaged database gives no backup", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const bytes = readFileSync(join(place, "catalog.db"));
  bytes.fill(0xa5, 4096 * 3, 4096 * 4);
  writeFileSync(join(place, "catalog.db"), bytes);
  const file = join(place, "backup.db");
  await expect(backUp(url, file, never)).rejects.toMatchObject({
    code: "damaged",
    message: expect.stringContaining("no backup was made"),
  });
  expect(readdirSync(place).toSorted()).toEqual(["catalog.db"]);
});

test("an index that does not hold what its table does is found, which the check on start passes over", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const spoiler = new Sqlite(join(place, "catalog.db"));
  spoiler.unsafeMode(true);
  spoiler.exec(`create index by_name on catalogs (name);
    pragma writable_schema = on;
    update sqlite_master set sql = 'CREATE INDEX by_name on catalogs (url)' where name = 'by_name'`);
  spoiler.close();
  await (await openStore(url, testDatabaseLimits)).close();
  await expect(backUp(url, join(place, "backup.db"), never)).rejects.toMatchObject({ code: "damaged" });
});

test("a backup that is interrupted leaves nothing behind", async () => {
  const place = folder();
  const url = await catalogIn(place);
  const interrupt = new AbortController();
  const stop = (progress: BackupProgress) => {
    if (progress.stage === "check") interrupt.abort(new Error("interrupted"));
  };
  const file = join(place, "backup.db");
  await expect(backUp(url, file, interrupt.signal, stop)).rejects.toThrow("interrupted");
  expect(readdirSync(place).toSorted()).toEqual(["catalog.db"]);
});

test.each([
  { title: "a folder that does not exist", file: (place: string) => join(place, "none", "backup.db") },
  { title: "a folder that cannot be written", file: readOnlyFolder },
])("$title is named", async ({ file }) => {
  const place = folder();
  const url = await catalogIn(place);
  // Root writes everywhere.
  if (process.getuid?.() === 0 && file === readOnlyFolder) return;
  await expect(backUp(url, file(place), never)).rejects.toMatchObject({ code: "not-writable" });
});

test("without a database there is nothing to copy, and none is made", async () => {
  const place = folder();
  const refused = backUp(`file:${join(place, "catalog.db")}`, join(place, "backup.db"), never);
  await expect(refused).rejects.toMatchObject({ code: "no-database" });
  expect(existsSync(join(place, "catalog.db"))).toBe(false);
});

test("PostgreSQL's own tool is named, with the command but for the password", async () => {
  const refused = backUp("postgres://me:secret@db.example/catalog", "a file.dump", never);
  await expect(refused).rejects.toMatchObject({ code: "not-sqlite" });
  await expect(refused).rejects.toThrow(
    "pg_dump --format=custom --file='a file.dump' postgres://me@db.example/catalog",
  );
});

function readOnlyFolder(place: string): string {
  const path = mkdtempSync(join(place, "read-only-"));
  chmodSync(path, 0o500);
  return join(path, "backup.db");
}

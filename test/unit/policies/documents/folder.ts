// Folders: writes a policies folder for one test and takes it away after it.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { formatMistakes } from "../../../../policies/documents/format-mistakes.ts";
import { type LoadedFolder, loadFolder } from "../../../../policies/documents/load-folder.ts";
import type { PolicySet } from "../../../../policies/documents/policy-set.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export async function writeFolder(files: Files): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-policies-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

export async function loadFiles(files: Files): Promise<LoadedFolder> {
  return loadFolder(await writeFolder(files));
}

/** The lines of all mistakes; none where the folder is loaded. */
export async function mistakesOf(files: Files): Promise<readonly string[]> {
  const loaded = await loadFiles(files);
  return loaded.outcome === "loaded" ? [] : formatMistakes(loaded.mistakes).split("\n");
}

/** The set of a folder that is right; what is wrong with it otherwise. */
export async function setOf(files: Files): Promise<PolicySet> {
  const loaded = await loadFiles(files);
  if (loaded.outcome === "refused") throw new Error(formatMistakes(loaded.mistakes));
  return loaded.set;
}

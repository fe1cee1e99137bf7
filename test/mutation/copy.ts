// A copy of the project in which the checks of some folders can be taken out one at a time.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutate } from "./mutants.ts";

const copied = ["policies", "worker", "db", "test", "bin", "openapi", "server", "package.json", "tsconfig.json"];

/** The working tree is never touched. `root`: the project; `folder` is made anew. */
export function copyMutated(root: string, folder: string, patterns: readonly string[]): readonly Mutant[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of [...copied, "vitest.config.ts"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const mutants: Mutant[] = [];
  for (const file of patterns.flatMap((pattern) => globSync(pattern, { cwd: folder })).toSorted()) {
    const made = mutate(file, readFileSync(join(folder, file), "utf8"), mutants.length);
    writeFileSync(join(folder, file), made.text);
    mutants.push(...made.mutants);
  }
  writeFileSync(join(folder, "mutants.json"), JSON.stringify(mutants));
  return mutants;
}

// Programs that tests ask for: found on PATH (or named by a variable), else the test is skipped and says why.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/** Set in CI, which installs everything: a missing program then fails its tests instead of skipping them. */
export const programsAreRequired = process.env.SIGNALBOX_REQUIRE_TOOLS === "1";

/** The program's path. Administrators' folders are searched too: Debian puts servers there, and not on everybody's PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The paths of all programs named; skips the test, saying why, where one is missing. */
export function needPrograms<Name extends string>(
  context: Pick<TestContext, "skip">,
  ...names: readonly Name[]
): Readonly<Record<Name, string>> {
  const found = names.map((name) => [name, findProgram(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) return skipOrFail(context, `not installed: ${missing.join(", ")}`);
  return Object.fromEntries(found) as Record<Name, string>;
}

/** Ends the test: skipped with the reason, or failed where everything has to be there. */
export function skipOrFail(context: Pick<TestContext, "skip">, reason: string): never {
  if (programsAreRequired) throw new Error(`${reason} (SIGNALBOX_REQUIRE_TOOLS=1: nothing may be skipped)`);
  return context.skip(reason);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

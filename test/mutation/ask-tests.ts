// Asks the unit tests, the attack table among them, of the copied project with one check after the other taken out.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Mutant } from "./mutants.ts";
import { type KeptTest, kept, prepare } from "./stand-in.ts";
import { passedBy, switchOn } from "./switch.ts";

const standIn = new URL("./stand-in.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vitest" ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

/** Several of these share the work: this one takes every `parts`-th check, from `part` on. */
const [, , stateFile = "", seconds = "60", part = "0", parts = "1"] = process.argv;
const folder = dirname(stateFile);
/** What one check may cost: the quickest tests are asked first. */
const mostMs = 1_500;

type Timed = { readonly test: KeptTest; readonly ms: number };
type State = { killed: Record<string, string>; survived: number[] };

/** Tests that try every byte cost more than they find here. */
const files = globSync("test/unit/{policies/trust,worker/signatures,attacks}/**/*.test.ts", { cwd: folder }).filter(
  (path) => !path.includes("any-byte"),
);

const reaching = new Map<number, Timed[]>();
let failing = 0;
for (const file of files) {
  const from = kept.length;
  await import(pathToFileURL(join(folder, file)).href);
  await prepare();
  for (const test of kept.slice(from)) {
    const started = performance.now();
    try {
      const passed = await passedBy(test.run);
      const timed = { test, ms: performance.now() - started };
      for (const id of passed) reaching.set(id, [...(reaching.get(id) ?? []), timed]);
    } catch (error) {
      failing += 1;
      if (failing <= 5) process.stdout.write(`${file}: ${test.name}: ${String(error).slice(0, 200)}\n`);
    }
  }
}
process.stdout.write(`${kept.length} tests pass over ${reaching.size} checks; ${failing} need the real vitest\n`);

async function kills(id: number, { run }: KeptTest): Promise<boolean> {
  switchOn(id);
  try {
    await run();
    return false;
  } catch {
    return true;
  } finally {
    switchOn(-1);
  }
}

async function killerOf(id: number): Promise<string | undefined> {
  const end = performance.now() + mostMs;
  for (const { test } of (reaching.get(id) ?? []).toSorted((a, b) => a.ms - b.ms)) {
    if (await kills(id, test)) return test.name;
    if (performance.now() > end) return undefined;
  }
  return undefined;
}

const state = JSON.parse(readFileSync(stateFile, "utf8")) as State;
const mutants = JSON.parse(readFileSync(join(folder, "mutants.json"), "utf8")) as readonly Mutant[];
const end = Date.now() + Number(seconds) * 1000;
for (const { id } of mutants) {
  if (Date.now() > end) break;
  if (id % Number(parts) !== Number(part) || state.killed[id] !== undefined || state.survived.includes(id)) continue;
  const killer = await killerOf(id);
  if (killer === undefined) state.survived.push(id);
  else state.killed[id] = killer;
}
writeFileSync(`${stateFile}.${part}`, JSON.stringify(state));
process.exit(0);

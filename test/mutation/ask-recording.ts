// Asks the recorded answers of real programs with each check of policies/ taken out that no unit test misses.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Mutant } from "./mutants.ts";
import { passedBy, switchOn } from "./switch.ts";

// After the switch, which it asks.
const { recordedCases } = await import("./recorded-cases.ts");

const [, , stateFile = "", seconds = "60", part = "0", parts = "1"] = process.argv;
type State = { killed: Record<string, string>; survived: number[]; recorded?: number[] };
const state = JSON.parse(readFileSync(stateFile, "utf8")) as State;
const mutants = JSON.parse(readFileSync(join(dirname(stateFile), "mutants.json"), "utf8")) as readonly Mutant[];
const asked = new Set(state.recorded ?? []);
const cases = await recordedCases(3);
const reaching = new Map<number, typeof cases>();
for (const each of cases) {
  for (const id of await passedBy(each.isJudgedRight)) reaching.set(id, [...(reaching.get(id) ?? []), each]);
}
const end = Date.now() + Number(seconds) * 1000;
for (const id of [...state.survived]) {
  if (Date.now() > end) break;
  if (id % Number(parts) !== Number(part) || asked.has(id) || !mutants[id]?.file.startsWith("policies/")) continue;
  asked.add(id);
  const killer = (reaching.get(id) ?? []).find(({ isJudgedRight }) => {
    switchOn(id);
    try {
      return !isJudgedRight();
    } catch {
      return true;
    } finally {
      switchOn(-1);
    }
  });
  if (killer === undefined) continue;
  state.killed[id] = killer.name;
  state.survived.splice(state.survived.indexOf(id), 1);
}
writeFileSync(`${stateFile}.${part}`, JSON.stringify({ ...state, recorded: [...asked] }));
process.exit(0);

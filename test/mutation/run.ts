// Mutation score: takes single checks out of what verifies and judges, and names those that no test misses.
// node test/mutation/run.ts [--state FOLDER] [--seconds N] [--only tests|recording|print] [PATTERN…]
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { copyMutated } from "./copy.ts";
import type { Mutant } from "./mutants.ts";

const root = join(import.meta.dirname, "../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    state: { type: "string", default: join(tmpdir(), "signalbox-mutation") },
    seconds: { type: "string", default: "1800" },
    only: { type: "string" },
  },
});
/** A later run with the same folder goes on where this one stopped: the copy in it stays as it is. */
const folder = values.state;
const stateFile = join(folder, "state.json");
const patterns = positionals.length > 0 ? positionals : ["worker/signatures/*.ts", "policies/trust/**/*.ts"];
const atOnce = 2;

/** `recorded`: of those that survived the tests, the ones that the recording was asked about. */
type State = { killed: Record<string, string>; survived: number[]; recorded: number[] };

if (!existsSync(stateFile)) {
  copyMutated(root, folder, patterns);
  writeFileSync(stateFile, JSON.stringify({ killed: {}, survived: [], recorded: [] } satisfies State));
}
const mutants = JSON.parse(readFileSync(join(folder, "mutants.json"), "utf8")) as readonly Mutant[];
if (values.only === undefined || values.only === "tests") await ask("ask-tests.ts");
if (values.only === undefined || values.only === "recording") await ask("ask-recording.ts");
print();

function readState(file = stateFile): State {
  return JSON.parse(readFileSync(file, "utf8")) as State;
}

async function ask(program: string): Promise<void> {
  const parts = await Promise.all(
    Array.from({ length: atOnce }, (_, part) => {
      const args = [join(folder, "test/mutation", program), stateFile, values.seconds, `${part}`, `${atOnce}`];
      return new Promise<State>((resolve, reject) => {
        execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
          if (part === 0) process.stdout.write(stdout);
          if (error === null) resolve(readState(`${stateFile}.${part}`));
          else reject(new Error(`${stdout}${stderr}`.slice(-3_000)));
        });
      });
    }),
  );
  const killed = Object.assign({}, readState().killed, ...parts.map((part) => part.killed));
  const sorted = (ids: readonly number[]) => [...new Set(ids)].toSorted((a, b) => a - b);
  const survived = sorted(parts.flatMap((part) => part.survived)).filter((id) => killed[id] === undefined);
  const recorded = sorted(parts.flatMap((part) => part.recorded));
  writeFileSync(stateFile, JSON.stringify({ killed, survived, recorded } satisfies State));
}

function print(): void {
  const { killed, survived } = readState();
  for (const id of survived) {
    const mutant = mutants[id];
    if (mutant !== undefined) process.stdout.write(`survives: ${mutant.file}:${mutant.line} ${mutant.what}\n`);
  }
  const missed = Object.keys(killed).length;
  const asked = missed + survived.length;
  const score = asked === 0 ? 0 : (100 * missed) / asked;
  process.stdout.write(
    `${mutants.length} checks, ${asked} of them taken out: ${missed} missed by a test, ${survived.length} by none: score ${score.toFixed(1)} %\n`,
  );
}

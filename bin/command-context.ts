// What every command works with: the environment, the streams and the clock, given once by the command line.
import type { Command } from "commander";
import { type Config, type Environment, readConfig } from "./config.ts";
import type { ExitCode } from "./exit-codes.ts";

export type CommandContext = {
  readonly environment: Environment;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly now: () => number;
  /** Says how the process ends once nothing is left to do. */
  readonly endWith: (code: ExitCode) => void;
};

export function configOf({ environment }: CommandContext): Config {
  return readConfig(environment);
}

/** Gives the command its work: what the work returns is the exit code. */
export function works<Arguments extends unknown[]>(
  command: Command,
  context: CommandContext,
  work: (...given: Arguments) => Promise<ExitCode>,
): Command {
  return command.action(async (...given: unknown[]) => context.endWith(await work(...(given as Arguments))));
}

/** Examples at the end of a command's help, each with what it is for. */
export function withExamples(command: Command, examples: readonly (readonly [command: string, purpose: string])[]) {
  const lines = examples.map(([example, purpose]) => `  # ${purpose}\n  signalbox ${example}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}\n`);
}

/** SIGHUP: the terminal is closed, and what was started in a group of its own would not hear of it. */
const endings: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Aborts at the first of these signals; the next one ends the process as if nobody listened. */
export function interruptible(signals: readonly NodeJS.Signals[] = endings): {
  readonly signal: AbortSignal;
  readonly done: () => void;
} {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    done();
    controller.abort(name);
  };
  const done = () => {
    for (const name of signals) process.off(name, stop);
  };
  for (const name of signals) process.on(name, stop);
  return { signal: controller.signal, done };
}

// The real program, started as a stranger starts it: bin/signalbox with an environment of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const launcher = fileURLToPath(new URL("../../bin/signalbox", import.meta.url));

export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type StartedProgram = {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** The first match in what it writes; an error with all it wrote where it ends before, or takes too long. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

/** Nothing of ours is inherited: a developer's settings must not decide a test. And no test asks the real world. */
function environmentOf(given: ProgramEnvironment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TZ } = process.env;
  return { PATH, HOME, TMPDIR, TZ, SIGNALBOX_VERIFY_ROOT_INTERVAL_MS: "0", ...given };
}

/** Ends with the test, whatever becomes of the test. */
export function startProgram(
  args: readonly string[],
  environment: ProgramEnvironment = {},
  { input, cwd }: { readonly input?: string; readonly cwd?: string } = {},
): StartedProgram {
  const child = spawn(launcher, args, {
    env: environmentOf(environment),
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const output = { stdout: "", stderr: "" };
  const changed = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const look of changed) look();
    });
  }
  // A program that does not read what it is given closes the pipe.
  child.stdin.on("error", () => {}).end(input ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", kill);
      resolve({ code, signal, ...output });
      for (const look of changed) look();
    });
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) kill();
    await ended.catch(() => {});
  });
  return {
    child,
    output,
    ended,
    waitFor: (pattern, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const give = (finish: () => void) => {
          changed.delete(look);
          clearTimeout(timer);
          finish();
        };
        const failure = (reason: string) =>
          new Error(`${pattern} ${reason}\nstdout: ${output.stdout}\nstderr: ${output.stderr}`);
        const look = () => {
          const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
          if (match !== null) give(() => resolve(match));
          else if (child.exitCode !== null || child.signalCode !== null)
            give(() => reject(failure("was not written before the end")));
        };
        const timer = setTimeout(() => give(() => reject(failure("was not written in time"))), timeoutMs);
        changed.add(look);
        look();
      }),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs it to its end. */
export async function runProgram(
  args: readonly string[],
  environment: ProgramEnvironment = {},
  options: { readonly input?: string; readonly cwd?: string } = {},
): Promise<Ended> {
  return startProgram(args, environment, options).ended;
}

/** An empty folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

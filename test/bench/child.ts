// Child processes of a benchmark: what is measured runs in a process of its own, as it would.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Child = {
  /** What the program said of itself when it was ready: one line of JSON. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Asks for one more line of JSON, by a line on its standard input. */
  ask(line: string): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
  readonly process: ChildProcess;
};

export async function startChild(program: string, args: readonly string[]): Promise<Child> {
  const path = fileURLToPath(new URL(`./programs/${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Readonly<Record<string, unknown>>> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${program} ended`);
    return JSON.parse(line.value);
  };
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    process: child,
    ready: await next(),
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
    },
  };
}

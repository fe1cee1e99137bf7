// npm and the program as a stranger's shell would start them: nothing of this test run's own environment.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import type { TestContext } from "vitest";
import { findProgram, skipOrFail } from "./programs.ts";

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** The environment without what npm scripts and vitest add to it; npm's own user configuration stays. */
export function cleanEnvironment(path: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|SIGNALBOX_|VITEST|NODE_|INIT_CWD$|PATH$|HOST$|PORT$|LOG_LEVEL$|TEST$|DEV$|PROD$|MODE$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), ...more };
}

/** Folders with the machine's own node and npm, and the usual tools; without those that `npm ci` brought. */
export function machinePath(): readonly string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
}

/** Where the Node.js is that runs this test. */
export const testedNode = dirname(process.execPath);

export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string | undefined>; readonly timeoutMs: number },
): Promise<Outcome> {
  const { cwd, env, timeoutMs } = options;
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : (child.exitCode ?? null), stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** An npm command that must succeed; skips the test where the npm registry is what is missing. */
export async function runNpm(
  context: Pick<TestContext, "skip">,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string | undefined> },
): Promise<Outcome> {
  const npm = findProgram("npm");
  if (npm === undefined) return skipOrFail(context, "not installed: npm");
  const outcome = await run(npm, args, { ...options, timeoutMs: 300_000 });
  if (outcome.code === 0) return outcome;
  if (
    /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|ENOTCACHED|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
      outcome.stderr,
    )
  ) {
    return skipOrFail(context, "the npm registry cannot be reached");
  }
  throw new Error(`npm ${args.join(" ")} failed: ${outcome.stderr.slice(-4_000)}`);
}

export type Serving = { readonly url: string; readonly output: () => string; stop(): Promise<number | null> };

/** Starts what serves and waits until it says where, and that it is ready. */
export async function startServing(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string | undefined> },
): Promise<Serving> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  const hear = (text: Buffer) => {
    output += text;
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stop = async () => {
    signalGroup(child, "SIGTERM");
    const patience = setTimeout(() => signalGroup(child, "SIGKILL"), 20_000);
    const code = await ended;
    clearTimeout(patience);
    return code;
  };
  const deadline = Date.now() + 60_000;
  while (child.exitCode === null && Date.now() < deadline) {
    const url = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output)?.[0];
    const ready = url === undefined ? undefined : await fetch(`${url}/readyz`).catch(() => undefined);
    if (url !== undefined && ready?.status === 200) return { url, output: () => output, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${command} ${args.join(" ")} did not become ready: ${output.slice(-4_000)}`);
}

/** npm run starts a shell that starts the program: all of them are one group. */
function signalGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

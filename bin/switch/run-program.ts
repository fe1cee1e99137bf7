// Running a program of the host: found on PATH, never through a shell, within limits of output and time.
import { spawn } from "node:child_process";
import type { Environment } from "../config.ts";

export type Ran =
  | { readonly outcome: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly outcome: "absent" }
  | { readonly outcome: "failed"; readonly reason: string };

export type RunOptions = {
  readonly environment: Environment;
  readonly timeoutMs: number;
  /** Of standard output and of standard error, each; what `onOutput` takes is never too much. */
  readonly outputBytes: number;
  readonly signal: AbortSignal;
  /** Takes what is written as it comes; nothing of it is kept. */
  readonly onOutput?: (text: string) => void;
};

export type RunProgram = (command: readonly string[], options: RunOptions) => Promise<Ran>;

/** Between being asked to end and being made to: bootc then takes back what it mounted. */
const graceMs = 10_000;

/** What bootc, rpm-ostree and skopeo go by. Registry credentials and settings of ours are not theirs. */
const passed = [
  "PATH",
  "HOME",
  "TMPDIR",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
];

export const runProgram: RunProgram = (command, options) => {
  const [name = "", ...args] = command;
  const { environment, timeoutMs, outputBytes, signal, onOutput } = options;
  if (signal.aborted) return Promise.resolve({ outcome: "failed", reason: "interrupted" });
  const given = passed.flatMap((each) => (environment[each] === undefined ? [] : [[each, environment[each]] as const]));
  return new Promise((resolve) => {
    const child = spawn(name, args, {
      env: { ...Object.fromEntries(given), LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
      // A group of its own: bootc has skopeo pull, and all of it is ended together.
      detached: true,
    });
    let reason: string | undefined;
    let killing: NodeJS.Timeout | undefined;
    const end = (why: string) => {
      if (reason !== undefined) return;
      reason = why;
      signalGroup(child.pid, "SIGTERM");
      killing = setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMs);
    };
    const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
    const interrupted = () => end("interrupted");
    signal.addEventListener("abort", interrupted);
    const finish = (ran: Ran) => {
      clearTimeout(timer);
      clearTimeout(killing);
      signal.removeEventListener("abort", interrupted);
      resolve(ran);
    };
    const read = (stream: NodeJS.ReadableStream) => {
      const pieces: Buffer[] = [];
      let size = 0;
      stream.on("data", (piece: Buffer) => {
        if (onOutput !== undefined) return onOutput(piece.toString("utf8"));
        size += piece.length;
        if (size > outputBytes) end(`it wrote more than ${outputBytes} bytes`);
        else pieces.push(piece);
      });
      return () => Buffer.concat(pieces).toString("utf8");
    };
    const [stdout, stderr] = [read(child.stdout), read(child.stderr)];
    child.once("error", (error: NodeJS.ErrnoException) => {
      finish(error.code === "ENOENT" ? { outcome: "absent" } : { outcome: "failed", reason: error.message });
    });
    child.once("exit", () => {
      // Who was told to end and outlives the one who started it works for nobody.
      if (reason !== undefined) signalGroup(child.pid, "SIGKILL");
      // A child of its own may go on holding the pipes.
      const left = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, 1_000);
      child.once("close", () => clearTimeout(left));
    });
    child.once("close", (code, killedBy) => {
      if (reason !== undefined) finish({ outcome: "failed", reason });
      else if (code === null) finish({ outcome: "failed", reason: `it was ended by ${killedBy}` });
      else finish({ outcome: "ended", code, stdout: stdout(), stderr: stderr() });
    });
  });
};

/** A group is there as long as any of its processes is. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

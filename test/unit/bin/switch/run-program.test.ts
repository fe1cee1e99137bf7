// Running a program: what it is given, and how it ends where it writes too much, takes too long or is not there.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type RunOptions, runProgram } from "../../../../bin/switch/run-program.ts";

const run = (script: string, more: Partial<RunOptions> = {}) =>
  runProgram(["sh", "-c", script], {
    environment: { PATH: process.env.PATH, SIGNALBOX_TOKEN: "secret" },
    timeoutMs: 20_000,
    outputBytes: 1_000,
    signal: new AbortController().signal,
    ...more,
  });

test("it gives back what was written and how it ended, and passes no setting on", async () => {
  expect(await run('echo "out:$SIGNALBOX_TOKEN"; echo err >&2; exit 3')).toEqual({
    outcome: "ended",
    code: 3,
    stdout: "out:\n",
    stderr: "err\n",
  });
});

test("no shell reads the words of a command", async () => {
  const options = { environment: { PATH: process.env.PATH }, timeoutMs: 20_000, outputBytes: 1_000 };
  const ran = await runProgram(["echo", "$(id); *"], { ...options, signal: new AbortController().signal });
  expect(ran).toMatchObject({ stdout: "$(id); *\n" });
  const none = await runProgram(["no-such-program-here"], { ...options, signal: new AbortController().signal });
  expect(none).toEqual({ outcome: "absent" });
});

test.each<{ title: string; script: string; more: Partial<RunOptions>; reason: string }>([
  { title: "writes without end", script: "yes", more: {}, reason: "it wrote more than 1000 bytes" },
  { title: "takes too long", script: "sleep 20", more: { timeoutMs: 100 }, reason: "it took longer than 0.1 s" },
  { title: "is interrupted", script: "sleep 20", more: { signal: AbortSignal.timeout(100) }, reason: "interrupted" },
  {
    title: "is not started any more",
    script: "sleep 20",
    more: { signal: AbortSignal.abort() },
    reason: "interrupted",
  },
  { title: "dies of a signal", script: "kill -9 $$", more: {}, reason: "it was ended by SIGKILL" },
])("a program that $title has failed", async ({ script, more, reason }) => {
  expect(await run(script, more)).toEqual({ outcome: "failed", reason });
});

test("whatever it started is ended with it, also what will not hear", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const pids = () => readdirSync(folder).map(Number);
  const isAlive = (pid: number) => {
    // What was killed and nobody waited for is a zombie.
    const status = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : ") Z";
    return !/\) [ZX]/.test(status);
  };
  const stop = new AbortController();
  const started = `(trap "" TERM; touch ${folder}/$(sh -c 'echo $PPID'); while :; do sleep 0.1; done)`;
  const running = run(`${started} & ${started} & sleep 20; :`, { signal: stop.signal });
  await expect.poll(pids, { timeout: 10_000 }).toHaveLength(2);
  expect(pids().every(isAlive)).toBe(true);
  stop.abort();
  expect(await running).toEqual({ outcome: "failed", reason: "interrupted" });
  await expect.poll(() => pids().filter(isAlive)).toEqual([]);
});

test("output that somebody takes as it comes is not bounded", async () => {
  const taken: string[] = [];
  const ran = await run("head -c 5000 /dev/zero | tr '\\0' x", { onOutput: (text) => void taken.push(text) });
  expect(ran).toMatchObject({ outcome: "ended", code: 0, stdout: "" });
  expect(taken.join("")).toHaveLength(5_000);
});

// A host to judge on: a release's folder, copied by links, with the files that a real host would have in /etc.
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { findProgram } from "../programs.ts";
import type { Release } from "./releases.ts";

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

/** A file of a host, by its absolute path there. */
export type HostFile = { readonly path: string; readonly content: string | Uint8Array };

export type Host = {
  readonly release: Release;
  /** The program with this root folder; an error where it does not end in time. */
  run(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The command that starts a program in there, for those who start it by another. */
  commandOf(command: readonly string[]): readonly [string, ...string[]];
  write(file: HostFile): void;
  read(path: string): Buffer;
  remove(path: string): void;
  /** Its path as this machine sees it. */
  outside(path: string): string;
  close(): void;
};

/** Go programs start in a tenth of a second; on a machine with other work it has been ten. */
const runTimeoutMs = 60_000;
const maxOutputBytes = 1 << 20;

/** What every program in there gets. Whatever would leave the machine ends at a closed port: Go never asks a proxy for loopback. */
export const hostEnvironment: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: "/root",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
};

export function makeHost(release: Release): Host {
  const chroot = findProgram("chroot");
  const copy = findProgram("cp");
  if (chroot === undefined || copy === undefined) throw new Error("not installed: chroot, cp");
  const hosts = join(dirname(release.folder), "hosts");
  mkdirSync(hosts, { recursive: true });
  const root = join(mkdtempSync(join(hosts, `${release.name}-`)), "root");
  // Links take no room; a file is always removed before it is written, so that the release's own stays as it is.
  execFileSync(copy, ["-al", release.folder, root]);
  const end = () => rmSync(dirname(root), { recursive: true, force: true });
  process.once("exit", end);
  const outside = (path: string) => join(root, path);

  const host: Host = {
    release,
    commandOf: (command) => [chroot, root, ...command],
    async run(command, { env = {}, timeoutMs = runTimeoutMs } = {}) {
      const [program, ...args] = host.commandOf(command);
      const child = spawn(program, args, { env: { ...hostEnvironment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
      return finish(child, command, timeoutMs);
    },
    write({ path, content }) {
      mkdirSync(dirname(outside(path)), { recursive: true });
      rmSync(outside(path), { force: true });
      writeFileSync(outside(path), content);
    },
    read: (path) => readFileSync(outside(path)),
    remove: (path) => rmSync(outside(path), { recursive: true, force: true }),
    outside,
    close() {
      process.off("exit", end);
      end();
    },
  };
  host.remove("/root");
  mkdirSync(outside("/root"), { mode: 0o700 });
  host.write({ path: "/etc/hosts", content: "127.0.0.1 localhost\n" });
  return host;
}

async function finish(
  child: ChildProcessByStdio<Writable | null, Readable, Readable>,
  command: readonly string[],
  timeoutMs: number,
): Promise<Ran> {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      if (output[name].length < maxOutputBytes) output[name] += text;
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const code = await promise.finally(() => clearTimeout(timer));
  if (late) throw new Error(`${command.join(" ")}: not done after ${timeoutMs} ms\n${output.stderr}`);
  return { code, ...output };
}

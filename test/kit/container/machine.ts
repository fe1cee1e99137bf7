// A host of its own for containers: this machine with another process 1, and with /etc, /var/lib and /usr/local/bin for itself.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import { temporaryFolder } from "../program.ts";
import { findProgram, needPrograms, skipOrFail } from "../programs.ts";
import { writePodmanSettings } from "./podman-settings.ts";

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

type Environment = Readonly<Record<string, string>>;

export type Machine = {
  /** Where its own files lie, for programs that change a host from outside while nothing runs there. */
  readonly root: string;
  run(command: readonly string[], environment?: Environment): Promise<Ended>;
  start(command: readonly string[], environment?: Environment): { readonly child: ChildProcess; ended: Promise<Ended> };
  /** Programs for /usr/local/bin. */
  addPrograms(folder: string): void;
  /** A file of /etc or /var/lib; what is not written here is this machine's. */
  write(path: string, content: string): void;
  read(path: string): string | undefined;
};

const own = ["etc", "var/lib", "usr/local/bin"];

/** Stays as process 1 until the command has ended: it is the host of what the command starts. */
const begin = `set -e
folder=$1; shift
for path in ${own.join(" ")}; do
  mount -t overlay overlay -o "lowerdir=/$path,upperdir=$folder/is/$path,workdir=$folder/work/$path" "/$path"
done
set +e
"$@"
exit $?`;

/**
 * Each command has a process 1 of its own; files stay until the test ends. A sandbox's root may have less rights than
 * the machine's first process, which then cannot be entered: of this one it can.
 */
export async function startMachine(context: Pick<TestContext, "skip">, imagesOf?: string): Promise<Machine> {
  const { unshare } = needPrograms(context, "unshare", "mount", "nsenter", "podman", "runc");
  const folder = temporaryFolder();
  for (const path of own) {
    mkdirSync(join(folder, "is", path), { recursive: true });
    mkdirSync(join(folder, "work", path), { recursive: true });
  }
  const settings = writePodmanSettings(join(folder, "podman"), imagesOf);
  const words = ["--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-c", begin, "sh", folder];
  const { PATH = "", HOME = "/root" } = process.env;

  function start(command: readonly string[], environment: Environment = {}) {
    const child = spawn(unshare, [...words, ...command], {
      env: { PATH: `/usr/local/bin:${PATH}:/usr/sbin:/sbin`, HOME, ...settings, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    const kill = () => void child.kill("SIGKILL");
    const late = setTimeout(kill, 120_000);
    process.once("exit", kill);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(late);
        process.off("exit", kill);
        resolve({ code, ...output });
      });
    });
    onTestFinished(async () => {
      kill();
      await ended.catch(() => {});
    });
    return { child, ended };
  }

  const machine: Machine = {
    root: join(folder, "is"),
    start,
    async run(command, environment) {
      const { child, ended } = start(command, environment);
      child.stdin?.end();
      return ended;
    },
    addPrograms: (from) => cpSync(from, join(folder, "is/usr/local/bin"), { recursive: true }),
    write(path, content) {
      mkdirSync(dirname(join(folder, "is", path)), { recursive: true });
      rmSync(join(folder, "is", path), { force: true });
      writeFileSync(join(folder, "is", path), content);
    },
    read: (path) => (existsSync(join(folder, "is", path)) ? readFileSync(join(folder, "is", path), "utf8") : undefined),
  };
  const tried = await machine.run([findProgram("true") ?? "true"]);
  if (tried.code !== 0) return skipOrFail(context, `no host can be made here: ${tried.stderr.trim()}`);
  return machine;
}

/** The process of that name that the machine's first one has begun. */
export function processIn({ pid }: ChildProcess, name: string): number {
  const begunBy = (parent: string | undefined) =>
    readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
  const found = begunBy(begunBy(String(pid))[0]).find(
    (each) => readFileSync(`/proc/${each}/comm`, "utf8") === `${name}\n`,
  );
  if (found === undefined) throw new Error(`${name} is not running`);
  return Number(found);
}

// The host that is switched: its root folder, and how its own programs are run.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Host, hostOf } from "../../policies/plan/host-document.ts";
import { dotted } from "../../policies/plan/wrong-member.ts";
import { CommandError } from "../command-error.ts";
import type { Environment } from "../config.ts";
import { printable } from "../terminal/printable.ts";
import { type HostRoot, openHostRoot } from "../trust/host-root.ts";
import { type Ran, runProgram } from "./run-program.ts";

export type SwitchHost = {
  readonly root: HostRoot;
  /** `name` is bootc, ostree, rpm-ostree or skopeo. */
  run(name: string, args: readonly string[], limits: Partial<RunLimits>): Promise<Ran>;
};

export type RunLimits = {
  readonly timeoutMs: number;
  readonly onOutput: (text: string) => void;
  /** In place of the command's own, for what has to be finished after an interruption. */
  readonly signal: AbortSignal;
};

export type HostOptions = {
  readonly root: string;
  readonly nsenter?: boolean;
  readonly bootc: string;
};

export type HostStatus = { readonly document: unknown; readonly host: Host };

/** `bootc status` answers within seconds; it reads local files alone. */
const askMs = 30_000;
/** bootc writes some 2 kB for each deployment. Together with all facts it fits into what a service takes. */
export const documentBytes = 160 * 1024;

/**
 * The namespaces of the first process, all that bootc works with: it mounts and asks systemd (mount, ipc, uts), and
 * skopeo, which it starts, resolves names as the host does (net). chroot alone would stay in the container's.
 */
const enter = ["nsenter", "--target", "1", "--mount", "--uts", "--ipc", "--net", "--"];

export async function openSwitchHost(
  { root: folder, nsenter, bootc }: HostOptions,
  environment: Environment,
  signal: AbortSignal,
): Promise<SwitchHost> {
  const root = await openHostRoot(folder);
  if (nsenter === true) await refuseOther(root);
  return {
    root,
    run: (name, args, { timeoutMs = askMs, onOutput, signal: own }) =>
      runProgram([...(nsenter === true ? enter : []), name === "bootc" ? bootc : name, ...args], {
        environment,
        timeoutMs,
        outputBytes: documentBytes,
        signal: own ?? signal,
        ...(onOutput === undefined ? {} : { onOutput }),
      }),
  };
}

/** Files of one system and programs of another would do half of the work to each. */
async function refuseOther({ folder }: HostRoot): Promise<void> {
  const found = await Promise.all([stat(folder), stat("/proc/1/root/")]).catch((cause: unknown) => {
    throw new CommandError("wrong-use", "the host's processes cannot be seen: give podman --privileged --pid=host", {
      cause,
    });
  });
  const [here, first] = found;
  if (here.dev !== first.dev || here.ino !== first.ino) {
    throw new CommandError(
      "wrong-use",
      `${folder} is not the root of process 1: give podman --pid=host -v /:/host, and --root /host`,
    );
  }
}

export async function readStatus(host: SwitchHost, limits: Partial<RunLimits> = {}): Promise<HostStatus> {
  const ran = await host.run("bootc", ["status", "--format=json"], limits);
  if (ran.outcome === "absent") {
    throw new CommandError(
      "wrong-use",
      "there is no bootc here: only a host that has it can be switched (or give --bootc)",
    );
  }
  if (ran.outcome === "failed") throw new CommandError("unexpected-answer", `bootc status: ${ran.reason}`);
  if (ran.code !== 0) {
    throw new CommandError("unexpected-answer", `bootc status ended with ${ran.code}: ${lastLine(ran.stderr)}`);
  }
  const document = parseObject(ran.stdout);
  if (document === undefined)
    throw new CommandError("unexpected-answer", "bootc status wrote something that is no JSON object");
  const parsed = hostOf(document);
  if (parsed.outcome === "invalid") {
    const where = parsed.path.length === 0 ? "" : `${dotted(parsed.path)}: `;
    throw new CommandError("unexpected-answer", `bootc status wrote no host document: ${where}${parsed.reason}`);
  }
  return { document, host: parsed.host };
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Where programs say what went wrong. */
export function lastLine(text: string): string {
  return printable(text.trimEnd().split("\n").at(-1) ?? "").slice(0, 500) || "it does not say why";
}

/** A path of the kernel's, which is read as it stands: no link in it is anybody's but the kernel's. */
export function inside({ folder }: HostRoot, hostPath: string): string {
  return join(folder, hostPath);
}

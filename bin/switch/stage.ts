// Staging: runs the switch, holds what bootc staged to what was planned, and takes it back where it is something else.
import type { Host, HostEntry } from "../../policies/plan/host-document.ts";
import type { CheckedCommand } from "./switch-command.ts";
import { type HostStatus, lastLine, readStatus, type SwitchHost } from "./switch-host.ts";

export type Staged =
  | { readonly outcome: "staged" }
  /** bootc had nothing to do: this very image is booted, or was staged before. */
  | { readonly outcome: "unchanged" }
  /** Nothing is staged that was not before. */
  | { readonly outcome: "failed"; readonly reason: string }
  | { readonly outcome: "taken-back"; readonly reason: string }
  /** Something is staged that was not planned, or nobody knows; `todo` says what to do before the next boot. */
  | { readonly outcome: "left"; readonly reason: string; readonly todo: string };

type Command = Extract<CheckedCommand, { readonly outcome: "command" }>;

/** An interruption ends bootc; what follows is finished nevertheless: half of it would leave the host in between. */
const unstoppable = new AbortController().signal;

export async function stage(
  host: SwitchHost,
  before: HostStatus,
  { args, digest }: Command,
  limits: { readonly timeoutMs: number; readonly onOutput: (text: string) => void },
): Promise<Staged> {
  const ran = await host.run("bootc", args, limits);
  const problem =
    ran.outcome === "absent"
      ? "bootc is gone"
      : ran.outcome === "failed"
        ? `bootc switch: ${ran.reason}`
        : ran.code === 0
          ? undefined
          : `bootc switch ended with ${ran.code}`;
  let after: HostStatus;
  try {
    after = await readStatus(host, { signal: unstoppable });
  } catch (error) {
    const reason = `what is staged cannot be seen: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: "left", reason: join(problem, reason), todo: todoOf(digest) };
  }
  const was = before.host.staged?.image?.digest;
  const is = after.host.staged?.image?.digest;
  // Of a failed switch nothing is expected, and what was staged before is not ours to take back.
  if (problem !== undefined && is === was) return { outcome: "failed", reason: problem };
  if (after.host.staged === null) {
    if (problem === undefined && after.host.bootedDigest === digest) return { outcome: "unchanged" };
    return {
      outcome: "failed",
      reason: join(
        problem,
        "bootc staged nothing: where the host follows this image already, bootc upgrade updates it",
      ),
    };
  }
  if (is === digest && problem === undefined) return { outcome: is === was ? "unchanged" : "staged" };
  const wrong =
    is === digest ? undefined : `bootc staged ${is ?? "something without a digest"}, and ${digest} was planned`;
  return takeBack(host, after.host, join(problem, wrong), digest);
}

/**
 * `ostree admin undeploy 0` discards the staged deployment, which always stands first, and nothing else
 * (https://github.com/ostreedev/ostree/pull/1539). `bootc rollback` discards it, too, but then boots the rollback
 * (https://github.com/bootc-dev/bootc/issues/946), and `bootc switch` back stages another copy; rpm-ostree's
 * `cleanup --pending` does the same as ostree, where there is rpm-ostree.
 */
async function takeBack(host: SwitchHost, now: Host, reason: string, digest: string): Promise<Staged> {
  if (now.staged?.backend === "composefs" || now.booted?.backend === "composefs") {
    // https://github.com/bootc-dev/bootc/issues/406
    const why = "bootc has no command that takes back what is staged on the composefs backend, and it is still staged";
    return { outcome: "left", reason: join(reason, why), todo: todoOf(digest) };
  }
  const wrong = digestOf(now.staged);
  for (const [name, ...args] of [
    ["ostree", "admin", "undeploy", "0"],
    ["rpm-ostree", "cleanup", "--pending"],
  ] as const) {
    // Whatever else was staged in the meantime is somebody else's.
    const ran = await host.run(name, args, { signal: unstoppable, timeoutMs: 300_000 });
    if (ran.outcome === "absent") continue;
    const seen = await readStatus(host, { signal: unstoppable }).catch(() => undefined);
    if (seen !== undefined && digestOf(seen.host.staged) !== wrong) return { outcome: "taken-back", reason };
    const why = ran.outcome === "failed" ? ran.reason : lastLine(ran.stderr);
    return { outcome: "left", reason: join(reason, `${name} did not take it back: ${why}`), todo: todoOf(digest) };
  }
  const why = "there is neither ostree nor rpm-ostree to take it back with";
  return { outcome: "left", reason: join(reason, why), todo: todoOf(digest) };
}

function digestOf(entry: HostEntry | null): string | null {
  return entry === null ? null : (entry.image?.digest ?? "");
}

function todoOf(digest: string): string {
  return (
    `look at bootc status before the host boots again: where something other than ${digest} is staged, ` +
    "`ostree admin undeploy 0` discards it (on the composefs backend boot the old entry instead)"
  );
}

function join(...reasons: readonly (string | undefined)[]): string {
  return reasons.filter((reason) => reason !== undefined).join("; ");
}

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
  command: Command,
  limits: { readonly timeoutMs: number; readonly onOutput: (text: string) => void },
): Promise<Staged> {
  const { args, digest } = command;
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
  const { staged, booted } = after.host;
  // What was staged before is not ours to take back, whatever it is.
  if (isSame(staged, before.host.staged)) {
    if (problem !== undefined) return { outcome: "failed", reason: problem };
    const wrong = [staged ?? booted].flatMap((entry) => differences(entry, command));
    if (wrong.length === 0) return { outcome: "unchanged" };
    const reason =
      staged === null
        ? "bootc staged nothing: where the host follows this image already, bootc upgrade updates it"
        : "bootc staged nothing new, and what was staged before is what the host boots next; bootc upgrade stages what the tag names now, and `ostree admin undeploy 0` discards it";
    const there = wrong.map((each) => `${staged === null ? "booted" : "staged"} is ${each}`);
    return { outcome: "failed", reason: join(...there, reason) };
  }
  if (staged === null) return { outcome: "failed", reason: join(problem, "nothing is staged any more") };
  const wrong = differences(staged, command);
  if (wrong.length === 0 && problem === undefined) return { outcome: "staged" };
  return takeBack(host, after.host, join(problem, ...wrong.map((each) => `bootc staged ${each}`)), digest);
}

/** As far as bootc tells deployments apart: the image, where it comes from, and whether it is held to policy.json. */
function isSame(a: HostEntry | null, b: HostEntry | null): boolean {
  if (a === null || b === null) return a === b;
  const identity = ({ image, backend }: HostEntry) =>
    JSON.stringify([backend, image?.digest, image?.reference?.text, image?.isEnforced]);
  return identity(a) === identity(b);
}

/** In what an entry is not what was planned. */
function differences(entry: HostEntry | null, { ref, digest, isEnforced }: Command): readonly string[] {
  const image = entry?.image ?? null;
  if (image === null) return [`something without a digest, and ${digest} was planned`];
  const followed = image.reference?.text ?? "what no registry has";
  // That backend writes every origin as unverified (bootc, crates/lib/src/bootc_composefs/state.rs).
  const isLoose = isEnforced && !image.isEnforced && entry?.backend !== "composefs";
  return [
    ...(image.digest === digest ? [] : [`${image.digest}, and ${digest} was planned`]),
    ...(followed === ref ? [] : [`an image that follows ${followed}, and ${ref} was planned`]),
    ...(isLoose ? ["an image that is not held to policy.json, and it was planned to be"] : []),
  ];
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

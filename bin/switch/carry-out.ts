// Carrying out a switch: read the host, ask for the plan, show it, agree, install the trust files, stage, hold it to the plan.
import type { HostFacts } from "../../policies/plan/host-facts.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import type { CommandContext } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import { ask, nameOf, type WhomToAsk } from "../resolve/ask.ts";
import { exitOf, type ResolveQuestion } from "../resolve/resolved.ts";
import { showPlan } from "../show/show-plan.ts";
import { confirm, isTerminal } from "../terminal/confirm.ts";
import { painter } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { createProgress } from "../terminal/progress.ts";
import { countOf } from "../terminal/quantities.ts";
import { widthOf } from "../terminal/table.ts";
import { architectureHere } from "../this-machine.ts";
import { type PreparedInstallation, prepareInstallation } from "../trust/prepare-installation.ts";
import { describeRest, describeUnread, showDiff, warningsOf } from "../trust/show-changes.ts";
import { warningsWithoutFiles } from "./enforcement-warnings.ts";
import { readFacts } from "./read-facts.ts";
import { stage } from "./stage.ts";
import { type CheckedCommand, checkCommand } from "./switch-command.ts";
import { type HostOptions, type HostStatus, openSwitchHost, readStatus, type SwitchHost } from "./switch-host.ts";

export type SwitchOptions = WhomToAsk &
  HostOptions & {
    readonly dryRun?: boolean;
    readonly yes?: boolean;
    readonly acceptWarnings?: boolean;
    readonly trust: boolean;
    /** In seconds. */
    readonly timeout: number;
    readonly verbose?: boolean;
  };

export async function switchTo(
  context: CommandContext,
  target: string,
  options: SwitchOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const host = await openSwitchHost(options, context.environment, signal);
  const before = await readStatus(host);
  refuseUnswitchable(before);
  const told = await describeHost(context, host, before, options);
  const { plan, exit } = await askForPlan(context, target, options, told, signal);
  if (plan === undefined) return exit;
  const { stdout } = context;
  stdout.write(showPlan(plan, { paint: painter(stdout), width: widthOf(stdout), verbose: options.verbose ?? false }));
  if (plan.decision === "block") return exitCode.block;

  const command = checkCommand(target, plan);
  if (command.outcome === "refused") {
    throw new CommandError("unexpected-answer", `${command.reason}: nothing was done`);
  }
  const prepared = options.trust ? await prepareTrust(context, host, plan, told, options, signal) : undefined;
  showWork(context, before, command, prepared, plan, told);
  if (options.dryRun === true) return exit;
  if (!(await isAgreed(context, plan, options, signal)))
    return plan.decision === "warn" ? exitCode.warn : exitCode.refused;

  const isInstalled = prepared !== undefined && prepared.installation.record.files.length > 0;
  if (isInstalled) await prepared.apply();
  // Whoever interrupts from here on learns what is there already.
  const undo = isInstalled ? `; the trust files are installed: signalbox trust undo --root ${host.root.folder}` : "";
  if (signal.aborted) throw new CommandError("interrupted", `interrupted: nothing was switched${undo}`);
  return runSwitch(context, host, before, command, options, undo);
}

function refuseUnswitchable({ host }: HostStatus): void {
  if (host.readOnly) throw new CommandError("wrong-use", "this is a live medium: nothing can be switched here");
  if (host.booted === null) {
    throw new CommandError("wrong-use", "nothing that bootc deployed is booted here: bootc install is for that");
  }
}

/** The arguments of the question that tell of the host. */
type HostWords = Pick<ResolveQuestion, "host" | "arch"> & { readonly facts: HostFacts };

async function describeHost(
  context: CommandContext,
  host: SwitchHost,
  { document, host: known }: HostStatus,
  { verbose }: SwitchOptions,
): Promise<HostWords> {
  const { facts, unknown } = await readFacts(host);
  if (verbose === true) {
    for (const { fact, reason } of unknown) context.stderr.write(`not told: ${fact} (${printable(reason)})\n`);
  }
  // A host with layered packages does not tell it; its own programs run here.
  return { host: document, facts, arch: known.architecture === null ? architectureHere() : undefined };
}

async function askForPlan(
  context: CommandContext,
  target: string,
  options: WhomToAsk & { readonly verbose?: boolean },
  told: Pick<ResolveQuestion, "host" | "facts" | "arch">,
  signal: AbortSignal,
): Promise<{ readonly plan: SwitchPlan | undefined; readonly exit: ExitCode }> {
  const progress = createProgress(context.stderr, context.now);
  progress.show(`asking ${nameOf(options)}`);
  const asked = { target, from: undefined, verbose: options.verbose ?? false, ...told };
  const resolved = await ask(context, options, asked, signal).finally(() => progress.end());
  if (resolved.outcome === "plan") return { plan: resolved.plan, exit: exitOf(resolved) };
  const why = resolved.outcome === "newer-plan" ? resolved.reason : resolved.problem.detail || resolved.problem.title;
  context.stderr.write(`${painter(context.stderr)("red", "signalbox:")} ${printable(why)}\n`);
  return { plan: undefined, exit: exitOf(resolved) };
}

/**
 * The files as they are given to anybody, merged here: what a service merged itself would be a policy.json of its
 * making, and is never written.
 */
async function prepareTrust(
  context: CommandContext,
  host: SwitchHost,
  plan: SwitchPlan,
  { facts }: HostWords,
  options: SwitchOptions,
  signal: AbortSignal,
): Promise<PreparedInstallation | undefined> {
  if (plan.trust.hostFiles.length === 0) return undefined;
  const { ref, digest, platform } = plan.target;
  const anybody = { host: undefined, arch: platform.architecture ?? architectureHere() };
  const { plan: plain } = await askForPlan(context, ref, { ...options, verbose: false }, anybody, signal);
  if (plain === undefined || plain.target.digest !== digest || plain.target.platform.digest !== platform.digest) {
    throw new CommandError("interrupted", `${ref} changed while it was asked for: nothing was done; try again`);
  }
  if (plain.trust.hostFiles.length === 0) return undefined;
  return prepareInstallation(host.root, plain, context.now, facts.clientVersions?.skopeo ?? null);
}

function showWork(
  { stdout, stderr }: CommandContext,
  { host }: HostStatus,
  command: Extract<CheckedCommand, { readonly outcome: "command" }>,
  prepared: PreparedInstallation | undefined,
  plan: SwitchPlan,
  { facts }: HostWords,
): void {
  const paint = painter(stdout);
  const warnings: string[] = [];
  stdout.write(`\n${paint("bold", "what is done")}\n`);
  if (prepared !== undefined) {
    const { installation, wasInterrupted } = prepared;
    if (wasInterrupted) warnings.push("an installation was interrupted here: its files are shown as they were");
    const { files } = installation.record;
    if (files.length === 0) stdout.write("the trust files are in place\n");
    else stdout.write(`${showDiff(files, paint)}${describeRest(installation.policyJson, installation.isNewPolicy)}\n`);
    warnings.push(...warningsOf(plan, installation));
    if (prepared.mayBeUnreadable) warnings.push(describeUnread(installation));
  } else {
    stdout.write("no trust files are installed\n");
    warnings.push(...warningsWithoutFiles(command, facts.policyJson));
  }
  if (host.staged !== null) {
    warnings.push(`${host.staged.image?.digest ?? "an image"} is staged now, and is replaced for good`);
  }
  if (host.booted?.backend === "composefs") {
    warnings.push("on the composefs backend nothing takes back what is staged: a wrong image would be told, and left");
    if (command.isEnforced) {
      warnings.push("that backend records no enforcement: bootc upgrade does not insist on a signature there");
    }
  }
  stdout.write(`${paint("cyan", printable(["bootc", ...command.args].join(" ")))}\n`);
  for (const warning of warnings) stderr.write(`${painter(stderr)("yellow", "warning:")} ${printable(warning)}\n`);
}

async function isAgreed(
  { stdin, stdout, stderr }: CommandContext,
  { decision, target }: SwitchPlan,
  { yes, acceptWarnings }: SwitchOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes === true && (decision === "allow" || acceptWarnings === true)) return true;
  if (!isTerminal(stdin, stdout)) {
    if (yes !== true)
      throw new CommandError("wrong-use", "nothing was done: there is no terminal to ask at; give --yes");
    stderr.write("nothing was done: the plan warns, and --yes alone does not agree to that; --accept-warnings does\n");
    return false;
  }
  return confirm(`${decision === "warn" ? "The plan warns. " : ""}Switch to ${target.ref}?`, stdin, stdout, signal);
}

async function runSwitch(
  { stdout, stderr }: CommandContext,
  host: SwitchHost,
  before: HostStatus,
  command: Extract<CheckedCommand, { readonly outcome: "command" }>,
  { timeout }: SwitchOptions,
  undo: string,
): Promise<ExitCode> {
  const ended = await stage(host, before, command, { timeoutMs: timeout * 1000, onOutput: forwardTo(stderr) });
  const gone = before.host.staged === null ? "" : "; what was staged before is gone, too";
  const fail = (text: string) => stderr.write(`${painter(stderr)("red", "signalbox:")} ${printable(text)}\n`);
  switch (ended.outcome) {
    case "staged":
      stdout.write(`staged, as planned: ${command.digest}; reboot to run it\n`);
      return exitCode.done;
    case "unchanged":
      stdout.write(`nothing to switch: ${command.digest} is what this host runs, or will after the next boot\n`);
      return exitCode.done;
    case "failed":
      fail(`${ended.reason}; nothing new is staged${undo}`);
      return exitCode.failed;
    case "taken-back":
      fail(`${ended.reason}; it was taken back${gone}${undo}`);
      return exitCode.takenBack;
    case "left":
      fail(`${ended.reason}; left to do: ${ended.todo}${undo}`);
      return exitCode.leftToDo;
  }
}

/** bootc writes a line for each step; a program without end does not fill a log. */
function forwardTo(stderr: NodeJS.WriteStream): (text: string) => void {
  let leftCharacters = 64 * 1024;
  return (text) => {
    if (leftCharacters <= 0) return;
    const shown = text.slice(0, leftCharacters);
    leftCharacters -= shown.length;
    for (const line of shown.split(/[\r\n]+/)) if (line !== "") stderr.write(`  ${printable(line)}\n`);
    if (leftCharacters === 0) stderr.write(`  … more than ${countOf(64 * 1024, "character")} are not shown\n`);
  };
}

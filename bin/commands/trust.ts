// signalbox trust: put the files in place by which a host enforces who signed an image, and take them back.
import { Command } from "commander";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { type CommandContext, interruptible, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import { ask, nameOf, type WhomToAsk, withWhomToAsk } from "../resolve/ask.ts";
import { exitOf } from "../resolve/resolved.ts";
import { confirm, isTerminal } from "../terminal/confirm.ts";
import { painter } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { createProgress } from "../terminal/progress.ts";
import { countOf } from "../terminal/quantities.ts";
import { architectureHere } from "../this-machine.ts";
import type { HostRoot } from "../trust/host-root.ts";
import type { Installation } from "../trust/plan-installation.ts";
import type { Record } from "../trust/record.ts";
import { describeRest, describeUnread, showDiff, warningsOf } from "../trust/show-changes.ts";

type Consent = { readonly root: string; readonly dryRun?: boolean; readonly yes?: boolean };
type InstallOptions = Consent & WhomToAsk & { readonly arch?: string };

export function trustCommand(context: CommandContext): Command {
  return new Command("trust")
    .summary("make a host enforce who signed an image")
    .description("Works on the files by which containers/image (bootc, podman, skopeo) asks for signatures.")
    .addCommand(installCommand(context))
    .addCommand(undoCommand(context));
}

function withConsent(command: Command): Command {
  return command
    .requiredOption("--root <dir>", "the host's root folder: / for this machine")
    .option("--dry-run", "show what would change, and change nothing")
    .option("--yes", "change without asking");
}

function installCommand(context: CommandContext): Command {
  const command = withConsent(
    withWhomToAsk(
      new Command("install")
        .summary("install an image's keys and policy")
        .description(
          "Shows what the image's trust policy changes in policy.json, registries.d and the keys of a host, then does " +
            "it: all files or none. What is there stays as it is.\nEnds with 0 (done, or nothing to do), 10 (done, but " +
            "something that the host has stands in the way), 20 (no host can enforce this image's signature), 1 (unknown " +
            "or removed, or not agreed to), 2 (wrong use), 3 (could not be found out or done).",
        )
        .argument("<ref>", "HOST/PATH[:TAG] or HOST/PATH@DIGEST, also as bootc and rpm-ostree write it")
        .option("--arch <arch>", "the host's architecture (default: this machine's)"),
    ),
  );
  withExamples(command, [
    ["trust install --root / --dry-run quay.io/fedora/fedora-bootc:44", "what would change here"],
    ["trust install --root /mnt/sysroot --yes --live REF", "in an installer, without a catalog"],
    ["trust undo --root /", "as it was before"],
  ]);
  return works(command, context, async (target: string, options: InstallOptions) => {
    const interrupt = interruptible();
    try {
      const plan = await askForPlan(context, target, options, interrupt.signal);
      if (typeof plan === "number") return plan;
      if (plan.trust.hostFiles.length === 0) return explainNone(context, plan);
      return await install(context, plan, options, interrupt.signal);
    } finally {
      interrupt.done();
    }
  });
}

async function askForPlan(
  context: CommandContext,
  target: string,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<SwitchPlan | ExitCode> {
  const progress = createProgress(context.stderr, context.now);
  progress.show(`asking ${nameOf(options)}`);
  // What the host has is merged here: nobody else needs to be told of it.
  const asked = { target, arch: options.arch ?? architectureHere(), from: undefined, host: undefined, verbose: false };
  const resolved = await ask(context, options, asked, signal).finally(() => progress.end());
  if (resolved.outcome === "plan") return resolved.plan;
  const why = resolved.outcome === "newer-plan" ? resolved.reason : resolved.problem.detail || resolved.problem.title;
  complain(context, why);
  return exitOf(resolved);
}

function explainNone(context: CommandContext, { target, trust }: SwitchPlan): ExitCode {
  complain(context, `no host can be made to enforce ${target.ref}: for bootc and podman it is not verified`);
  for (const [name, { verdict, reasons }] of Object.entries(trust.consumers)) {
    const why = reasons.map(({ message }) => message).join("; ");
    context.stderr.write(`  ${name}: ${verdict}${why === "" ? "" : `: ${printable(why)}`}\n`);
  }
  return trust.verdict === "pending" ? exitCode.failed : exitCode.block;
}

async function install(
  context: CommandContext,
  plan: SwitchPlan,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const [{ openHostRoot }, { prepareInstallation }] = await Promise.all([
    import("../trust/host-root.ts"),
    import("../trust/prepare-installation.ts"),
  ]);
  const root = await openHostRoot(options.root);
  const skopeo = await skopeoOf(root, context, signal);
  const prepared = await prepareInstallation(root, plan, context.now, skopeo);
  const { installation, wasInterrupted, mayBeUnreadable, apply } = prepared;
  const { record } = installation;
  if (wasInterrupted) tell(context, "an installation was interrupted here: its files are shown as they were");
  if (record.files.length === 0) {
    context.stdout.write(`nothing to do: ${root.folder} has these files\n`);
    return explainRest(context, plan, installation);
  }
  if (mayBeUnreadable) tell(context, describeUnread(installation));
  showChanges(context, record);
  if (options.dryRun === true) return explainRest(context, plan, installation);
  if (!(await mayChange(context, options, record, signal))) return exitCode.refused;
  await apply();
  context.stdout.write(`installed ${countOf(record.files.length, "file")}; signalbox trust undo takes them back\n`);
  return explainRest(context, plan, installation);
}

/** Of this machine alone: no program of another root is run. */
async function skopeoOf(root: HostRoot, context: CommandContext, signal: AbortSignal): Promise<string | null> {
  if (root.folder !== "/") return null;
  const [{ openSwitchHost }, { versionOf }] = await Promise.all([
    import("../switch/switch-host.ts"),
    import("../switch/read-facts.ts"),
  ]);
  return versionOf(await openSwitchHost({ root: root.folder, bootc: "bootc" }, context.environment, signal), "skopeo");
}

function explainRest(context: CommandContext, plan: SwitchPlan, installation: Installation): ExitCode {
  const warnings = warningsOf(plan, installation);
  context.stdout.write(`${describeRest(installation.policyJson, installation.isNewPolicy)}\n`);
  context.stdout.write(`these files are read by ${installation.readFrom} and newer; an older one refuses every pull\n`);
  for (const warning of warnings) {
    context.stderr.write(`${painter(context.stderr)("yellow", "warning:")} ${printable(warning)}\n`);
  }
  return warnings.length > 0 ? exitCode.warn : exitCode.done;
}

function undoCommand(context: CommandContext): Command {
  const command = withConsent(
    new Command("undo")
      .summary("take the last installation back")
      .description(
        "Puts back what was there before the last `trust install`, to the byte, or before one that was interrupted. " +
          "Refuses where somebody changed a file since.\nEnds with 0 (done, or nothing to do), 1 (changed since, or not " +
          "agreed to), 2 (wrong use), 3 (could not be done).",
      ),
  );
  withExamples(command, [["trust undo --root /", "as it was before"]]);
  return works(command, context, async (options: Consent) => {
    const [{ openHostRoot }, journal] = await Promise.all([
      import("../trust/host-root.ts"),
      import("../trust/journal.ts"),
    ]);
    const root = await openHostRoot(options.root);
    const record = await journal.pendingOrLast(root);
    if (record === undefined) {
      context.stdout.write(`nothing to do: nothing was installed under ${root.folder}\n`);
      return exitCode.done;
    }
    await journal.refuseChanged(root, record);
    const back = await backwards(root, record, journal.keptFile);
    showChanges(context, back);
    if (options.dryRun === true) return exitCode.done;
    const interrupt = interruptible();
    const agreed = await mayChange(context, options, back, interrupt.signal).finally(() => interrupt.done());
    if (!agreed) return exitCode.refused;
    await journal.locked(root, () => journal.takeBack(root));
    context.stdout.write(`as it was before the installation for ${printable(record.ref)}\n`);
    return exitCode.done;
  });
}

/** From what is there now to what was there before. */
async function backwards(
  root: HostRoot,
  record: Record,
  keptFile: (root: HostRoot, path: string) => Promise<Record["files"][number]["before"]>,
): Promise<Record> {
  const files = await Promise.all(
    record.files.map(async ({ path, before }) => ({ path, before: await keptFile(root, path), after: before })),
  );
  return { ...record, files: files.filter(({ before, after }) => before?.content !== after?.content).reverse() };
}

function showChanges({ stdout }: CommandContext, { files }: Record): void {
  stdout.write(showDiff(files, painter(stdout)));
}

async function mayChange(
  { stdin, stdout }: CommandContext,
  { yes, root }: Consent,
  { files }: Record,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes === true) return true;
  if (!isTerminal(stdin, stdout)) {
    throw new CommandError("wrong-use", "nothing was changed: there is no terminal to ask at; give --yes");
  }
  return confirm(`Change ${countOf(files.length, "file")} under ${root}?`, stdin, stdout, signal);
}

function complain({ stderr }: CommandContext, why: string): void {
  stderr.write(`${painter(stderr)("red", "signalbox:")} ${printable(why)}\n`);
}

function tell({ stderr }: CommandContext, what: string): void {
  stderr.write(`${painter(stderr)("yellow", "signalbox:")} ${what}\n`);
}

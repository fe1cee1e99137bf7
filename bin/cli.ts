// The command line: reads what was asked for, does it, and says in one line what went wrong.
import { Command, CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { explainError } from "./command-error.ts";
import { backupCommand } from "./commands/backup.ts";
import { choicesCommand } from "./commands/choices.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { demoCommand } from "./commands/demo.ts";
import { indexCommand } from "./commands/index-catalog.ts";
import { lineageCommand } from "./commands/lineage.ts";
import { policyCommand } from "./commands/policy.ts";
import { resolveCommand } from "./commands/resolve.ts";
import { serveCommand } from "./commands/serve.ts";
import { switchCommand } from "./commands/switch.ts";
import { trustCommand } from "./commands/trust.ts";
import { verifyCommand } from "./commands/verify.ts";
import { verifyBundleCommand } from "./commands/verify-bundle.ts";
import { type ExitCode, exitCode } from "./exit-codes.ts";
import { painter } from "./terminal/paint.ts";
import { readVersion } from "./version.ts";

const context: CommandContext = {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  now: Date.now,
  endWith,
};

function endWith(code: ExitCode): void {
  process.exitCode = code;
}

function createProgram(): Command {
  const paint = painter(process.stdout);
  const program = new Command("signalbox")
    .description(
      "Signalbox knows bootable container images: what they are, who made them,\nand whether a host may switch to one of them.",
    )
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help of a command")
    .showHelpAfterError("(--help shows what can be given)")
    .configureHelp({
      styleTitle: (text) => paint("bold", text),
      styleCommandText: (text) => paint("cyan", text),
      styleSubcommandText: (text) => paint("cyan", text),
      styleOptionText: (text) => paint("yellow", text),
    })
    .addHelpText("after", "\nSettings are environment variables: signalbox config shows them all.\n");
  for (const create of [
    serveCommand,
    indexCommand,
    resolveCommand,
    lineageCommand,
    choicesCommand,
    switchCommand,
    trustCommand,
    verifyCommand,
    verifyBundleCommand,
    policyCommand,
    configCommand,
    backupCommand,
    demoCommand,
    completionCommand,
  ]) {
    program.addCommand(create(context));
  }
  everyCommand(program, (command) => command.exitOverride().copyInheritedSettings(command.parent ?? program));
  return program;
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const each of command.commands) everyCommand(each, change);
}

/** The one place where a failed command speaks. */
function fail(error: unknown): void {
  const explanation = explainError(error);
  if (explanation === undefined) {
    endWith(error instanceof CommanderError && error.exitCode === 0 ? exitCode.done : exitCode.wrongUse);
    return;
  }
  process.stderr.write(`${painter(process.stderr)("red", "signalbox:")} ${explanation.message}\n`);
  if (/^(debug|trace)$/.test(process.env.LOG_LEVEL ?? "") && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  endWith(explanation.exit);
}

/** What nobody waits for and nobody caught: the state of the process is not known any more. */
function failForGood(error: unknown): void {
  fail(error);
  process.exit();
}

process.on("uncaughtException", failForGood);
process.on("unhandledRejection", failForGood);
for (const stream of [process.stdout, process.stderr]) {
  // Whoever read has gone (`signalbox … | head`): there is nobody left to tell.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}

await createProgram().parseAsync().catch(fail);

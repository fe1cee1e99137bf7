// signalbox switch: on a host itself, from the plan to the staged image; what was not planned is never booted.
import { Command } from "commander";
import { type CommandContext, interruptible, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import type { ExitCode } from "../exit-codes.ts";
import { withWhomToAsk } from "../resolve/ask.ts";
import type { SwitchOptions } from "../switch/carry-out.ts";

const longestSeconds = 24 * 60 * 60;

export function switchCommand(context: CommandContext): Command {
  const command = withWhomToAsk(
    new Command("switch")
      .summary("switch this host to an image, as planned")
      .description(
        "Reads what this host is, shows the switch plan, asks, installs the trust files, " +
          "runs the plan's bootc switch, and takes it back where bootc staged another image " +
          "than was planned. Nothing reboots. What is told of the host goes to the catalog " +
          "that is asked: status, hardware, Secure Boot, policies, names of changed files in " +
          "/etc; never a credential.\n" +
          "Ends with 0 (staged), 20 (blocked), 10 (a warning nobody agreed to), 1 (unknown, " +
          "or not agreed to), 2 (wrong use), 3 (failed, nothing is staged), 4 (taken back), " +
          "5 (something is left to do: it says what). With --dry-run as resolve does.",
      )
      .argument("<ref>", "HOST/PATH[:TAG] or HOST/PATH@DIGEST, also as bootc writes it"),
  )
    .option("--dry-run", "show plan, files and command, and change nothing")
    .option("--yes", "do it without asking, where the plan allows it")
    .option("--accept-warnings", "with --yes: also where the plan warns")
    .option("--no-trust", "install no trust files")
    .option("--root <dir>", "the host's root folder", "/")
    .option("--nsenter", "from a container: run the host's programs, by process 1")
    .option("--bootc <path>", "the host's bootc", "bootc")
    .option("--timeout <seconds>", "how long bootc switch may take", readSeconds, 2 * 60 * 60)
    .option("--verbose", "also what is not the case, and what the host could not tell");
  withExamples(command, [
    ["switch --live --dry-run quay.io/fedora/fedora-bootc:44", "what would happen here"],
    ["switch --server https://signalbox.example REF", "shown, asked, done"],
    ["switch --root /host --nsenter --live REF", "from its container image"],
  ]);
  return works(command, context, async (target: string, options: SwitchOptions): Promise<ExitCode> => {
    if (options.acceptWarnings === true && options.yes !== true) {
      throw new CommandError("wrong-use", "--accept-warnings goes with --yes");
    }
    const { switchTo } = await import("../switch/carry-out.ts");
    const interrupt = interruptible();
    try {
      return await switchTo(context, target, options, interrupt.signal);
    } finally {
      interrupt.done();
    }
  });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,6}$/.test(text) || seconds < 1 || seconds > longestSeconds) {
    throw new CommandError("wrong-use", `--timeout is a number of seconds, from 1 to ${longestSeconds}`);
  }
  return seconds;
}

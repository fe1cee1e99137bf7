// signalbox config: every setting that is in force, where it comes from, and why its number.
import { Command } from "commander";
import { type CommandContext, configOf, withExamples, works } from "../command-context.ts";
import { describeConfig } from "../describe-config.ts";
import { exitCode } from "../exit-codes.ts";

export function configCommand(context: CommandContext): Command {
  const command = new Command("config")
    .summary("print every setting")
    .description("Prints every setting that is in force: its variable, value, unit, default and reason.")
    .option("--json", "print JSON");
  withExamples(command, [
    ["config", "what is in force, and what could be set"],
    ["config --json", "the same for programs"],
  ]);
  return works(command, context, async ({ json = false }: { json?: boolean }) => {
    context.stdout.write(describeConfig(configOf(context), { json }));
    return exitCode.done;
  });
}

// signalbox choices: what there is to install, or to switch to, as an installer's menu.
import { Command, Option } from "commander";
import { askChoices, type ChoicesQuestion } from "../choices/ask-choices.ts";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { exitCode } from "../exit-codes.ts";
import { serverAt } from "../resolve/ask.ts";
import { painter } from "../terminal/paint.ts";
import { widthOf } from "../terminal/table.ts";
import { architectureHere } from "../this-machine.ts";

type Options = {
  readonly arch?: string;
  readonly firmware?: "uefi" | "bios";
  readonly use?: string;
  readonly all?: boolean;
  readonly server?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
};

export function choicesCommand(context: CommandContext): Command {
  const command = new Command("choices")
    .summary("what is there to install, or to switch to?")
    .description(
      "Shows the default channel of every repository that is verified, bootable and " +
        "supported, by what it is for; * is made by the distribution itself.\n" +
        "Ends with 0, 2 (wrong use) or 3 (could not be found out).",
    )
    .option("--arch <arch>", "the architecture (default: this machine's)")
    .addOption(new Option("--firmware <kind>", "what it has to start from").choices(["uefi", "bios"]))
    .option("--use <use>", "workstation, gaming, container-host, iot, edge, develop")
    .option("--all", "also what is not verified, bootable or supported")
    .option("--server <url>", "ask that service")
    .option("--verbose", "also a line about each")
    .option("--json", "print the answer as JSON");
  withExamples(command, [
    ["choices", "what this machine could run"],
    ["choices --use gaming --firmware uefi", "for a gaming machine"],
    ["choices --server https://signalbox.example --arch arm64 --json", "for a program"],
  ]);
  return works(command, context, async (options: Options) => {
    const { firmware, use, all = false } = options;
    const asked = { arch: options.arch ?? architectureHere(), firmware, use, all };
    const { menu, body } = await ask(context, options, asked);
    if (options.json) {
      context.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      return exitCode.done;
    }
    const { showChoices } = await import("../show/show-choices.ts");
    const { stdout, stderr } = context;
    if (menu.items.length === 0) {
      const hint = all ? "" : "; --all also shows what is not verified, bootable and supported";
      stderr.write(`nothing is there for ${asked.arch} that fits${hint}\n`);
    }
    const verbose = options.verbose ?? false;
    stdout.write(showChoices(menu, { paint: painter(stdout), width: widthOf(stdout), verbose }));
    return exitCode.done;
  });
}

async function ask(context: CommandContext, options: Options, asked: ChoicesQuestion) {
  const config = configOf(context);
  if (options.server === undefined) {
    const { withCatalog } = await import("../open-catalog.ts");
    const advice = "fill one with `signalbox index --once`, or ask another with --server URL";
    return withCatalog(config, context.now, advice, (send) =>
      askChoices("http://localhost", send, "the catalog", asked),
    );
  }
  const server = serverAt(options.server);
  const { sendTo } = await import("../resolve/ask-service.ts");
  const interrupt = interruptible();
  const send = sendTo(server, config.http.deadlineMs, interrupt.signal);
  return askChoices(server, send, server, asked).finally(() => interrupt.done());
}

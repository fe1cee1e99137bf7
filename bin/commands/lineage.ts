// signalbox lineage: what an image was built on, how far that is behind, and who builds on it.
import { Command } from "commander";
import { type CommandContext, interruptible, withExamples, works } from "../command-context.ts";
import { exitCode } from "../exit-codes.ts";
import { type AskedLineage, askLineage } from "../lineage/ask-lineage.ts";
import { nameOf, withWhomToAsk } from "../resolve/ask.ts";
import { exitOf } from "../resolve/resolved.ts";
import { painter } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { createProgress } from "../terminal/progress.ts";
import { widthOf } from "../terminal/table.ts";
import { architectureHere } from "../this-machine.ts";

type Options = {
  readonly arch?: string;
  readonly server?: string;
  readonly live?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
};

export function lineageCommand(context: CommandContext): Command {
  const command = withWhomToAsk(
    new Command("lineage")
      .summary("what is an image built on, and who builds on it?")
      .description(
        "Shows the images that an image stands on, down to the distribution: how each is known (signed provenance, an " +
          "annotation, the layers, or labels alone), how far it is behind its channel, and who builds on the image. " +
          "With --live: what the image itself says of its base, and no more.\n" +
          "Ends with 0, 1 (unknown or removed), 2 (wrong use), 3 (could not be found out).",
      )
      .argument("<ref>", "HOST/PATH[:TAG] or HOST/PATH@DIGEST")
      .option("--arch <arch>", "of which architecture (default: this machine's)"),
  )
    .option("--verbose", "also what was inherited from the base")
    .option("--json", "print the lineage, or the problem, as JSON");
  withExamples(command, [
    ["lineage quay.io/fedora/fedora-bootc:44", "by the catalog of this machine"],
    ["lineage --server https://signalbox.example REF", "by another catalog"],
    ["lineage --live REF", "without any catalog"],
    ["lineage --json REF | jq '.bases[0]'", "the nearest base, for programs"],
  ]);
  return works(command, context, async (ref: string, options: Options) => {
    const asked: AskedLineage = { ref, arch: options.arch ?? architectureHere() };
    const interrupt = interruptible();
    const progress = createProgress(context.stderr, context.now);
    progress.show(`asking ${nameOf(options)}`);
    const answer = await askLineage(context, options, asked, interrupt.signal).finally(() => {
      progress.end();
      interrupt.done();
    });
    const { stdout, stderr } = context;
    if (options.json) stdout.write(`${JSON.stringify(answer.body, null, 2)}\n`);
    if (answer.outcome === "lineage") {
      if (!options.json) {
        const { showLineage } = await import("../show/show-lineage.ts");
        const verbose = options.verbose ?? false;
        stdout.write(showLineage(answer.lineage, { paint: painter(stdout), width: widthOf(stdout), verbose }));
      }
      return exitCode.done;
    }
    const { problem } = answer;
    if (!options.json) {
      const near = problem.candidates.map((each) => `  did you mean: ${printable(each)}\n`).join("");
      const text = printable(problem.detail === "" ? problem.title : problem.detail);
      stderr.write(`${painter(stderr)("red", "signalbox:")} ${text}\n${near}`);
    }
    return exitOf(answer);
  });
}

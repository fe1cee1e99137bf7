// signalbox policy check: every mistake in a folder of policy documents, at once.
import { Command } from "commander";
import { type CommandContext, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { exitCode } from "../exit-codes.ts";
import { painter } from "../terminal/paint.ts";
import { countOf } from "../terminal/quantities.ts";

export function policyCommand(context: CommandContext): Command {
  const check = new Command("check")
    .summary("check a folder of policy documents")
    .description(
      "Reads a folder of policy documents as the service does and prints all its mistakes, as file:line:column.\n" +
        "Ends with 0 where the folder is right, 1 where it has mistakes, 2 where there is no such folder.",
    )
    .argument("<dir>", "the folder, with registries/, sources/, trust/, projects/ or releases/ in it")
    .option("--json", "print JSON");
  withExamples(check, [
    ["policy check policies/default", "before a change is sent"],
    ["policy check --json ./policies", "in a pipeline that shows mistakes at their lines"],
  ]);
  works(check, context, async (dir: string, { json = false }: { json?: boolean }) => {
    const [{ stat }, { loadFolder }, { formatMistakes }] = await Promise.all([
      import("node:fs/promises"),
      import("../../policies/documents/load-folder.ts"),
      import("../../policies/documents/format-mistakes.ts"),
    ]);
    const found = await stat(dir).catch(() => undefined);
    if (found?.isDirectory() !== true) throw new CommandError("wrong-use", `${dir} is no folder`);

    const loaded = await loadFolder(dir);
    const mistakes = loaded.outcome === "refused" ? loaded.mistakes : [];
    const digest = loaded.outcome === "loaded" ? loaded.set.digest : null;
    const code = loaded.outcome === "loaded" ? exitCode.done : exitCode.refused;
    if (json) {
      context.stdout.write(
        `${JSON.stringify({ outcome: loaded.outcome, digest, mistakes, notes: loaded.notes }, null, 2)}\n`,
      );
      return code;
    }
    const paint = painter(context.stdout);
    if (mistakes.length > 0) context.stdout.write(`${formatMistakes(mistakes)}\n`);
    for (const note of loaded.notes) context.stdout.write(`${paint("yellow", "note")} ${formatMistakes([note])}\n`);
    if (loaded.outcome === "refused") {
      context.stdout.write(`${paint("red", "refused")}: ${countOf(mistakes.length, "mistake")} in ${dir}\n`);
      return code;
    }
    const { registries, sources, trust, projects, releases } = loaded.set;
    const counts = [
      countOf(registries.length, "registry", "registries"),
      countOf(sources.length, "source"),
      countOf(trust.length, "trust policy", "trust policies"),
      countOf(projects.length, "project"),
      countOf(releases.length, "release"),
    ];
    context.stdout.write(`${paint("green", "right")}: ${counts.join(", ")}\n${loaded.set.digest}\n`);
    return code;
  });
  return new Command("policy")
    .summary("work with policy documents")
    .description("Works with the documents that say what the catalog believes.")
    .addCommand(check);
}

// signalbox backup: a checked copy of a SQLite catalog, while it is in use.
import { Command } from "commander";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { exitCode } from "../exit-codes.ts";
import { painter } from "../terminal/paint.ts";
import { createProgress } from "../terminal/progress.ts";
import { describeBytes } from "../terminal/quantities.ts";

export function backupCommand(context: CommandContext): Command {
  const command = new Command("backup")
    .summary("copy the database to a file")
    .description(
      "Copies the SQLite database while it is in use, checks the copy whole, and gives it its name when it is done. " +
        "A file that is there is never overwritten. To restore: stop the service, and put the file where the database was. " +
        "For PostgreSQL it says which command makes a backup.",
    )
    .argument("<file>", "the file to make")
    .option("--json", "print JSON");
  withExamples(command, [
    ["backup /srv/backups/signalbox-$(date +%F).db", "every night, by cron"],
    ["backup --json before-update.db", "before an update"],
  ]);
  return works(command, context, async (file: string, { json = false }: { json?: boolean }) => {
    const { backUp } = await import("../../db/backup.ts");
    const { databaseUrl } = configOf(context);
    const interrupt = interruptible();
    const progress = createProgress(context.stderr, context.now);
    try {
      const backup = await backUp(databaseUrl, file, interrupt.signal, ({ stage, done, total }) => {
        if (stage === "copy") progress.show(`copying: ${Math.floor((100 * done) / Math.max(1, total))} %`);
        else progress.show("checking the copy");
      });
      progress.end();
      const { stdout } = context;
      if (json) stdout.write(`${JSON.stringify(backup)}\n`);
      else stdout.write(`${painter(stdout)("green", "saved")} ${backup.file} (${describeBytes(backup.sizeBytes)})\n`);
      return exitCode.done;
    } finally {
      progress.end();
      interrupt.done();
    }
  });
}

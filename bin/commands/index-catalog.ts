// signalbox index: looks at the registries of the policy documents and fills the catalog.
import { Command } from "commander";
import type { ProgressEvent, RunReport } from "../../worker/progress.ts";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import type { Config } from "../config.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import type { Logger } from "../logging.ts";
import type { OpenedWorker } from "../open-worker.ts";
import { painter } from "../terminal/paint.ts";
import { createProgress } from "../terminal/progress.ts";
import { widthOf } from "../terminal/table.ts";
import { readVersion } from "../version.ts";

type Options = { readonly once?: boolean; readonly json?: boolean };

export function indexCommand(context: CommandContext): Command {
  const command = new Command("index")
    .summary("look at registries and fill the catalog")
    .description(
      "Looks at the repositories and followed tags of the sources, for their signatures, and at what somebody asked a " +
        "server for and nobody had looked at yet, and stores what it finds. Without --once it goes on until it is ended: " +
        "a worker without a server. With --once everything is looked at now, whatever is due later, and questions that " +
        "wait are answered; where sources are named, these alone are looked at, and questions go on waiting. It can be " +
        "killed at any moment and started again.\n" +
        "With --once it ends with 0 (everything was indexed), 3 (an item failed, or it was ended before), 2 (wrong use or " +
        "configuration).",
    )
    .argument("[source...]", "ids of sources (default: all); only with --once")
    .option("--once", "look at everything and answer what was asked for, now, and end")
    .option("--json", "print JSON: with --once the report, else what happens, line by line");
  withExamples(command, [
    ["index --once", "fill the catalog now, from a timer"],
    ["index --once fedora-bootc", "after a document was changed"],
    ["index", "a worker beside servers that run with --no-worker"],
  ]);
  return works(command, context, async (sources: string[], { once = false, json = false }: Options) => {
    if (!once && sources.length > 0) throw new CommandError("wrong-use", "to name sources, give --once too");
    const config = configOf(context);
    const [{ openStore }, { createLogger }, { loadPolicies }, { openWorker }] = await Promise.all([
      import("../../db/store.ts"),
      import("../logging.ts"),
      import("../load-policies.ts"),
      import("../open-worker.ts"),
    ]);
    const set = await loadPolicies(config);
    const unknown = sources.filter((id) => !set.sources.some((source) => source.id === id));
    if (unknown.length > 0) {
      const known = set.sources.map(({ id }) => id).join(", ");
      throw new CommandError("wrong-use", `there is no source ${unknown.join(", ")}; the sources are: ${known}`);
    }
    const interrupt = interruptible();
    const store = await openStore(config.databaseUrl, config.database);
    try {
      const log = createLogger(levelOf(config, once));
      const opened = openWorker(store, {
        config,
        log,
        environment: context.environment,
        now: context.now,
        version: readVersion(),
      });
      try {
        await opened.worker.adopt(set);
        const { worker, traffic } = opened;
        const work: Work = { context, worker, traffic, log, signal: interrupt.signal, json };
        return once ? await indexOnce(work, sources) : await keepIndexing(work);
      } finally {
        await opened.close();
      }
    } finally {
      interrupt.done();
      await store.close();
    }
  });
}

/** The report says what failed; a log beside it would say it twice. */
function levelOf(config: Config, once: boolean): Config["log"]["level"] {
  return once && !config.given.includes("LOG_LEVEL") ? "error" : config.log.level;
}

type Work = Pick<OpenedWorker, "worker" | "traffic"> & {
  readonly context: CommandContext;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly json: boolean;
};

async function indexOnce(
  { context, worker, traffic, signal, json }: Work,
  sources: readonly string[],
): Promise<ExitCode> {
  const { stdout, stderr, now } = context;
  const { showIndexProgress } = await import("../show/index-progress.ts");
  const progress = createProgress(stderr, now);
  const { tell } = showIndexProgress(progress, now, traffic);
  const wanted = sources.length === 0 ? {} : { sources };
  const report = await worker.runOnce({ ...wanted, signal, onProgress: tell }).finally(() => progress.end());
  if (json) stdout.write(`${JSON.stringify(reportJson(report), null, 2)}\n`);
  else {
    const { showReport } = await import("../show/show-report.ts");
    stdout.write(showReport(report, painter(stdout), widthOf(stdout)));
  }
  return exitOf(report);
}

async function keepIndexing({ context, worker, log, signal, json }: Work): Promise<ExitCode> {
  if (json) worker.onProgress((event) => context.stdout.write(`${JSON.stringify(eventJson(event))}\n`));
  else (await import("../log-rounds.ts")).logRounds(worker, log);
  worker.start();
  log.info({}, "indexing");
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  log.info({ signal: signal.reason }, "ending");
  return exitCode.done;
}

export function exitOf({ outcome, sources, failures }: RunReport): ExitCode {
  const failed = failures.length > 0 || sources.some((source) => source.failing || source.failures > 0);
  return failed || outcome === "stopped" ? exitCode.failed : exitCode.done;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Times as everybody else reads them. */
function reportJson(report: RunReport) {
  return {
    ...report,
    startedAt: timeOf(report.startedAt),
    endedAt: timeOf(report.endedAt),
    sources: report.sources.map((source) => ({
      ...source,
      startedAt: timeOf(source.startedAt),
      endedAt: timeOf(source.endedAt),
    })),
    failures: report.failures.map((item) => ({ ...item, at: timeOf(item.at) })),
  };
}

function eventJson(event: ProgressEvent) {
  const common = { ...event, at: timeOf(event.at) };
  return event.type === "failure" ? { ...common, item: { ...event.item, at: timeOf(event.item.at) } } : common;
}

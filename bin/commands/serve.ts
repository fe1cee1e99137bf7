// signalbox serve: answers, and keeps the catalog up to date meanwhile.
import { Command, InvalidArgumentError } from "commander";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { exitCode } from "../exit-codes.ts";
import { readVersion } from "../version.ts";

type Options = { readonly worker: boolean; readonly host?: string; readonly port?: number };

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return port;
}

export function serveCommand(context: CommandContext): Command {
  const command = new Command("serve")
    .summary("run the service")
    .description(
      "Answers questions over HTTP and, in the background, looks at the registries of the policy documents. " +
        "Where the documents are wrong it says so and goes on with those of the database.\n" +
        "Documents are read again on SIGHUP; SIGTERM and SIGINT end it cleanly.",
    )
    .option("--no-worker", "only answer: another process fills the database")
    .option("--host <address>", "the address to listen on (default: HOST, else 127.0.0.1)")
    .option("--port <port>", "the port to listen on, 0 for a free one (default: PORT, else 8080)", parsePort);
  withExamples(command, [
    ["serve", "everything in one process"],
    ["serve --no-worker --port 8081", "one more that answers, on the same database"],
  ]);
  return works(command, context, async (options: Options) => {
    const config = configOf(context);
    const [{ createLogger }, { startService }] = await Promise.all([import("../logging.ts"), import("../service.ts")]);
    const log = createLogger(config.log.level);
    for (const variable of config.unknownVariables) log.debug({ variable }, "this variable is no setting of signalbox");
    const interrupt = interruptible(["SIGINT", "SIGTERM"]);
    const service = await startService({
      config,
      environment: context.environment,
      log,
      now: context.now,
      version: readVersion(),
      host: options.host ?? config.host,
      port: options.port ?? config.port,
      withWorker: options.worker,
    });
    const reload = () =>
      void service
        .reload()
        .catch((error: unknown) => log.error({ err: error }, "the documents could not be read again"));
    process.on("SIGHUP", reload);
    context.stdout.write(`Signalbox serves ${service.url} (documentation: ${service.url}/docs)\n`);
    log.info({ url: service.url, worker: options.worker }, "ready");
    try {
      await Promise.race([aborted(interrupt.signal), service.checked.then(() => aborted(interrupt.signal))]);
      log.info({ signal: interrupt.signal.reason }, "ending");
      return exitCode.done;
    } finally {
      process.off("SIGHUP", reload);
      await service.close();
    }
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

// signalbox demo: a sample catalog in a minute, without any network.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { type CommandContext, interruptible, withExamples, works } from "../command-context.ts";
import { type Config, readConfig } from "../config.ts";
import type { Example } from "../demo-images/examples.ts";
import { exitCode } from "../exit-codes.ts";
import type { Service, ServiceOptions } from "../service.ts";
import { type Paint, painter } from "../terminal/paint.ts";
import { createProgress } from "../terminal/progress.ts";
import { widthOf } from "../terminal/table.ts";
import { readVersion } from "../version.ts";
import { parsePort } from "./serve.ts";

const documents = fileURLToPath(new URL("../../policies/demo", import.meta.url));

/** Ports tried after the default one. */
const portsTried = 20;

export function demoCommand(context: CommandContext): Command {
  const command = new Command("demo")
    .summary("see what it does, on a sample catalog")
    .description(
      "Indexes a sample catalog of made-up images, which comes with the program, into a database of its own, and serves " +
        "it until it is ended. It needs no network, and leaves nothing behind.",
    )
    .option("--port <port>", "the port to listen on (default: PORT, else 8080, else the next free one)", parsePort);
  withExamples(command, [
    ["demo", "index, serve, and show what to try"],
    ["demo --port 9000", "on another port"],
  ]);
  return works(command, context, async ({ port }: { port?: number }) => {
    // From the first moment on: whenever it is ended, it takes its folder with it.
    const interrupt = interruptible();
    const folder = await mkdtemp(join(tmpdir(), "signalbox-demo-"));
    try {
      const config = readConfig({
        ...context.environment,
        SIGNALBOX_DATABASE_URL: `file:${join(folder, "demo.db")}`,
        SIGNALBOX_POLICIES: documents,
      });
      const chosen = port ?? (config.given.includes("PORT") ? config.port : undefined);
      await runDemo(context, config, chosen, interrupt.signal);
      return exitCode.done;
    } finally {
      interrupt.done();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function runDemo(
  context: CommandContext,
  config: Config,
  port: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { stdout, stderr, now } = context;
  const paint = painter(stdout);
  const progress = createProgress(stderr, now);
  stdout.write(`${paint("bold", "Signalbox demo")}: a sample catalog of made-up images, without any network\n\n`);
  progress.show("loading");
  const [{ openStore }, { createLogger }, { loadPolicies }, { openWorker }, { serveStore }, shown] = await Promise.all([
    import("../../db/store.ts"),
    import("../logging.ts"),
    import("../load-policies.ts"),
    import("../open-worker.ts"),
    import("../service.ts"),
    import("../show/index-progress.ts"),
  ]);
  const log = createLogger(config.given.includes("LOG_LEVEL") ? config.log.level : "warn");
  const outside = { config, environment: context.environment, log, now, version: readVersion(), isOffline: true };
  const set = await loadPolicies(config);
  const store = await openStore(config.databaseUrl, config.database);
  // The samples' own transparency log stands in for the public one, under which nobody could sign a sample.
  const publicGoodRoot = await readFile(join(documents, "trusted_root.json"));
  const opened = openWorker(store, { ...outside, publicGoodRoot });
  let service: Service | undefined;
  try {
    await opened.worker.adopt(set);
    const { tell } = shown.showIndexProgress(progress, now, opened.traffic);
    const report = await opened.worker.runOnce({ signal, onProgress: tell });
    progress.end();
    if (report.outcome === "stopped") return;
    const { showReport } = await import("../show/show-report.ts");
    stdout.write(`${showReport(report, paint, widthOf(stdout))}\n`);
    service = await onFreePort(port, config.port, (each) =>
      serveStore(store, opened, { ...outside, host: config.host, port: each }),
    );
    const { examplesOf } = await import("../demo-images/examples.ts");
    stdout.write(whatToTry(service.url, paint, await examplesOf(store)));
    if (!signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    }
    stdout.write("\nended; nothing was left behind\n");
  } finally {
    progress.end();
    if (service !== undefined) await service.close();
    else {
      await opened.close();
      await store.close();
    }
  }
}

type Start = (port: ServiceOptions["port"]) => Promise<Service>;

/** A port that somebody chose is taken or refused; else the next one that is free will do. */
async function onFreePort(chosen: number | undefined, first: number, start: Start): Promise<Service> {
  if (chosen !== undefined) return start(chosen);
  for (let port = first; ; port++) {
    try {
      return await start(port);
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (!taken || port >= first + portsTried) throw error;
    }
  }
}

function whatToTry(url: string, paint: Paint, examples: readonly Example[]): string {
  const program = programName();
  const ref = "demo.example/foundry/desktop-gnome:43";
  const lines: (readonly [string, string])[] = [
    ["May a host switch to this image, and how?", `${program} resolve ${ref} --arch amd64 --server ${url}`],
    [
      "What is there for games, and what is known of it?",
      `curl -s '${url}/api/v1/repositories?use=gaming' | node -p 'JSON.parse(fs.readFileSync(0)).items'`,
    ],
    ["What else can be asked? (in a browser)", `${url}/docs`],
  ];
  const shown = lines.map(([purpose, what], i) => `  ${i + 1}. ${purpose}\n     ${paint("cyan", what)}\n`);
  const verdicts = examples.map(({ verdict, ref }) => `  ${verdict.padEnd(14)} ${ref}\n`);
  return [
    `${paint("green", "serving")} ${url}\n`,
    `\nAn image for each verdict:\n${verdicts.join("")}`,
    `\nThree things to try, in another terminal:\n${shown.join("")}`,
    "\nCtrl-C ends it.\n",
  ].join("");
}

/** As it can be typed where the demo was started. */
function programName(): string {
  const launcher = fileURLToPath(new URL("../signalbox", import.meta.url));
  if (!existsSync(launcher)) return "signalbox";
  const path = relative(process.cwd(), launcher);
  return path.startsWith("..") ? launcher : path;
}

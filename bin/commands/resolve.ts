// signalbox resolve: may a host switch to an image, and how?
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { type CommandContext, configOf, interruptible, withExamples, works } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { ask, nameOf, serverAt, withWhomToAsk } from "../resolve/ask.ts";
import { askFleet, exitOfFleet, type FleetHost } from "../resolve/fleet.ts";
import { exitOf, type Problem, type Resolved } from "../resolve/resolved.ts";
import { painter } from "../terminal/paint.ts";
import { printable } from "../terminal/printable.ts";
import { createProgress } from "../terminal/progress.ts";
import { widthOf } from "../terminal/table.ts";
import { architectureHere } from "../this-machine.ts";

type Options = {
  readonly arch?: string;
  readonly from?: string;
  readonly server?: string;
  readonly live?: boolean;
  readonly host?: string;
  readonly facts?: string;
  readonly batch?: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
};

/** `bootc status` writes 10 kB; more than this is something else. */
const hostBytes = 1024 * 1024;

export function resolveCommand(context: CommandContext): Command {
  const command = withWhomToAsk(
    new Command("resolve")
      .summary("may a host switch to an image?")
      .description(
        "Shows the switch plan of an image: its digest, who signed it, what can go wrong, what to download and the " +
          "command.\nEnds with 0 (allow), 10 (warn), 20 (block), 1 (unknown or removed), 2 (wrong use), 3 (could not be " +
          "found out); of a fleet with the worst, in the order 20, 3, 2, 1, 10, 0: a host's file that cannot be read " +
          "counts as 2, and the others are judged.",
      )
      .argument("<ref>", "HOST/PATH[:TAG] or HOST/PATH@DIGEST, also as bootc and rpm-ostree write it")
      .option("--arch <arch>", "the host's architecture (default: the host document's, else this machine's)")
      .option("--from <digest>", "what the host has booted, for the size of the download")
      .option("--host <file>", "the output of `bootc status --format=json`; - reads standard input")
      .option("--facts <file>", "what else the host tells, as JSON: filesystem, secureBoot …; - as above")
      .addOption(
        new Option("--batch <files...>", "such outputs of a fleet's hosts, for one summary").conflicts([
          "host",
          "facts",
          "from",
          "live",
        ]),
      ),
  )
    .option("--verbose", "also what is not the case, and why something is unknown")
    .option("--json", "print the plan, or the problem, as JSON");
  withExamples(command, [
    ["resolve quay.io/fedora/fedora-bootc:44", "by the catalog of this machine"],
    ["resolve --server https://signalbox.example REF", "by another catalog"],
    ["resolve --live --arch arm64 quay.io/fedora/fedora-bootc:44", "without any catalog"],
    ["resolve --host - REF < status.json", "for a host that told about itself"],
    ["resolve REF --batch hosts/*.json", "a gate for a fleet"],
  ]);
  return works(command, context, async (target: string, options: Options) => {
    if (options.batch !== undefined) return resolveFleet(context, target, options.batch, options);
    if (options.host === "-" && options.facts === "-") {
      throw new CommandError("wrong-use", "standard input is either the host or its facts: give one of them as a file");
    }
    const host = await readHost(context, options);
    const facts = await readFacts(context, options);
    const arch = options.arch ?? (host === undefined ? architectureHere() : undefined);
    const about = { host, ...(facts === undefined ? {} : { facts }) };
    const asked = { target, arch, from: options.from, ...about, verbose: options.verbose ?? false };
    const interrupt = interruptible();
    const progress = createProgress(context.stderr, context.now);
    progress.show(`asking ${nameOf(options)}`);
    const resolved = await ask(context, options, asked, interrupt.signal).finally(() => {
      progress.end();
      interrupt.done();
    });
    if (options.json) context.stdout.write(`${JSON.stringify(resolved.body, null, 2)}\n`);
    else await show(context, resolved, asked.verbose);
    return exitOf(resolved);
  });
}

async function resolveFleet(context: CommandContext, target: string, files: readonly string[], options: Options) {
  const { stdout, stderr } = context;
  const config = configOf(context);
  const hosts: FleetHost[] = [];
  for (const file of files) hosts.push(await readFleetHost(context, file));
  const asked = { target, arch: options.arch, hosts, verbose: options.verbose ?? false };
  const interrupt = interruptible();
  const progress = createProgress(stderr, context.now);
  progress.show(`asking ${nameOf(options)}`);
  const answer = await answerOf().finally(() => {
    progress.end();
    interrupt.done();
  });
  if (options.json) {
    const items = answer.hosts.map(({ resolved }) => resolved.body);
    stdout.write(`${JSON.stringify({ files, items, summary: answer.summary }, null, 2)}\n`);
  } else {
    const { showFleet } = await import("../show/show-fleet.ts");
    stdout.write(showFleet(answer, { paint: painter(stdout), width: widthOf(stdout), verbose: asked.verbose }));
  }
  return exitOfFleet(answer);

  async function answerOf() {
    if (options.server === undefined) {
      const { withCatalog } = await import("../open-catalog.ts");
      const advice = "fill one with `signalbox index --once`, or ask another with --server URL";
      return withCatalog(config, context.now, advice, (send) =>
        askFleet("http://localhost", send, "the catalog", asked),
      );
    }
    const server = serverAt(options.server);
    const { sendTo } = await import("../resolve/ask-service.ts");
    return askFleet(server, sendTo(server, config.http.deadlineMs, interrupt.signal), server, asked);
  }
}

/** One host's mistake must not keep the others from being judged. */
async function readFleetHost(context: CommandContext, file: string): Promise<FleetHost> {
  try {
    return { file, host: await readHost(context, { host: file }) };
  } catch (error) {
    // The file's name stands before it anyway.
    if (error instanceof CommandError) return { file, unreadable: error.message.replace(`${file} `, "") };
    throw error;
  }
}

async function readHost(context: CommandContext, { host }: Pick<Options, "host">): Promise<unknown> {
  return host === undefined ? undefined : readObject(context, host, "the output of bootc status --format=json");
}

async function readFacts(context: CommandContext, { facts }: Options): Promise<Record<string, unknown> | undefined> {
  return facts === undefined ? undefined : readObject(context, facts, "facts, as in POST /resolve");
}

/** `what`: which JSON object the file holds. */
async function readObject(context: CommandContext, file: string, what: string): Promise<Record<string, unknown>> {
  const name = file === "-" ? "standard input" : file;
  const bytes = file === "-" ? await readStream(context.stdin) : await readFile(file).catch((error: Error) => error);
  if (bytes instanceof Error) throw new CommandError("wrong-use", `${file} cannot be read: ${bytes.message}`);
  if (bytes.length > hostBytes) throw new CommandError("wrong-use", `${name} is too long for ${what}`);
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new CommandError("wrong-use", `${name} holds no JSON object: give ${what}`);
}

async function readStream(stream: NodeJS.ReadStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    pieces.push(Buffer.from(piece));
    size += pieces.at(-1)?.length ?? 0;
    if (size > hostBytes) break;
  }
  return Buffer.concat(pieces);
}

async function show(context: CommandContext, resolved: Resolved, verbose: boolean): Promise<void> {
  const { stdout, stderr } = context;
  switch (resolved.outcome) {
    case "plan": {
      const { showPlan } = await import("../show/show-plan.ts");
      stdout.write(showPlan(resolved.plan, { paint: painter(stdout), width: widthOf(stdout), verbose }));
      return;
    }
    case "newer-plan":
      stderr.write(`${painter(stderr)("red", "signalbox:")} ${printable(resolved.reason)}: that counts as block\n`);
      return;
    case "problem":
      stderr.write(describeProblem(resolved.problem, painter(stderr)));
  }
}

function describeProblem({ title, detail, candidates, successor }: Problem, paint: ReturnType<typeof painter>): string {
  const lines = [
    `${paint("red", "signalbox:")} ${printable(detail === "" ? title : detail)}`,
    ...(successor === null ? [] : [`  its successor: ${printable(successor)}`]),
    ...(candidates.every((candidate) => detail.includes(candidate))
      ? []
      : [`  did you mean: ${candidates.map(printable).join(", ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}

// Asking for a switch plan: the local catalog, a service, or the registry itself, as the command line says.
import { type Command, Option } from "commander";
import { type CommandContext, configOf } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { readVersion } from "../version.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

export type WhomToAsk = { readonly server?: string; readonly live?: boolean };

export function withWhomToAsk(command: Command): Command {
  return command
    .addOption(new Option("--server <url>", "ask that service").conflicts("live"))
    .addOption(new Option("--live", "ask the registry now: any public image, without a catalog"));
}

export function nameOf({ server, live }: WhomToAsk): string {
  return server ?? (live === true ? "the registry" : "the catalog");
}

export async function ask(
  context: CommandContext,
  options: WhomToAsk,
  asked: ResolveQuestion,
  signal: AbortSignal,
): Promise<Resolved> {
  const config = configOf(context);
  if (options.server !== undefined) {
    const { askService, sendTo } = await import("./ask-service.ts");
    const server = serverAt(options.server);
    return askService(server, sendTo(server, config.http.deadlineMs, signal), server, asked);
  }
  if (options.live) {
    const [{ askRegistry }, { loadPolicies }, { createLogger }] = await Promise.all([
      import("./ask-registry.ts"),
      import("../load-policies.ts"),
      import("../logging.ts"),
    ]);
    const log = createLogger(config.given.includes("LOG_LEVEL") ? config.log.level : "error");
    const { environment, now } = context;
    return askRegistry(
      await loadPolicies(config),
      { config, environment, log, now, version: readVersion() },
      signal,
      asked,
    );
  }
  const { askCatalog } = await import("./ask-catalog.ts");
  return askCatalog(config, context.now, asked);
}

/** The address of a service, without a slash at its end. */
export function serverAt(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError("wrong-use", `${text} is no address of a service, such as https://signalbox.example`);
  }
  return url.href.replace(/\/$/, "");
}

// Asking for a lineage: a service over HTTP, or the catalog of this machine.
import { createClient } from "../../openapi/client.ts";
import { Lineage } from "../../server/api/lineage-routes.ts";
import { type CommandContext, configOf } from "../command-context.ts";
import { CommandError } from "../command-error.ts";
import { withCatalog } from "../open-catalog.ts";
import type { WhomToAsk } from "../resolve/ask.ts";
import { type Send, sendTo } from "../resolve/ask-service.ts";
import { readAnswer } from "../resolve/read-answer.ts";
import type { Resolved } from "../resolve/resolved.ts";
import { readVersion } from "../version.ts";

const advice = "fill one with `signalbox index --once`, ask another with --server URL, or the registry with --live";

export type AskedLineage = { readonly ref: string; readonly arch: string };

/** `body` is printed by --json as it came. */
export type LineageAnswer =
  | { readonly outcome: "lineage"; readonly lineage: Lineage; readonly body: unknown }
  | Extract<Resolved, { outcome: "problem" }>;

export async function askLineage(
  context: CommandContext,
  { server, live }: WhomToAsk,
  asked: AskedLineage,
  signal: AbortSignal,
): Promise<LineageAnswer> {
  const config = configOf(context);
  if (live === true) return askRegistry(context, asked, signal);
  if (server === undefined) {
    return withCatalog(config, context.now, advice, (send) => askFrom("http://localhost", send, "the catalog", asked));
  }
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError("wrong-use", `${server} is no address of a service, such as https://signalbox.example`);
  }
  const address = url.href.replace(/\/$/, "");
  return askFrom(address, sendTo(address, config.http.deadlineMs, signal), address, asked);
}

async function askRegistry(context: CommandContext, asked: AskedLineage, signal: AbortSignal): Promise<LineageAnswer> {
  const [{ liveLineage }, { loadPolicies }, { createLogger }] = await Promise.all([
    import("./live-lineage.ts"),
    import("../load-policies.ts"),
    import("../logging.ts"),
  ]);
  const config = configOf(context);
  const log = createLogger(config.given.includes("LOG_LEVEL") ? config.log.level : "error");
  const { environment, now } = context;
  const outside = { config, environment, log, now, version: readVersion() };
  const answer = await liveLineage(await loadPolicies(config), outside, signal, asked);
  if (answer.outcome === "problem") return answer;
  return readLineageAnswer(200, answer.body, "the registry");
}

async function askFrom(baseUrl: string, send: Send, who: string, query: AskedLineage): Promise<LineageAnswer> {
  const client = createClient({ baseUrl, fetch: send });
  const { response, data, error } = await client.GET("/api/v1/lineage", { params: { query } });
  return readLineageAnswer(response.status, data ?? error, who);
}

function readLineageAnswer(status: number, body: unknown, who: string): LineageAnswer {
  if (status === 200) {
    const read = Lineage.safeParse(body);
    if (read.success) return { outcome: "lineage", lineage: read.data, body };
  } else {
    const answer = readAnswer(status, body, who);
    if (answer.outcome === "problem") return answer;
  }
  throw new CommandError("unexpected-answer", `${who} answered ${status} with something that is no lineage`);
}

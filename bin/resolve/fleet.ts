// A fleet: one target for many hosts, each from the file with its status, asked in batches and ended with one summary.
import { z } from "zod";
import { createClient } from "../../openapi/client.ts";
import { CommandError } from "../command-error.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import type { Send } from "./ask-service.ts";
import { readAnswer } from "./read-answer.ts";
import { exitOf, type Resolved } from "./resolved.ts";

export type FleetHost = { readonly file: string; readonly host: unknown };

export type FleetQuestion = {
  readonly target: string;
  readonly arch: string | undefined;
  readonly hosts: readonly FleetHost[];
  readonly verbose: boolean;
};

export type FleetAnswer = {
  readonly hosts: readonly { readonly file: string; readonly resolved: Resolved }[];
  readonly summary: FleetSummary;
};

export type FleetSummary = {
  readonly allow: number;
  readonly warn: number;
  readonly block: number;
  readonly errors: number;
};

/** So many plans are far below what an answer may have. */
const hostsPerBatch = 50;

const Answer = z.object({ items: z.array(z.unknown()) });

export async function askFleet(
  baseUrl: string,
  send: Send,
  who: string,
  { target, arch, hosts, verbose }: FleetQuestion,
): Promise<FleetAnswer> {
  const client = createClient({ baseUrl, fetch: send });
  const answered: { file: string; resolved: Resolved }[] = [];
  for (let start = 0; start < hosts.length; start += hostsPerBatch) {
    const some = hosts.slice(start, start + hostsPerBatch);
    const { response, data, error } = await client.POST("/api/v1/resolve/batch", {
      params: { query: { ...(arch === undefined ? {} : { arch }), ...(verbose ? { verbose: "true" as const } : {}) } },
      body: { items: some.map(({ host }) => ({ target, host: host as Record<string, unknown> })) },
    });
    const answer = Answer.safeParse(data);
    if (!answer.success || answer.data.items.length !== some.length) {
      const refused = response.ok ? undefined : readAnswer(response.status, error, who);
      const detail = refused?.outcome === "problem" ? refused.problem.detail : "something that answers no batch";
      throw new CommandError("unexpected-answer", `${who} answered ${response.status}: ${detail}`);
    }
    for (const [i, body] of answer.data.items.entries()) {
      const isPlan = typeof body === "object" && body !== null && "decision" in body;
      answered.push({ file: some[i]?.file ?? "", resolved: readAnswer(isPlan ? 200 : 400, body, who) });
    }
  }
  return { hosts: answered, summary: summaryOf(answered.map(({ resolved }) => resolved)) };
}

function summaryOf(all: readonly Resolved[]): FleetSummary {
  const words = all.map((resolved) => {
    if (resolved.outcome === "plan") return resolved.plan.decision;
    return resolved.outcome === "newer-plan" ? "block" : "errors";
  });
  const count = (word: keyof FleetSummary) => words.filter((each) => each === word).length;
  return { allow: count("allow"), warn: count("warn"), block: count("block"), errors: count("errors") };
}

/** From the worst: a host that must not switch says more than one of which nothing could be found out. */
const worst = [
  exitCode.block,
  exitCode.failed,
  exitCode.wrongUse,
  exitCode.refused,
  exitCode.warn,
] as const satisfies readonly ExitCode[];

export function exitOfFleet({ hosts }: FleetAnswer): ExitCode {
  const codes = new Set(hosts.map(({ resolved }) => exitOf(resolved)));
  return worst.find((code) => codes.has(code)) ?? exitCode.done;
}

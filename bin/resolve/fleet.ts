// A fleet: one target for many hosts, each from the file with its status, asked in batches and ended with one summary.
import { z } from "zod";
import { createClient } from "../../openapi/client.ts";
import { CommandError } from "../command-error.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import { AnswerTooLong, type Send } from "./ask-service.ts";
import { readAnswer } from "./read-answer.ts";
import { exitOf, type Resolved } from "./resolved.ts";

export type FleetHost =
  | { readonly file: string; readonly host: unknown }
  /** Why there is nothing to ask about it. */
  | { readonly file: string; readonly unreadable: string };

type ReadableHost = Extract<FleetHost, { readonly host: unknown }>;

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

/** A batch takes what comes first. Of some hosts plans are long: where an answer has no room for all, the half is asked. */
const hostsPerBatch = 50;
/** Far below what a service takes; one host may have more. */
const bytesPerBatch = 512 * 1024;

const Answer = z.object({ items: z.array(z.unknown()) });

type Service = { readonly baseUrl: string; readonly send: Send; readonly who: string };

/** What went wrong with one host's file or answer is that host's error, and the others are asked for all the same. */
export async function askFleet(
  baseUrl: string,
  send: Send,
  who: string,
  question: FleetQuestion,
): Promise<FleetAnswer> {
  const answers = new Map<FleetHost, Resolved>();
  const waiting: ReadableHost[] = [];
  for (const each of question.hosts) {
    if ("host" in each) waiting.push(each);
    else answers.set(each, problemOf("invalid-host", "The file cannot be used", each.unreadable));
  }
  let most = hostsPerBatch;
  while (waiting.length > 0) {
    const some = nextBatch(waiting, most);
    const resolved = await askBatch({ baseUrl, send, who }, question, some);
    if (resolved === "too-long" && some.length > 1) {
      most = Math.ceil(some.length / 2);
      continue;
    }
    const each =
      resolved === "too-long" ? [problemOf("too-long", "Too long", "its status or its plan is too long")] : resolved;
    for (const [i, host] of waiting.splice(0, some.length).entries()) {
      const answer = each[i];
      if (answer !== undefined) answers.set(host, answer);
    }
  }
  const hosts = question.hosts.flatMap((host) => {
    const resolved = answers.get(host);
    return resolved === undefined ? [] : [{ file: host.file, resolved }];
  });
  return { hosts, summary: summaryOf(hosts.map(({ resolved }) => resolved)) };
}

function nextBatch(waiting: readonly ReadableHost[], most: number): readonly ReadableHost[] {
  let size = 0;
  const end = waiting.slice(0, most).findIndex(({ host }, i) => {
    size += JSON.stringify(host).length;
    return i > 0 && size > bytesPerBatch;
  });
  return waiting.slice(0, end < 0 ? most : end);
}

/** In the order of the hosts; too long: the questions or the answers. */
async function askBatch(
  { baseUrl, send, who }: Service,
  { target, arch, verbose }: FleetQuestion,
  some: readonly ReadableHost[],
): Promise<readonly Resolved[] | "too-long"> {
  const client = createClient({ baseUrl, fetch: send });
  const query = { ...(arch === undefined ? {} : { arch }), ...(verbose ? { verbose: "true" as const } : {}) };
  const items = some.map(({ host }) => ({ target, host: host as Record<string, unknown> }));
  const asked = await client
    .POST("/api/v1/resolve/batch", { params: { query }, body: { items } })
    .catch((error: unknown) => {
      if (error instanceof AnswerTooLong) return undefined;
      throw error;
    });
  if (asked === undefined || asked.response.status === 413) return "too-long";
  const { response, data, error } = asked;
  const answer = Answer.safeParse(data);
  if (!answer.success || answer.data.items.length !== some.length) {
    const refused = response.ok ? undefined : readAnswer(response.status, error, who);
    const detail = refused?.outcome === "problem" ? refused.problem.detail : "something that answers no batch";
    throw new CommandError("unexpected-answer", `${who} answered ${response.status}: ${detail}`);
  }
  return answer.data.items.map((body) => {
    const isPlan = typeof body === "object" && body !== null && "decision" in body;
    return readAnswer(isPlan ? 200 : 400, body, who);
  });
}

/** As a service would say it, of what no service was asked. */
function problemOf(name: string, title: string, detail: string): Resolved {
  const problem = { type: `/problems/${name}`, title, detail };
  return { outcome: "problem", problem: { ...problem, candidates: [], successor: null }, body: problem };
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

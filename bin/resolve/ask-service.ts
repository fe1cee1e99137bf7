// Asking a service for a switch plan, through the typed client: a server over HTTP, or one in this process.
import { createClient } from "../../openapi/client.ts";
import { CommandError } from "../command-error.ts";
import { readAnswer } from "./read-answer.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

export type Send = (request: Request) => Promise<Response>;

/** `who` is named where the answer cannot be used. */
export async function askService(baseUrl: string, send: Send, who: string, asked: ResolveQuestion): Promise<Resolved> {
  const client = createClient({ baseUrl, fetch: send });
  const { target, arch, from, host, facts, verbose } = asked;
  const given = { ...(arch === undefined ? {} : { arch }), ...(from === undefined ? {} : { from }) };
  const query = verbose ? { verbose: "true" as const } : {};
  const answer =
    host === undefined && facts === undefined
      ? await client.GET("/api/v1/resolve", {
          params: { query: { ref: target, ...given, arch: arch ?? "", ...query } },
        })
      : await client.POST("/api/v1/resolve", {
          params: { query },
          body: {
            target,
            ...(host === undefined ? {} : { host: host as Record<string, unknown> }),
            ...(facts === undefined ? {} : { facts }),
            ...given,
          },
        });
  return readAnswer(answer.response.status, answer.data ?? answer.error, who);
}

/** Of several plans the half is asked for then. */
export class AnswerTooLong extends CommandError {}

/** Far more than a plan with everything in it. */
const answerBytes = 4 * 1024 * 1024;

/** Sends over the network, within limits; what went wrong is said in one line. */
export function sendTo(server: string, timeoutMs: number, signal: AbortSignal): Send {
  return async (request) => {
    try {
      const response = await fetch(request, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
      const bytes = await readAtMost(response, server);
      if (!isJson(bytes)) {
        throw new CommandError("unexpected-answer", `${server} answered with no JSON: is it a Signalbox?`);
      }
      return new Response(bytes.length === 0 ? null : bytes, { status: response.status, headers: response.headers });
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError("unreachable", `${server} does not answer: ${reasonOf(error)}`, { cause: error });
    }
  };
}

/** The typed client takes it for granted. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

async function readAtMost(response: Response, server: string): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > answerBytes) throw new AnswerTooLong("unexpected-answer", `${server} answers without end`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** fetch says "fetch failed" and keeps the reason to itself. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it took too long";
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0]);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

// Posted questions: what a POST asks with, and how it is answered, whether the router or the listener before it took it.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "hono";
import { commonHeaders, instanceOf, type Problem, problem, problemBody, problemKinds } from "../problems.ts";
import { clientAddress } from "../rate-limit.ts";
import { tooLarge } from "./json-body.ts";
import { sendParts } from "./send-parts.ts";

export type Posted = {
  /** A parameter that stands twice is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  header(name: string): string | undefined;
  /** Of whoever asks, behind so many proxies of our own. */
  client(proxyHops: number): string;
  readonly instance: string;
};

export type PostedAnswer =
  | {
      readonly outcome: "json";
      /** Of the body, in their order. */
      readonly parts: readonly Uint8Array[];
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly outcome: "refused"; readonly problem: Problem };

type Refused = Extract<PostedAnswer, { outcome: "refused" }>;

export type Admitted = {
  readonly outcome: "admitted";
  /** Of whatever it is answered. */
  readonly headers: Readonly<Record<string, string>>;
  /** At once where all is in memory that it takes. */
  answer(body: Uint8Array): PostedAnswer | Promise<PostedAnswer>;
};

/** What answers the POSTs of one path. */
export type PostedQuestions = {
  readonly path: string;
  readonly maxBytes: number;
  /** Decides by the address and the headers, before the body is read. */
  admit(posted: Posted): Admitted | Refused;
};

/** Answers what the listener left to the router. */
export async function answerRouted(c: Context, { admit, maxBytes }: PostedQuestions): Promise<Response> {
  const admitted = admit(postedToRouter(c));
  if (admitted.outcome === "refused") return problem(c, admitted.problem);
  const body = await readAtMost(c.req.raw.body, maxBytes);
  if (body === undefined) return problem(c, { ...tooLarge(maxBytes), headers: admitted.headers });
  const answer = await admitted.answer(body);
  return answer.outcome === "refused" ? problem(c, answer.problem) : toRouter(answer);
}

function postedToRouter(c: Context): Posted {
  const queries = Object.entries(c.req.queries());
  // In tests without a listener there is no connection.
  const address: unknown = c.env?.incoming?.socket?.remoteAddress;
  return {
    query: Object.fromEntries(
      queries.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
    ),
    header: (name) => c.req.header(name),
    client: (hops) =>
      clientAddress(typeof address === "string" ? address : undefined, c.req.header("x-forwarded-for") ?? null, hops),
    instance: instanceOf(c),
  };
}

function toRouter({ parts, headers }: Extract<PostedAnswer, { outcome: "json" }>): Response {
  return new Response(Buffer.concat(parts), { headers: { ...ownHeaders, ...headers } });
}

/** An answer to one host alone: no cache keeps it. */
const ownHeaders = { "Content-Type": "application/json", "Cache-Control": "no-store", ...commonHeaders };

/** Undefined as soon as there is more. */
async function readAtMost(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | undefined> {
  if (body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A POST of a body whose length is said and within bounds; anything else is the router's. */
export function isPlainPost({ method, url, headers }: IncomingMessage, path: string, maxBytes: number): boolean {
  if (method !== "POST" || url === undefined || !url.startsWith(path)) return false;
  if (url.length > path.length && url[path.length] !== "?") return false;
  const length = headers["content-length"];
  return length !== undefined && headers["transfer-encoding"] === undefined && Number(length) <= maxBytes;
}

export function postedToListener(request: IncomingMessage): Posted {
  const { url = "", headers } = request;
  const start = url.indexOf("?");
  return {
    query: start < 0 ? {} : queryOf(new URLSearchParams(url.slice(start + 1))),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    client: (hops) => {
      const forwarded = headers["x-forwarded-for"];
      return clientAddress(request.socket.remoteAddress, forwarded === undefined ? null : String(forwarded), hops);
    },
    instance: url.slice(0, 2048),
  };
}

function queryOf(parameters: URLSearchParams): Posted["query"] {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

/** Whole: node:http reads no more than the length that was said. Who goes away before is heard of no more. */
export function readWhole(request: IncomingMessage, then: (body: Uint8Array) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => then(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
}

export function toListener(response: ServerResponse, answer: PostedAnswer, instance: string): void {
  if (answer.outcome === "json") {
    const { parts, headers } = answer;
    const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    response.writeHead(200, { ...ownHeaders, ...headers, "Content-Length": length });
    sendParts(response, parts, length);
    return;
  }
  const { name, headers } = answer.problem;
  const body = Buffer.from(JSON.stringify(problemBody(answer.problem, instance)));
  response.writeHead(problemKinds[name].status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    ...commonHeaders,
    ...headers,
    "Content-Length": body.byteLength,
  });
  response.end(body);
}

// The hot path: reads whose bytes are in memory are written to the socket before the router is asked.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Answer, headersAt, isFresh } from "./answer.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { isForAnother } from "./read-through.ts";

export type HotOptions = {
  readonly cache: AnswerCache;
  readonly now: () => number;
  readonly otherwise: RequestListener;
  /** Called for each answer from memory, with the status. */
  readonly note?: (request: IncomingMessage, status: number) => void;
};

export function createHotListener({ cache, now, otherwise, note }: HotOptions): RequestListener {
  return (request, response) => {
    const { method, url } = request;
    if ((method === "GET" || method === "HEAD") && url !== undefined) {
      const answer = cache.get(url);
      if (answer !== undefined) {
        const moment = now();
        if (answer.keepUntil > moment && !isForAnother(answer, request.headers.accept)) {
          const status = send(answer, request, response, moment);
          note?.(request, status);
          return;
        }
      }
    }
    otherwise(request, response);
  };
}

function send(answer: Answer, request: IncomingMessage, response: ServerResponse, now: number): number {
  const ifNoneMatch = request.headers["if-none-match"];
  if (ifNoneMatch !== undefined && isFresh(answer, ifNoneMatch)) {
    response.writeHead(304, headersAt(answer, answer.headersOf304, now) as string[]);
    response.end();
    return 304;
  }
  response.writeHead(200, headersAt(answer, answer.headers, now) as string[]);
  if (request.method === "HEAD") response.end();
  else response.end(answer.body);
  return 200;
}

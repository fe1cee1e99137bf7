// The short way of a POST: questions with a host are read from the socket and answered before the router is asked.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import {
  isPlainPost,
  type PostedAnswer,
  type PostedQuestions,
  postedToListener,
  readWhole,
  toListener,
} from "../api/posted.ts";
import type { ServerLog } from "../server-log.ts";

export function createPostListener(
  questions: readonly PostedQuestions[],
  otherwise: RequestListener,
  log: ServerLog,
): RequestListener {
  return (request, response) => {
    const asked = questions.find(({ path, maxBytes }) => isPlainPost(request, path, maxBytes));
    if (asked === undefined) otherwise(request, response);
    else answer(asked, request, response, log);
  };
}

function answer(asked: PostedQuestions, request: IncomingMessage, response: ServerResponse, log: ServerLog): void {
  const posted = postedToListener(request);
  const send = (answered: PostedAnswer) => toListener(response, answered, posted.instance);
  const fail = (error: unknown) => {
    log.error({ err: error, path: asked.path }, "a request failed");
    const problem = { name: "internal-error", detail: "something went wrong here, and it was logged" } as const;
    if (!response.headersSent) send({ outcome: "refused", problem });
  };
  const read = (admitted: ReturnType<PostedQuestions["admit"]>) => {
    if (admitted.outcome === "refused") send(admitted);
    else readWhole(request, (body) => attempt(() => admitted.answer(body), send, fail));
  };
  attempt(() => asked.admit(posted), read, fail);
}

/** No turn is waited for where no promise is: what is in memory is sent as soon as the question is there. */
function attempt<T>(work: () => T | Promise<T>, then: (value: T) => void, fail: (error: unknown) => void): void {
  try {
    const value = work();
    if (value instanceof Promise) value.then(then).catch(fail);
    else then(value);
  } catch (error) {
    fail(error);
  }
}

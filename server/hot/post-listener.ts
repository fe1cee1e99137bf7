// The short way of a POST: questions with a host are read from the socket and answered before the router is asked.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isPlainPost, type PostedQuestions, postedToListener, toListener } from "../api/posted.ts";
import type { ServerLog } from "../server-log.ts";

export function createPostListener(
  questions: readonly PostedQuestions[],
  otherwise: RequestListener,
  log: ServerLog,
): RequestListener {
  return (request, response) => {
    const asked = questions.find(({ path, maxBytes }) => isPlainPost(request, path, maxBytes));
    if (asked === undefined) otherwise(request, response);
    else void answer(asked, request, response, log);
  };
}

async function answer(
  asked: PostedQuestions,
  request: IncomingMessage,
  response: ServerResponse,
  log: ServerLog,
): Promise<void> {
  const posted = postedToListener(request);
  try {
    toListener(response, await asked.answer(posted), posted.instance);
  } catch (error) {
    // Who went away in the middle of a question is told nothing, and it is no failure of ours.
    if (!request.complete) return;
    log.error({ err: error, path: asked.path }, "a request failed");
    const problem = { name: "internal-error", detail: "something went wrong here, and it was logged" } as const;
    if (!response.headersSent) toListener(response, { outcome: "refused", problem }, posted.instance);
  }
}

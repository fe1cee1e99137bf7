// Problems: every refusal of the API as one RFC 9457 document, from one closed list of kinds.
import type { Context } from "hono";

/** What a kind of problem means and what to do; `/problems/{name}` shows it to people. */
type ProblemKind = { readonly status: number; readonly title: string; readonly advice: string };

export const problemKinds = {
  "invalid-reference": {
    status: 400,
    title: "The reference cannot be read",
    advice:
      "Give HOST/PATH:TAG or HOST/PATH@sha256:DIGEST, such as quay.io/fedora/fedora-bootc:44; not a tag and a digest together.",
  },
  "invalid-host": {
    status: 400,
    title: "The host document cannot be read",
    advice:
      "Each entry of `errors` names a member (`pointer`), what it takes and by which command a host tells it. The host is the output of `bootc status --format=json` as it is; of the facts leave out what is not known.",
  },
  "missing-architecture": {
    status: 400,
    title: "The architecture is missing",
    advice: "Say for which architecture you ask: `arch=amd64`, or send a host that names it.",
  },
  "invalid-parameter": {
    status: 400,
    title: "A parameter is wrong",
    advice: "Each entry of `errors` names a parameter and what it takes; the parameters are listed under /docs.",
  },
  "invalid-body": {
    status: 400,
    title: "The body is wrong",
    advice: "Each entry of `errors` names a member and what it takes. The body is JSON in UTF-8, each member once.",
  },
  "invalid-cursor": {
    status: 400,
    title: "The cursor is not one of this list",
    advice: "Start again without a cursor, with the same filters and order for all pages.",
  },
  "unknown-reference": {
    status: 404,
    title: "No such image is known",
    advice:
      "No source of this catalog declares the repository, or its registry says that there is no such tag or digest. `candidates` are references that look like it; `reason` and `since` stand where the registry lists the tag all the same.",
  },
  removed: {
    status: 404,
    title: "It was removed",
    advice: "It was seen once. `lastDigest` is what it was last, `successor` where to go instead, if that is known.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    advice: "Look at the address; what there is stands under /docs.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The method is not allowed here",
    advice: "Use one of the methods in the `Allow` header.",
  },
  "not-enforceable": {
    status: 409,
    title: "No host can be made to enforce it",
    advice:
      "`reasons` say what the trust policy asks for that policy.json cannot say. Switch to a digest that this catalog verified: it cannot move.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large",
    advice: "Send a smaller body; several small batches are as good as a large one.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is of another media type",
    advice: "Send `Content-Type: application/json`, without a content encoding.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many questions",
    advice: "Wait as long as `Retry-After` says. Questions that a cache can answer (`GET`) are not limited.",
  },
  "internal-error": {
    status: 500,
    title: "The server failed",
    advice: "Try again later; tell the operator the value of `instance` and the time if it stays so.",
  },
  "not-yet-indexed": {
    status: 503,
    title: "It was not looked at yet",
    advice:
      "It is asked for next: ask again after `Retry-After` seconds. `reason` says why the last look failed, if one did.",
  },
  "too-many-readers": {
    status: 503,
    title: "Too many read the stream",
    advice: "Come back after `Retry-After` seconds, or read the events page by page.",
  },
  "not-ready": {
    status: 503,
    title: "The server cannot answer yet",
    advice:
      "It has not loaded its catalog, or no policy documents are in force: ask again after `Retry-After` seconds.",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problemKinds;

/** `pointer`: of a member of the body, where it stands in it. */
export type FieldError = { readonly field: string; readonly message: string; readonly pointer?: string };

/** A problem before it is sent: the kind, what was wrong this time, and members of its own. */
export type Problem = {
  readonly name: ProblemName;
  readonly detail: string;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly [member: string]: unknown;
};

/** The document. `instance` is the path and query asked for: relative, so that it reads alike behind any proxy. */
export function problemBody(problem: Problem, instance: string): ProblemBody {
  const kind = problemKinds[problem.name];
  return {
    // Relative to the API's own address (RFC 9457, 3.1.1 allows it), where a page explains it: /problems/{name}.
    type: `/problems/${problem.name}`,
    title: kind.title,
    status: kind.status,
    detail: problem.detail,
    instance,
    ...problem.members,
  };
}

/** Headers that every answer has, so that a page of another origin may read it. */
export const commonHeaders: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Location",
  "X-Content-Type-Options": "nosniff",
};

/** The one way to refuse. Nothing of it is kept by a cache: what is unknown now may be known in a second. */
export function problem(c: Context, refused: Problem): Response {
  return problemResponse(refused, instanceOf(c));
}

/** The same where there is no context. */
export function problemResponse(refused: Problem, instance: string): Response {
  return new Response(JSON.stringify(problemBody(refused, instance)), {
    status: problemKinds[refused.name].status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...commonHeaders,
      ...refused.headers,
    },
  });
}

/** The path and query that were asked for, at most as long as a message should be. */
export function instanceOf(c: Context): string {
  const url = c.req.url;
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path < 0 ? "/" : url.slice(path, path + 2048);
}

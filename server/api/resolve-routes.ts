// Resolve: the switch plan of one target, asked for by its reference or with a host.
import { createRoute, z } from "@hono/zod-openapi";
import { planRequestOf } from "../../policies/plan/plan-request.ts";
import { type Problem, problem } from "../problems.ts";
import { questionKey } from "../resolve/host-answers.ts";
import type { Resolver } from "../resolve/resolve-reference.ts";
import { type Api, takeShare } from "./api.ts";
import { parseBody } from "./json-body.ts";
import {
  type AdmittedQuestion,
  Architecture,
  admitQuestion,
  exampleReference,
  PlanQuestion,
  questionQuery,
  refusalOf,
  refusalOfPosted,
  requestOf,
  Verbose,
} from "./plan-questions.ts";
import { answerRouted, type Posted, type PostedAnswer, type PostedQuestions } from "./posted.ts";
import { type Issue, refusals, wrongParameters } from "./problem-responses.ts";
import { SwitchPlanSchema } from "./switch-plan-schema.ts";
import { Digest } from "./words.ts";

const getPlan = createRoute({
  method: "get",
  path: "/api/v1/resolve",
  operationId: "resolve",
  tags: ["resolve"],
  summary: "The switch plan of a reference",
  description:
    "The digest, what is known of its trust and lifecycle, hazards, the decision and the commands. Of a tag that nobody has looked at yet the worker is told, and the question waits a few seconds for it.",
  request: {
    query: z.strictObject({
      ref: z.string().max(1_024).openapi({
        description:
          "`host/path[:tag]` or `host/path@digest`; bootc's and rpm-ostree's spellings are accepted. Without a tag: `latest`.",
        example: exampleReference,
      }),
      arch: Architecture,
      from: Digest.optional().openapi({
        description: "The digest that the host has booted: what is left to download.",
      }),
      verbose: Verbose,
    }),
  },
  responses: {
    200: { description: "The plan", content: { "application/json": { schema: SwitchPlanSchema } } },
    ...refusals(
      "invalid-reference",
      "missing-architecture",
      "invalid-parameter",
      "unknown-reference",
      "removed",
      "rate-limited",
      "not-yet-indexed",
      "not-ready",
    ),
  },
});

const postPlan = createRoute({
  method: "post",
  path: "/api/v1/resolve",
  operationId: "resolveForHost",
  tags: ["resolve"],
  summary: "The switch plan for a host",
  description:
    "The architecture comes from the host, else from `arch`. What is sent is neither stored nor logged; the answer is kept in memory for minutes, under a digest of the whole question.",
  request: {
    query: questionQuery,
    body: { required: true, content: { "application/json": { schema: PlanQuestion } } },
  },
  responses: {
    200: { description: "The plan", content: { "application/json": { schema: SwitchPlanSchema } } },
    ...refusals(
      "invalid-reference",
      "invalid-host",
      "missing-architecture",
      "invalid-parameter",
      "invalid-body",
      "unknown-reference",
      "removed",
      "body-too-large",
      "unsupported-media-type",
      "rate-limited",
      "not-yet-indexed",
      "not-ready",
    ),
  },
});

/** Gives back what answers its POST: the listener asks it before the router. */
export function addResolveRoutes(api: Api, resolve: Resolver): PostedQuestions {
  const { app, limits, reads, hostAnswers } = api;

  app.openapi(
    getPlan,
    async (c) => {
      const { ref, arch, from, verbose } = c.req.valid("query");
      const parsed = planRequestOf({ target: ref, from }, { arch, verbose: verbose ?? false });
      return reads.through(c, SwitchPlanSchema, async (loaded) => {
        if (parsed.outcome === "refused") return { outcome: "refused", problem: refusalOf(parsed, "ref") };
        const take = () => takeShare(api, c, 1);
        const options = { mayWait: true, take, mayCompare: () => take().allowed };
        const resolved = await resolve(loaded, parsed.request, options);
        if (resolved.outcome === "refused") return resolved;
        return { outcome: "body", body: resolved.plan, about: [resolved.repositoryId], endsAt: resolved.endsAt };
      });
    },
    (result, c) => {
      // The hook's type asks for this route's own responses; a problem is one, whatever its status.
      if (!result.success) return problem(c, missingParameter(result.error.issues)) as never;
      return undefined;
    },
  );

  // Bodies are read, bounded and checked by our own reader; the document and the query checks are zod-openapi's.
  app.openAPIRegistry.registerPath(postPlan);
  const questions: PostedQuestions = {
    path: postPlan.path,
    maxBytes: limits.bodyMaxBytes,
    admit: (posted) => {
      const admitted = admitQuestion(api, posted, limits.bodyMaxBytes);
      if (admitted.outcome === "refused") return admitted;
      const { headers } = admitted;
      return { outcome: "admitted", headers, answer: (body) => answer(posted, admitted, body) };
    },
  };
  app.post(postPlan.path, (c) => answerRouted(c, questions));
  return questions;

  function answer(posted: Posted, asked: AdmittedQuestion, bytes: Uint8Array): PostedAnswer | Promise<PostedAnswer> {
    const key = questionKey(bytes, asked.query);
    const parts = hostAnswers.get(key);
    return parts === undefined
      ? answerNew(posted, asked, bytes, key)
      : { outcome: "json", parts, headers: asked.headers };
  }

  async function answerNew(
    posted: Posted,
    { query, headers, bounds, loaded }: AdmittedQuestion,
    bytes: Uint8Array,
    key: string,
  ): Promise<PostedAnswer> {
    const refuse = (problem: Problem): PostedAnswer => ({
      outcome: "refused",
      problem: { ...problem, headers: { ...headers, ...problem.headers } },
    });
    const ticket = hostAnswers.ticket();
    const body = parseBody(bytes, bounds);
    if (body.outcome === "refused") return refuse(body.problem);
    const parsed = requestOf(body.value, query);
    if (parsed.outcome === "refused") return refuse(refusalOfPosted(parsed));
    // Of now: a body may take its time.
    const resolved = await resolve(api.catalog.loaded ?? loaded, parsed.request, {
      mayWait: true,
      take: () => ({ allowed: true, headers }),
      mayCompare: () => api.rate.take(posted.client(limits.proxyHops), 1).allowed,
    });
    if (resolved.outcome === "refused") return refuse(resolved.problem);
    if (resolved.answer !== null) hostAnswers.put(key, resolved.answer, ticket);
    return { outcome: "json", parts: resolved.parts(), headers };
  }
}

/** What a plan cannot be made without has problems of its own. */
export function missingParameter(issues: readonly Issue[]): Problem {
  const isWrong = (field: string) => issues.some(({ path }) => path[0] === field);
  if (isWrong("ref")) {
    return { name: "invalid-reference", detail: "`ref` is one reference of at most 1,024 characters" };
  }
  if (isWrong("arch")) return { name: "missing-architecture", detail: "`arch` is one architecture, such as amd64" };
  return wrongParameters(issues);
}

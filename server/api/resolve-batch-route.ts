// The batch: switch plans for a fleet, each question answered once, others served in between.
import { createRoute, z } from "@hono/zod-openapi";
import { withInput, wrongMemberOf } from "../../policies/plan/wrong-member.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { type Problem, problemBody } from "../problems.ts";
import type { RateState } from "../rate-limit.ts";
import { questionKey } from "../resolve/host-answers.ts";
import type { ResolveOptions, Resolver } from "../resolve/resolve-reference.ts";
import { takeTurns } from "../turns.ts";
import type { Api } from "./api.ts";
import { parseLargeBody } from "./json-body.ts";
import {
  type AdmittedQuestion,
  admitQuestion,
  PlanQuestion,
  type QuestionQuery,
  questionQuery,
  refusalOfPosted,
  requestOf,
  tooMany,
} from "./plan-questions.ts";
import { answerRouted, type Posted, type PostedAnswer, type PostedQuestions } from "./posted.ts";
import { ProblemSchema, refusals, wrongBody } from "./problem-responses.ts";
import { SwitchPlanSchema } from "./switch-plan-schema.ts";

const itemsMax = 1_000;
const Batch = z.object({ items: z.array(z.unknown()).max(itemsMax) });
export const BatchAnswer = z
  .object({
    items: z
      .array(z.union([SwitchPlanSchema, ProblemSchema]))
      .openapi({ description: "In the order of the questions: a plan, or the problem that kept it from being made." }),
    summary: z.object({ allow: z.int(), warn: z.int(), block: z.int(), errors: z.int() }),
  })
  .openapi("BatchAnswer");

const postBatch = createRoute({
  method: "post",
  path: "/api/v1/resolve/batch",
  operationId: "resolveBatch",
  tags: ["resolve"],
  summary: "Switch plans for a fleet",
  description: `At most ${itemsMax} questions, each as in \`POST /resolve\`. No item waits for the worker.`,
  request: {
    query: questionQuery,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.object({ items: z.array(PlanQuestion).max(itemsMax) }).openapi("BatchQuestion"),
        },
      },
    },
  },
  responses: {
    200: { description: "All answers", content: { "application/json": { schema: BatchAnswer } } },
    ...refusals(
      "invalid-parameter",
      "invalid-body",
      "body-too-large",
      "unsupported-media-type",
      "rate-limited",
      "not-ready",
    ),
  },
});

/** Ten items of a batch cost as much as one question of its own. */
const itemsPerShare = 10;
/** So many unknown references of a batch come with candidates. */
const comparisonsMax = 10;
const comma = Buffer.from(",");

/** Gives back what answers its POST: the listener asks it before the router. */
export function addResolveBatchRoute(api: Api, resolve: Resolver): PostedQuestions {
  const { app, limits } = api;
  const maxBytes = limits.batchBodyMaxBytes;
  const questions: PostedQuestions = {
    path: postBatch.path,
    maxBytes,
    admit: (posted) => {
      const admitted = admitQuestion(api, posted, maxBytes);
      if (admitted.outcome === "refused") return admitted;
      const { headers } = admitted;
      return { outcome: "admitted", headers, answer: (body) => answer(posted, admitted, body) };
    },
  };

  app.openAPIRegistry.registerPath(postBatch);
  app.post(postBatch.path, (c) => answerRouted(c, questions));
  return questions;

  async function answer(
    posted: Posted,
    { query, headers, bounds, loaded }: AdmittedQuestion,
    bytes: Uint8Array,
  ): Promise<PostedAnswer> {
    const refuse = (problem: Problem): PostedAnswer => ({ outcome: "refused", problem: { headers, ...problem } });
    const turn = takeTurns();
    const body = await parseLargeBody(bytes, bounds, turn);
    if (body.outcome === "refused") return refuse(body.problem);
    const batch = Batch.safeParse(body.value, withInput);
    if (!batch.success) return refuse(wrongBody(wrongMemberOf(batch.error)));
    const { items } = batch.data;
    const rest = Math.max(0, Math.ceil(items.length / itemsPerShare) - 1);
    const share = takeShare(posted, rest);
    if (!share.allowed) return refuse(tooMany(share.headers));
    // Of now: a body may take its time.
    const answerItem = answering(posted, api.catalog.loaded ?? loaded, query);
    const summary = { allow: 0, warn: 0, block: 0, errors: 0 };
    const parts: Buffer[] = [Buffer.from('{"items":[')];
    for (const [i, item] of items.entries()) {
      const answered = await answerItem(item, i);
      summary[answered.outcome]++;
      if (i > 0) parts.push(comma);
      if (answered.outcome === "errors") {
        parts.push(Buffer.from(JSON.stringify(problemBody(answered.problem, `${posted.instance}#/items/${i}`))));
      } else parts.push(...answered.parts);
      await turn();
    }
    parts.push(Buffer.from(`],"summary":${JSON.stringify(summary)}}`));
    return { outcome: "json", parts, headers: share.headers };
  }

  function takeShare(posted: Posted, cost: number): RateState {
    return api.rate.take(posted.client(limits.proxyHops), cost);
  }

  /** A fleet asks the same of many hosts: each question is answered, and written as JSON, once. */
  function answering(
    posted: Posted,
    loaded: LoadedCatalog,
    query: QuestionQuery,
  ): (item: unknown, i: number) => Promise<Answered> {
    const known = new Map<string, Answered>();
    let comparisons = 0;
    const options: ResolveOptions = {
      mayWait: false,
      take: () => takeShare(posted, 0),
      mayCompare: () => comparisons++ < comparisonsMax,
    };
    return async (item, i) => {
      const parsed = requestOf(item, query);
      if (parsed.outcome === "refused") {
        return { outcome: "errors", problem: refusalOfPosted(parsed, ["items", i]) };
      }
      // All of it: what a host says of itself is part of its question.
      const key = questionKey(Buffer.from(JSON.stringify(parsed.request)), {});
      const before = known.get(key);
      if (before !== undefined) return before;
      const resolved = await resolve(loaded, parsed.request, options);
      const answered: Answered =
        resolved.outcome === "plan"
          ? { outcome: resolved.plan.decision, parts: resolved.parts() }
          : { outcome: "errors", problem: resolved.problem };
      known.set(key, answered);
      return answered;
    };
  }
}

type Answered =
  | { readonly outcome: "allow" | "warn" | "block"; readonly parts: readonly Buffer[] }
  | { readonly outcome: "errors"; readonly problem: Problem };

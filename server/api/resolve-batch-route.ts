// The batch: switch plans for a fleet, each question answered once, others served in between.
import { hash } from "node:crypto";
import { setImmediate as pause } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PlanRequest } from "../../policies/plan/plan-input.ts";
import { withInput, wrongMemberOf } from "../../policies/plan/wrong-member.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { instanceOf, type Problem, problem, problemBody } from "../problems.ts";
import type { ResolveOptions, Resolver } from "../resolve/resolve-reference.ts";
import { type Api, takeShare } from "./api.ts";
import {
  PlanQuestion,
  type QuestionQuery,
  questionQuery,
  readQuestion,
  refusalOfPosted,
  requestOf,
  tooMany,
} from "./plan-questions.ts";
import { postedToRouter, toRouter } from "./posted.ts";
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
/** A batch works that long before others have a turn. */
const sliceMs = 10;
const comma = Buffer.from(",");

export function addResolveBatchRoute(api: Api, resolve: Resolver): void {
  const { app, limits } = api;

  app.openAPIRegistry.registerPath(postBatch);
  app.post(postBatch.path, async (c) => {
    const asked = await readQuestion(api, postedToRouter(c), limits.batchBodyMaxBytes);
    if (asked.outcome === "refused") return problem(c, asked.problem);
    const { loaded, query } = asked;
    const body = asked.parse();
    if (body.outcome === "refused") return problem(c, body.problem);
    const batch = Batch.safeParse(body.value, withInput);
    if (!batch.success) return problem(c, { ...wrongBody(wrongMemberOf(batch.error)), headers: asked.headers });
    const rest = Math.max(0, Math.ceil(batch.data.items.length / itemsPerShare) - 1);
    const share = takeShare(api, c, rest);
    if (!share.allowed) return problem(c, tooMany(share.headers));
    const parts = await answerAll(c, loaded, batch.data.items, query);
    return toRouter(c, { outcome: "json", parts, headers: share.headers });
  });

  async function answerAll(
    c: Context,
    loaded: LoadedCatalog,
    items: readonly unknown[],
    query: QuestionQuery,
  ): Promise<Buffer[]> {
    // A fleet asks the same of many hosts: each question is answered, and written as JSON, once.
    const known = new Map<string, Answered>();
    let comparisons = 0;
    const options: ResolveOptions = {
      mayWait: false,
      take: () => takeShare(api, c, 0),
      mayCompare: () => comparisons++ < comparisonsMax,
    };
    const summary = { allow: 0, warn: 0, block: 0, errors: 0 };
    const parts: Buffer[] = [Buffer.from('{"items":[')];
    let started = performance.now();
    for (const [i, item] of items.entries()) {
      const parsed = requestOf(item, query);
      const answer: Answered =
        parsed.outcome === "refused"
          ? { outcome: "errors", problem: refusalOfPosted(parsed, ["items", i]) }
          : await answerOnce(known, loaded, parsed.request, options);
      summary[answer.outcome]++;
      if (i > 0) parts.push(comma);
      if (answer.outcome === "errors") {
        parts.push(Buffer.from(JSON.stringify(problemBody(answer.problem, `${instanceOf(c)}#/items/${i}`))));
      } else parts.push(...answer.parts);
      if (performance.now() - started > sliceMs) {
        await pause();
        started = performance.now();
      }
    }
    parts.push(Buffer.from(`],"summary":${JSON.stringify(summary)}}`));
    return parts;
  }

  async function answerOnce(
    known: Map<string, Answered>,
    loaded: LoadedCatalog,
    request: PlanRequest,
    options: ResolveOptions,
  ): Promise<Answered> {
    // All of it: what a host says of itself is part of its question.
    const key = hash("sha512-256", JSON.stringify(request), "base64");
    const before = known.get(key);
    if (before !== undefined) return before;
    const resolved = await resolve(loaded, request, options);
    const answer: Answered =
      resolved.outcome === "plan"
        ? { outcome: resolved.plan.decision, parts: resolved.parts() }
        : { outcome: "errors", problem: resolved.problem };
    known.set(key, answer);
    return answer;
  }
}

type Answered =
  | { readonly outcome: "allow" | "warn" | "block"; readonly parts: readonly Buffer[] }
  | { readonly outcome: "errors"; readonly problem: Problem };

// Resolve: the switch plan of one target, asked for by reference, with a host, or for a whole fleet.
import { setImmediate as pause } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PlanRequest } from "../../policies/plan/plan-input.ts";
import { type AskedPlan, type ParsedPlanRequest, planRequestOf } from "../../policies/plan/plan-request.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { notReady } from "../hot/read-through.ts";
import { commonHeaders, instanceOf, type Problem, problem, problemBody } from "../problems.ts";
import { createResolver, type ResolveOptions } from "../resolve/resolve-reference.ts";
import type { UnknownReferences } from "../resolve/unknown-reference.ts";
import { type Api, takeShare } from "./api.ts";
import { readJsonBody } from "./json-body.ts";
import { type Issue, ProblemSchema, refusals, wrongBody, wrongParameters } from "./problem-responses.ts";
import { SwitchPlanSchema } from "./switch-plan-schema.ts";
import { Digest, Flag } from "./words.ts";

const example = "ghcr.io/ublue-os/bazzite:stable";

const Architecture = z.string().min(1).max(64).openapi({
  description: "`amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those.",
  example: "amd64",
});
const Verbose = Flag.optional().openapi({
  description: "Whether hazards that are absent are listed too.",
  example: "false",
});

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
        example,
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

const PlanQuestion = z
  .object({
    target: z.string().openapi({ description: "The reference.", example }),
    host: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: "The output of `bootc status --format=json`, as it is. It is never stored or logged." }),
    facts: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({
        description: "What else the host can tell of itself: filesystem, secureBoot, policyJson and others.",
        example: { filesystem: "btrfs", secureBoot: true },
      }),
    arch: Architecture.optional(),
    from: Digest.optional(),
  })
  .openapi("PlanQuestion");

const questionQuery = z.strictObject({ arch: Architecture.optional(), verbose: Verbose });

const postPlan = createRoute({
  method: "post",
  path: "/api/v1/resolve",
  operationId: "resolveForHost",
  tags: ["resolve"],
  summary: "The switch plan for a host",
  description: "The architecture comes from the host, else from `arch`. What is sent is neither stored nor logged.",
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

const itemsMax = 1_000;
const Batch = z.object({ items: z.array(z.unknown()).max(itemsMax, `at most ${itemsMax} items`) });
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
/** A batch works that long before others have a turn. */
const sliceMs = 10;

export function addResolveRoutes(api: Api, unknown: UnknownReferences): void {
  const { app, catalog, limits, reads } = api;
  const resolve = createResolver(api, unknown);

  app.openapi(
    getPlan,
    async (c) => {
      const { ref, arch, from, verbose } = c.req.valid("query");
      const parsed = planRequestOf({ target: ref, from }, { arch, verbose: verbose ?? false });
      return reads.through(c, SwitchPlanSchema, async (loaded) => {
        if (parsed.outcome === "refused") return { outcome: "refused", problem: refusalOf(parsed, "ref") };
        const options = { mayWait: true, take: () => takeShare(api, c, 1) };
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
  app.post(postPlan.path, async (c) => {
    const asked = await question(c, limits.bodyMaxBytes, 1);
    if (asked.outcome === "refused") return problem(c, asked.problem);
    const { loaded, value, query, headers } = asked;
    const parsed = requestOf(value, query);
    if (parsed.outcome === "refused") return problem(c, { ...refusalOf(parsed, "target"), headers });
    const resolved = await resolve(loaded, parsed.request, { mayWait: true, take: () => ({ allowed: true, headers }) });
    if (resolved.outcome === "refused") {
      return problem(c, { ...resolved.problem, headers: { ...headers, ...resolved.problem.headers } });
    }
    return fresh(JSON.stringify(resolved.plan), headers);
  });

  app.openAPIRegistry.registerPath(postBatch);
  app.post(postBatch.path, async (c) => {
    const asked = await question(c, limits.batchBodyMaxBytes, 1);
    if (asked.outcome === "refused") return problem(c, asked.problem);
    const { loaded, value, query } = asked;
    const batch = Batch.safeParse(value);
    if (!batch.success) return problem(c, { ...wrongBody(batch.error.issues), headers: asked.headers });
    const rest = Math.max(0, Math.ceil(batch.data.items.length / itemsPerShare) - 1);
    const share = takeShare(api, c, rest);
    if (!share.allowed) return problem(c, tooMany(share.headers));
    return fresh(await answerAll(c, loaded, batch.data.items, query), share.headers);
  });

  async function question(c: Context, maxBytes: number, cost: number): Promise<Question> {
    const query = questionQuery.safeParse(queryOf(c));
    if (!query.success) return { outcome: "refused", problem: wrongParameters(query.error.issues) };
    const share = takeShare(api, c, cost);
    if (!share.allowed) return { outcome: "refused", problem: tooMany(share.headers) };
    const { headers } = share;
    const { loaded } = catalog;
    if (loaded === undefined) return { outcome: "refused", problem: notReady };
    const body = await readJsonBody(c, { maxBytes, maxDepth: limits.bodyMaxDepth });
    if (body.outcome === "refused") return { outcome: "refused", problem: { ...body.problem, headers } };
    return { outcome: "question", loaded, value: body.value, query: query.data, headers };
  }

  async function answerAll(
    c: Context,
    loaded: LoadedCatalog,
    items: readonly unknown[],
    query: QuestionQuery,
  ): Promise<string> {
    // A fleet asks the same of many hosts: each question is answered, and written as JSON, once.
    const known = new Map<string, Answered>();
    const options: ResolveOptions = { mayWait: false, take: () => takeShare(api, c, 0) };
    const summary = { allow: 0, warn: 0, block: 0, errors: 0 };
    const answers: string[] = [];
    let started = performance.now();
    for (const [i, item] of items.entries()) {
      const parsed = requestOf(item, query);
      const answer: Answered =
        parsed.outcome === "refused"
          ? { outcome: "errors", problem: refusalOf(parsed, "target") }
          : await answerOnce(known, loaded, parsed.request, options);
      summary[answer.outcome]++;
      answers.push(
        answer.outcome === "errors"
          ? JSON.stringify(problemBody(answer.problem, `${instanceOf(c)}#/items/${i}`))
          : answer.json,
      );
      if (performance.now() - started > sliceMs) {
        await pause();
        started = performance.now();
      }
    }
    return `{"items":[${answers.join(",")}],"summary":${JSON.stringify(summary)}}`;
  }

  async function answerOnce(
    known: Map<string, Answered>,
    loaded: LoadedCatalog,
    request: PlanRequest,
    options: ResolveOptions,
  ): Promise<Answered> {
    const key = `${request.reference.text} ${request.architecture} ${request.from}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const resolved = await resolve(loaded, request, options);
    const answer: Answered =
      resolved.outcome === "plan"
        ? { outcome: resolved.plan.decision, json: JSON.stringify(resolved.plan) }
        : { outcome: "errors", problem: resolved.problem };
    known.set(key, answer);
    return answer;
  }
}

type Answered =
  | { readonly outcome: "allow" | "warn" | "block"; readonly json: string }
  | { readonly outcome: "errors"; readonly problem: Problem };

type QuestionQuery = z.output<typeof questionQuery>;
type Question =
  | { readonly outcome: "refused"; readonly problem: Problem }
  | {
      readonly outcome: "question";
      readonly loaded: LoadedCatalog;
      readonly value: unknown;
      readonly query: QuestionQuery;
      readonly headers: Readonly<Record<string, string>>;
    };

function requestOf(value: unknown, query: QuestionQuery): ParsedPlanRequest {
  const asked: Partial<AskedPlan> = typeof value === "object" && value !== null ? value : {};
  const { target, host, facts, arch, from } = asked;
  return planRequestOf({ target, host, facts, arch, from }, { arch: query.arch, verbose: query.verbose ?? false });
}

/** `target` is called as the question calls it. */
function refusalOf(refused: Extract<ParsedPlanRequest, { outcome: "refused" }>, target: string): Problem {
  const field = refused.member === "target" ? target : refused.member;
  return {
    name: refused.problem,
    detail: `${field}: ${refused.reason}`,
    members: { errors: [{ field, message: refused.reason }] },
  };
}

/** What a plan cannot be made without has problems of its own. */
function missingParameter(issues: readonly Issue[]): Problem {
  const isWrong = (field: string) => issues.some(({ path }) => path[0] === field);
  if (isWrong("ref")) {
    return { name: "invalid-reference", detail: "`ref` is one reference of at most 1,024 characters" };
  }
  if (isWrong("arch")) return { name: "missing-architecture", detail: "`arch` is one architecture, such as amd64" };
  return wrongParameters(issues);
}

function tooMany(headers: Readonly<Record<string, string>>): Problem {
  return { name: "rate-limited", detail: "this address has asked too much in a short time", headers };
}

/** A parameter that stands twice is a list, which no schema of a single one takes. */
function queryOf(c: Context): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

/** An answer to one host alone: no cache keeps it. */
function fresh(json: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(json, {
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...commonHeaders, ...headers },
  });
}

// Questions by POST: the host, or the hosts, that somebody sends; read, bounded and never stored.
import { z } from "@hono/zod-openapi";
import { type AskedPlan, type ParsedPlanRequest, planRequestOf } from "../../policies/plan/plan-request.ts";
import { dotted, type Path, pointerTo, withInput, wordsFor } from "../../policies/plan/wrong-member.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { notReady } from "../hot/read-through.ts";
import type { FieldError, Problem } from "../problems.ts";
import type { Api } from "./api.ts";
import { type BodyLimits, refusedBody } from "./json-body.ts";
import type { Posted } from "./posted.ts";
import { wrongParameters } from "./problem-responses.ts";
import { Digest, Flag } from "./words.ts";

export const exampleReference = "ghcr.io/ublue-os/bazzite:stable";

export const Architecture = z.string().min(1).max(64).openapi({
  description: "`amd64`, `arm64` and so on; `x86_64` and `aarch64` are read as those.",
  example: "amd64",
});
export const Verbose = Flag.optional().openapi({
  description: "Whether hazards that are absent are listed too.",
  example: "false",
});

export const PlanQuestion = z
  .object({
    target: z.string().openapi({ description: "The reference.", example: exampleReference }),
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
    from: Digest.optional().openapi({
      description:
        "The digest that is booted, of a host that does not say it itself; another one than the host says is refused.",
    }),
  })
  .openapi("PlanQuestion");

export const questionQuery = z.strictObject({ arch: Architecture.optional(), verbose: Verbose });

export type QuestionQuery = z.output<typeof questionQuery>;
export type AdmittedQuestion = {
  readonly outcome: "admitted";
  readonly query: QuestionQuery;
  /** What the client has left. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bounds: BodyLimits;
  /** As it was when the body began. */
  readonly loaded: LoadedCatalog;
};

export function requestOf(value: unknown, query: QuestionQuery): ParsedPlanRequest {
  const asked: Partial<AskedPlan> = typeof value === "object" && value !== null ? value : {};
  const { target, host, facts, arch, from } = asked;
  return planRequestOf({ target, host, facts, arch, from }, { arch: query.arch, verbose: query.verbose ?? false });
}

type RefusedRequest = Extract<ParsedPlanRequest, { outcome: "refused" }>;

/** Of a question in the address, whose target has another name there. */
export function refusalOf({ problem, path, reason }: RefusedRequest, target: string): Problem {
  const field = path[0] === "target" ? target : dotted(path);
  return { name: problem, detail: `${field}: ${reason}`, members: { errors: [{ field, message: reason }] } };
}

/** Of a question in a body. `within`: where in the body it stands. */
export function refusalOfPosted({ problem, path, reason }: RefusedRequest, within: Path = []): Problem {
  const error: FieldError = { field: dotted(path), message: reason, pointer: pointerTo([...within, ...path]) };
  return { name: problem, detail: `${error.field}: ${reason}`, members: { errors: [error] } };
}

/** The query and the headers, at the cost of one question. */
export function admitQuestion(
  api: Api,
  posted: Posted,
  maxBytes: number,
): AdmittedQuestion | { readonly outcome: "refused"; readonly problem: Problem } {
  const query = questionQuery.safeParse(posted.query, withInput);
  if (!query.success) {
    const issues = query.error.issues.map((issue) => ({ ...issue, message: wordsFor(issue) }));
    return { outcome: "refused", problem: wrongParameters(issues) };
  }
  const share = api.rate.take(posted.client(api.limits.proxyHops), 1);
  if (!share.allowed) return { outcome: "refused", problem: tooMany(share.headers) };
  const { headers } = share;
  const { loaded } = api.catalog;
  if (loaded === undefined) return { outcome: "refused", problem: notReady };
  const bounds: BodyLimits = { maxBytes, maxDepth: api.limits.bodyMaxDepth };
  const wrong = refusedBody(posted, bounds);
  if (wrong !== undefined) return { outcome: "refused", problem: { ...wrong, headers } };
  return { outcome: "admitted", query: query.data, headers, bounds, loaded };
}

export function tooMany(headers: Readonly<Record<string, string>>): Problem {
  return { name: "rate-limited", detail: "this address has asked too much in a short time", headers };
}

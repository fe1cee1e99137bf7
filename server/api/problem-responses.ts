// Problem responses: how the document describes refusals, and how wrong parameters become one.
import { z } from "@hono/zod-openapi";
import { dotted, pointerTo, type WrongMember } from "../../policies/plan/wrong-member.ts";
import { type FieldError, type Problem, type ProblemName, problemKinds } from "../problems.ts";

export const ProblemSchema = z
  .object({
    type: z
      .string()
      .openapi({ description: "Names the kind; its end is stable.", example: "/problems/unknown-reference" }),
    title: z.string().openapi({ example: "No such image is known" }),
    status: z.int().openapi({ example: 404 }),
    detail: z
      .string()
      .openapi({ description: "What was wrong this time, and what to do.", example: "no source declares quay.io/a/b" }),
    instance: z
      .string()
      .openapi({ description: "What was asked for.", example: "/api/v1/resolve?ref=quay.io/a/b&arch=amd64" }),
    errors: z
      .array(
        z.object({
          field: z.string(),
          message: z.string(),
          pointer: z.string().optional().openapi({
            description: "Of a member of the body: where it stands (RFC 6901).",
            example: "#/facts/secureBoot",
          }),
        }),
      )
      .optional()
      .openapi({ description: "The parameters or members that are wrong." }),
    candidates: z
      .array(z.string())
      .optional()
      .openapi({ description: "Known references that look like the one that is not known." }),
    removedAt: z.string().nullable().optional().openapi({ description: "When it was found to be gone." }),
    lastDigest: z.string().nullable().optional().openapi({ description: "What it was last." }),
    successor: z.string().nullable().optional().openapi({ description: "Where to go instead, if that is known." }),
    reason: z.string().nullable().optional().openapi({ description: "Why the last look failed, if one did." }),
    since: z
      .string()
      .optional()
      .openapi({ description: "Since when the registry says, of a tag that it lists, that it has none." }),
    reasons: z
      .array(z.object({ code: z.string(), message: z.string(), evidence: z.record(z.string(), z.unknown()) }))
      .optional()
      .openapi({ description: "Why no host can be made to enforce a trust policy." }),
  })
  .openapi("Problem", { description: "A refusal (RFC 9457). Kinds have members of their own." });

/** The responses of a route that refuses in these ways; kinds of one status share a response. */
export function refusals(...names: readonly ProblemName[]) {
  const byStatus = Map.groupBy(names, (name) => problemKinds[name].status);
  return Object.fromEntries(
    [...byStatus].map(([status, kinds]) => [
      status,
      {
        description: kinds.map((name) => `\`/${name}\`: ${problemKinds[name].title}.`).join(" "),
        content: { "application/problem+json": { schema: ProblemSchema } },
        ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
      },
    ]),
  );
}

const retryAfter = {
  "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" as const }, required: true },
};

export type Issue = {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
};

/** One entry for each wrong or unknown parameter. */
function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const at = issue.path.map(String).join(".");
    if (issue.code !== "unrecognized_keys") return [{ field: at, message: issue.message }];
    return (issue.keys ?? []).map((key) => ({
      field: at === "" ? key : `${at}.${key}`,
      message: "there is no such parameter",
    }));
  });
}

/** The refusal of wrong parameters. */
export function wrongParameters(issues: readonly Issue[]): Problem {
  const errors = fieldErrors(issues);
  return {
    name: "invalid-parameter",
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join("; "),
    members: { errors },
  };
}

/** The refusal of a wrong body. */
export function wrongBody({ path, reason }: WrongMember): Problem {
  const error: FieldError = { field: dotted(path), message: reason, pointer: pointerTo(path) };
  const where = path.length === 0 ? "the body" : error.field;
  return { name: "invalid-body", detail: `${where}: ${reason}`, members: { errors: [error] } };
}

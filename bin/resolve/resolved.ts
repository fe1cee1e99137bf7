// What came of asking for a switch plan, whoever was asked: the local catalog, a server or the registry itself.
import { z } from "zod";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { SwitchPlanSchema } from "../../server/api/switch-plan-schema.ts";
import { CommandError } from "../command-error.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";

export type ResolveQuestion = {
  /** The reference, as it was typed. */
  readonly target: string;
  /** OCI's name; undefined where the host tells it. */
  readonly arch: string | undefined;
  readonly from: string | undefined;
  /** `bootc status --format=json`, parsed. */
  readonly host: unknown;
  readonly verbose: boolean;
};

/** `body` is printed by --json as it came. */
export type Resolved =
  | { readonly outcome: "plan"; readonly plan: SwitchPlan; readonly body: unknown }
  /** A plan in words that this version does not know. */
  | { readonly outcome: "newer-plan"; readonly reason: string; readonly body: unknown }
  | { readonly outcome: "problem"; readonly problem: Problem; readonly body: unknown };

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  detail: z.string().default(""),
  candidates: z.array(z.string()).default([]),
  successor: z.string().nullable().default(null),
});
export type Problem = z.infer<typeof Problem>;

/** Reads an answer of the API. */
export function readAnswer(status: number, body: unknown, who: string): Resolved {
  if (status === 200) {
    const plan = SwitchPlanSchema.safeParse(body);
    if (plan.success) return { outcome: "plan", plan: plan.data as SwitchPlan, body };
    if (z.object({ decision: z.string(), target: z.object({ ref: z.string() }) }).safeParse(body).success) {
      const where = plan.error.issues[0]?.path.join(".") ?? "";
      return {
        outcome: "newer-plan",
        reason: `${who} says something of ${where} that this version does not know`,
        body,
      };
    }
  } else {
    const problem = Problem.safeParse(body);
    if (problem.success) return { outcome: "problem", problem: problem.data, body };
  }
  throw new CommandError(
    "unexpected-answer",
    `${who} answered ${status} with something that is no switch plan: is it a Signalbox?`,
  );
}

export function exitOf(resolved: Resolved): ExitCode {
  switch (resolved.outcome) {
    case "plan":
      return { allow: exitCode.done, warn: exitCode.warn, block: exitCode.block }[resolved.plan.decision];
    case "newer-plan":
      // Whoever does not know a word treats it as the worst (contract.md).
      return exitCode.block;
    case "problem":
      return exitOfProblem(resolved.problem.type);
  }
}

function exitOfProblem(type: string): ExitCode {
  switch (type.slice(type.lastIndexOf("/") + 1)) {
    case "unknown-reference":
    case "removed":
      return exitCode.refused;
    case "invalid-reference":
    case "invalid-host":
    case "missing-architecture":
    case "invalid-parameter":
    case "invalid-body":
    case "body-too-large":
      return exitCode.wrongUse;
    default:
      return exitCode.failed;
  }
}

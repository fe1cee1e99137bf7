// Reading an answer of the API: a plan, a problem, or something that no Signalbox says.
import { z } from "zod";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { SwitchPlanSchema } from "../../server/api/switch-plan-schema.ts";
import { CommandError } from "../command-error.ts";
import type { Resolved } from "./resolved.ts";

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  detail: z.string().default(""),
  candidates: z.array(z.string()).default([]),
  successor: z.string().nullable().default(null),
});

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

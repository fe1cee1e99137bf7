// A hazard: one thing that can go wrong in a switch, and the question whether it does in this one.
import type { DatedLifecycle } from "../make-lifecycle.ts";
import type { PlanInput } from "../plan-input.ts";
import type { HazardId, PlanHazard, PlanTarget, PlanTrust, Severity } from "../switch-plan.ts";

/** What hazards are judged from. */
export type Circumstances = {
  readonly request: PlanInput["request"];
  readonly target: PlanTarget;
  readonly trust: PlanTrust;
  readonly lifecycle: DatedLifecycle;
};

type Detail = Pick<PlanHazard, "advice" | "evidence">;

export type Judgement =
  | { readonly status: "absent" }
  | (Detail & { readonly status: "present"; readonly severity: Severity })
  /** Taken at the highest severity that it could have. */
  | (Detail & { readonly status: "unknown"; readonly needs: PlanHazard["needs"] });

export type Hazard = {
  readonly id: HazardId;
  readonly title: string;
  readonly highest: Severity;
  judge(circumstances: Circumstances): Judgement;
};

export function judgeHazard(hazard: Hazard, circumstances: Circumstances): PlanHazard {
  const judgement = hazard.judge(circumstances);
  const { id, title, highest } = hazard;
  switch (judgement.status) {
    case "absent":
      return { id, severity: highest, status: "absent", title, advice: "", evidence: {}, needs: [] };
    case "present":
      return { id, title, needs: [], ...judgement };
    case "unknown":
      return { id, title, severity: highest, ...judgement };
  }
}

// Making a switch plan: what is known of the target, what a host said of itself, and the decision over all of it.
import { isPublishedRollback } from "../documents/repository-fate.ts";
import { trustForHost } from "../trust/plan-trust.ts";
import { clientReadingOf, heldBack } from "./client-reading.ts";
import { withoutSwitch } from "./commands/without-switch.ts";
import { decide } from "./decide.ts";
import { judgeHazards } from "./hazards/judge-hazards.ts";
import { hostStateOf } from "./host-state.ts";
import { enforcementOf, makeCommands, noCommands } from "./make-commands.ts";
import { makeDelta } from "./make-delta.ts";
import type { PlanInput } from "./plan-input.ts";
import type { SwitchPlan } from "./switch-plan.ts";
import { planTarget, type TargetPlan } from "./target-plan.ts";
import { gatherUnknown, withUnknown } from "./unknown-fields.ts";

export type MadePlan = {
  readonly plan: SwitchPlan;
  /** The next moment at which time alone changes the plan: no cache keeps it longer. Null: never. */
  readonly changesAt: number | null;
};

/** `known`: the same target's plan from an earlier question, within its time. */
export function makePlan(asked: PlanInput, known: TargetPlan = planTarget(asked)): MadePlan {
  const { repository, choice, target, dated } = known;
  const input = { ...asked, repository };
  const { request } = input;
  const whole =
    request.hostTrust === undefined ? known.planned : trustForHost(known.planned, request.hostTrust, target.ref);
  const skopeo = request.host?.facts?.clientVersions?.skopeo ?? null;
  const clientReading = clientReadingOf(whole.trust.consumers.bootc, whole.hostFiles, skopeo);
  const planned = heldBack(whole, clientReading);
  const { trust, hostFiles } = planned;
  const delta = makeDelta(input, choice);
  const host = request.host === undefined ? null : hostStateOf(input, request.host);
  const judged = judgeHazards({
    request,
    target,
    traits: known.traits,
    trust,
    hostFiles,
    clientReading,
    lifecycle: dated,
    delta,
    targetBytes: choice.outcome === "manifest" ? (choice.facts?.layerBytes ?? null) : null,
    wantsCredentials: known.standing.wantsCredentials,
    mayWantCredentials: known.standing.mayWantCredentials,
    host,
  });
  const decided = decide({
    hazards: judged,
    trust,
    signature: known.standing.trust?.signature ?? null,
    isStale: known.isStale,
    isRollback: isUnpublishedRollback(input),
  });
  const ownCommands = () =>
    planned === known.planned
      ? known.commands
      : makeCommands(target.ref, enforcementOf(trust.consumers.bootc, hostFiles, clientReading), known.traits);
  const { observedAt, staleSince } = known;
  const plan = withUnknown(
    {
      target,
      trust,
      lifecycle: dated.lifecycle,
      delta,
      hostHazards: request.host === undefined ? ("not-asked" as const) : ("asked" as const),
      hazards: request.verbose ? judged : judged.filter(({ status }) => status !== "absent"),
      ...decided,
      commands: decided.decision === "block" ? noCommands : withoutSwitch(ownCommands(), host?.cannotSwitch),
      observedAt,
      staleSince,
    },
    { observedAt: "no complete look at it is recorded" },
  );
  return {
    plan: { ...plan, unknown: [...(plan.unknown ?? []), ...known.unknown, ...gatherUnknown({ delta })] },
    changesAt: known.changesAt,
  };
}

function isUnpublishedRollback({ policies, repository, tag, image }: PlanInput): boolean {
  if (tag === null || tag.olderThan === null) return false;
  return !isPublishedRollback(policies.set, repository.name, tag.name, image.digest);
}

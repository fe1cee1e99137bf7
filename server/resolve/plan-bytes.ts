// Plan bytes: a switch plan as JSON, of which what it says of its target alone is written once for all hosts.
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import type { TargetPlan } from "../../policies/plan/target-plan.ts";

export type WrittenTarget = {
  readonly of: TargetPlan;
  readonly head: Buffer;
  readonly commands: Buffer;
  readonly sizeBytes: number;
};

export function writeTarget(of: TargetPlan): WrittenTarget {
  const { target, planned, dated } = of;
  const head = Buffer.from(headOf({ target, trust: planned.trust, lifecycle: dated.lifecycle }));
  const commands = Buffer.from(JSON.stringify(of.commands));
  return { of, head, commands, sizeBytes: head.byteLength + commands.byteLength };
}

/** The very bytes of `JSON.stringify(plan)`. */
export function planBytes(plan: SwitchPlan, { of, head, commands }: WrittenTarget): Buffer<ArrayBuffer> {
  const { delta, hostHazards, hazards, decision, decisionReasons, observedAt, staleSince, unknown } = plan;
  const middle = JSON.stringify({ delta, hostHazards, hazards, decision, decisionReasons });
  const end = JSON.stringify({ observedAt, staleSince, unknown });
  const isOwn = plan.trust === of.planned.trust;
  return Buffer.concat([
    isOwn ? head : Buffer.from(headOf(plan)),
    Buffer.from(`,${middle.slice(1, -1)},"commands":`),
    plan.commands === of.commands ? commands : Buffer.from(JSON.stringify(plan.commands)),
    Buffer.from(`,${end.slice(1)}`),
  ]);
}

/** Without the brace that ends it: other members follow. */
function headOf({ target, trust, lifecycle }: Pick<SwitchPlan, "target" | "trust" | "lifecycle">): string {
  return JSON.stringify({ target, trust, lifecycle }).slice(0, -1);
}

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

/** What a plan says of one host, written. */
export type WrittenHost = {
  /** Null: the target's. */
  readonly head: Buffer | null;
  readonly middle: Buffer;
  /** Null: the target's. */
  readonly commands: Buffer | null;
  readonly end: Buffer;
  readonly sizeBytes: number;
};

export function writeHost(plan: SwitchPlan, { of }: WrittenTarget): WrittenHost {
  const { delta, hostHazards, hazards, decision, decisionReasons, observedAt, staleSince, unknown } = plan;
  const judged = JSON.stringify({ delta, hostHazards, hazards, decision, decisionReasons });
  const rest = JSON.stringify({ observedAt, staleSince, unknown });
  const head = plan.trust === of.planned.trust ? null : Buffer.from(headOf(plan));
  const middle = Buffer.from(`,${judged.slice(1, -1)},"commands":`);
  const commands = plan.commands === of.commands ? null : Buffer.from(JSON.stringify(plan.commands));
  const end = Buffer.from(`,${rest.slice(1)}`);
  const sizeBytes = middle.byteLength + end.byteLength + (head?.byteLength ?? 0) + (commands?.byteLength ?? 0);
  return { head, middle, commands, end, sizeBytes };
}

/** One after the other the very bytes of `JSON.stringify(plan)`: to be sent without being copied. */
export function planParts(host: WrittenHost, target: WrittenTarget): readonly Buffer[] {
  return [host.head ?? target.head, host.middle, host.commands ?? target.commands, host.end];
}

/** Without the brace that ends it: other members follow. */
function headOf({ target, trust, lifecycle }: Pick<SwitchPlan, "target" | "trust" | "lifecycle">): string {
  return JSON.stringify({ target, trust, lifecycle }).slice(0, -1);
}

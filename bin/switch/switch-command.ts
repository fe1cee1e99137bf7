// The one command that a plan may make this program run: `bootc switch` to what was asked for, and nothing else.
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { parseReference } from "../../policies/words/reference.ts";

export type CheckedCommand =
  | {
      readonly outcome: "command";
      /** What follows `bootc`. */
      readonly args: readonly string[];
      readonly ref: string;
      /** Whether the host is told to hold it to its policy.json. */
      readonly isEnforced: boolean;
      /** What bootc must then have staged. */
      readonly digest: string;
    }
  | { readonly outcome: "refused"; readonly reason: string };

const enforce = "--enforce-container-sigpolicy";

/** A service may be wrong or taken over: a plan of another image, or another command, is never run. */
export function checkCommand(asked: string, { target, commands, decision }: SwitchPlan): CheckedCommand {
  const refused = (reason: string): CheckedCommand => ({ outcome: "refused", reason });
  const parsed = parseReference(asked);
  if (parsed.outcome === "invalid") return refused(parsed.reason);
  const { text: ref } = parsed.reference;
  if (target.ref !== ref) return refused(`the plan is of ${target.ref}, not of ${ref}`);
  if (decision === "block" || commands.bootc === null) return refused("the plan has no command");
  const [name, verb, ...rest] = commands.bootc;
  const options = rest.slice(0, -1);
  const isSwitch = name === "bootc" && verb === "switch" && rest.at(-1) === ref;
  if (!isSwitch || options.length > 1 || options.some((option) => option !== enforce)) {
    return refused(`the plan's command is no plain switch to ${ref}: ${commands.bootc.join(" ")}`);
  }
  const { digest } = target.platform;
  if (digest === null) return refused("the plan does not say what this host would get");
  return { outcome: "command", args: ["switch", ...options, ref], ref, isEnforced: options.length > 0, digest };
}

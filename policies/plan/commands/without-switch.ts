// Commands for a host that cannot be switched as it runs now: what installs stays, and a note says why the rest is missing.
import type { PlanCommands } from "../switch-plan.ts";

/** `reason`: undefined or null where it can be switched. */
export function withoutSwitch(commands: PlanCommands, reason: string | null | undefined): PlanCommands {
  if (reason == null || commands.notes === null) return commands;
  const left = commands.notes.filter(({ about }) => !["switch", "upgrade", "rollback", "rpmOstree"].includes(about));
  return { ...commands, bootc: null, rpmOstree: null, notes: [{ about: "switch", text: reason }, ...left] };
}

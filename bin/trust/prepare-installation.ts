// Preparing an installation: what it changes, to be shown first, and then exactly that is done.
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { CommandError } from "../command-error.ts";
import type { HostRoot } from "./host-root.ts";
import { install, locked, readPending, refuseChanged } from "./journal.ts";
import { type Installation, planInstallation } from "./plan-installation.ts";

export type PreparedInstallation = {
  readonly installation: Installation;
  /** Whether a killed run left something, which this one finishes. */
  readonly wasInterrupted: boolean;
  /** All files, or none; refuses where the host's files changed since they were shown. */
  apply(): Promise<void>;
};

export async function prepareInstallation(
  root: HostRoot,
  plan: SwitchPlan,
  now: () => number,
): Promise<PreparedInstallation> {
  const planned = async () => {
    const pending = await readPending(root);
    if (pending !== undefined) await refuseChanged(root, pending);
    return { pending, installation: await planInstallation(root, plan, pending, now()) };
  };
  const { pending, installation } = await planned();
  const { record } = installation;
  return {
    installation,
    wasInterrupted: pending !== undefined,
    apply: () =>
      locked(root, async () => {
        // What was shown is what is done.
        const again = (await planned()).installation;
        if (JSON.stringify(again.record.files) !== JSON.stringify(record.files)) {
          throw new CommandError(
            "interrupted",
            "the host's files changed in the meantime: nothing was done; try again",
          );
        }
        await install(root, record);
      }),
  };
}

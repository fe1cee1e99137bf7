// Preparing an installation: what it changes, to be shown first, and then exactly that is done.
import { isOlderSkopeo } from "../../policies/plan/client-reading.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { bootcRanges } from "../../policies/trust/consumers/consumer-versions.ts";
import { CommandError } from "../command-error.ts";
import type { HostRoot } from "./host-root.ts";
import { install, locked, readPending, refuseChanged } from "./journal.ts";
import { type Installation, planInstallation } from "./plan-installation.ts";
import { TrustError } from "./trust-error.ts";

export type PreparedInstallation = {
  readonly installation: Installation;
  /** The host's skopeo did not tell its version, and not every one that bootc works with reads these files. */
  readonly mayBeUnreadable: boolean;
  /** Whether a killed run left something, which this one finishes. */
  readonly wasInterrupted: boolean;
  /** All files, or none; refuses where the host's files changed since they were shown. */
  apply(): Promise<void>;
};

/** `skopeo`: the version of the host's, through which bootc pulls; null: it is not known. */
export async function prepareInstallation(
  root: HostRoot,
  plan: SwitchPlan,
  now: () => number,
  skopeo: string | null,
): Promise<PreparedInstallation> {
  const planned = async () => {
    const pending = await readPending(root);
    if (pending !== undefined) await refuseChanged(root, pending);
    return { pending, installation: await planInstallation(root, plan, pending, now()) };
  };
  const { pending, installation } = await planned();
  const { record, readFrom } = installation;
  const isOlder = skopeo === null ? null : isOlderSkopeo(skopeo, readFrom);
  if (isOlder === true) {
    throw new TrustError(
      "bad-files",
      `this host has skopeo ${skopeo}, and ${readFrom} is the first that pulls by these files: nothing was installed; update it first`,
    );
  }
  return {
    installation,
    mayBeUnreadable: isOlder === null && readFrom !== bootcRanges[0]?.from,
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

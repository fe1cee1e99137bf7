// All hazards, in the order of their numbers, judged for one plan.
import type { PlanHazard } from "../switch-plan.ts";
import { backendChange, bootloaderMismatch, composefsDigest, secureBootKey } from "./boot-hazards.ts";
import { etcMerge, familyChange, userGroupDrift } from "./content-hazards.ts";
import { desktopChange, firstBootReboot, streamMismatch } from "./desktop-hazards.ts";
import { downgrade } from "./downgrade.ts";
import { hardwareVariant } from "./graphics-hazard.ts";
import { type Circumstances, type HostHazard, planHazard, type TargetHazard } from "./hazard.ts";
import { localModifications } from "./local-modifications.ts";
import { downloadSize, filesystemUnsupported } from "./machine-hazards.ts";
import {
  architectureMismatch,
  boundImages,
  kernelArguments,
  notBootable,
  pinnedDigest,
  registryAuthentication,
  targetUnsupported,
} from "./target-hazards.ts";
import { hostPolicyConflict, signatureNotEnforceable, signerNotTrusted } from "./trust-hazards.ts";

const always = (hazard: TargetHazard) => ({ of: "target" as const, hazard });
const withHost = (hazard: HostHazard) => ({ of: "host" as const, hazard });

const hazards = [
  always(architectureMismatch),
  always(notBootable),
  always(signatureNotEnforceable),
  withHost(signerNotTrusted),
  withHost(userGroupDrift),
  withHost(etcMerge),
  withHost(desktopChange),
  withHost(familyChange),
  withHost(downgrade),
  withHost(backendChange),
  withHost(filesystemUnsupported),
  withHost(secureBootKey),
  withHost(bootloaderMismatch),
  withHost(localModifications),
  always(pinnedDigest),
  withHost(streamMismatch),
  always(targetUnsupported),
  withHost(hardwareVariant),
  withHost(hostPolicyConflict),
  always(registryAuthentication),
  always(boundImages),
  withHost(composefsDigest),
  withHost(downloadSize),
  always(kernelArguments),
  withHost(firstBootReboot),
];

/** Those that depend on the host are judged where it said something of itself. */
export function judgeHazards(circumstances: Circumstances): PlanHazard[] {
  const { host } = circumstances;
  return hazards.flatMap((each) => {
    if (each.of === "target") return [planHazard(each.hazard, each.hazard.judge(circumstances))];
    return host === null ? [] : [planHazard(each.hazard, each.hazard.judge({ ...circumstances, host }))];
  });
}

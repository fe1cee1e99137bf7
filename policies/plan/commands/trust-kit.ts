// Trust kits: what a machine that is yet to be installed needs, so that its very first boot enforces a trust policy.
import type { HostCandidate } from "../../trust/host-files/host-candidate.ts";
import { policyJsonPath } from "../../trust/host-files/host-conflicts.ts";
import type { HostFile } from "../switch-plan.ts";

export type TrustKit = {
  /** Keys, certificates and the file for registries.d: they stand beside whatever a machine has. */
  readonly files: readonly HostFile[];
  /** policy.json for an installer, which has nothing worth keeping. */
  readonly newPolicy: HostFile;
  /** What is merged into the policy.json that the machine's image brings: see merge-policy.ts. */
  readonly sections: string;
};

const made = new WeakMap<HostCandidate, TrustKit>();

/** The same for every image under the policy, so it is made once. */
export function trustKitOf(candidate: HostCandidate): TrustKit {
  const known = made.get(candidate);
  if (known !== undefined) return known;
  const { sections, inner: within, files, registryFile, configuration } = candidate;
  const kit = {
    files: [...files, registryFile],
    newPolicy: { path: policyJsonPath, content: configuration.policyJson },
    sections: `${JSON.stringify({ sections, within }, null, 2)}\n`,
  };
  made.set(candidate, kit);
  return kit;
}

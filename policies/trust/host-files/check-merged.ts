// Checking merged files: what a host would do with its files as they will be, told by the model of containers/image.

import { digestOf } from "../../words/digest.ts";
import { bootcRanges } from "../consumers/consumer-versions.ts";
import { type ContainersImageVersion, type KeySource, readContainersPolicy } from "../consumers/containers-policy.ts";
import { type HostConfiguration, prepareHost, type Read } from "../consumers/prepared-host.ts";
import { simulateContainersImage } from "../consumers/simulate-containers-image.ts";
import type { Sections } from "./policy-json.ts";

export type CheckedMerge =
  /** `refusesUnsigned`: whether the image that was asked for is refused without a signature, as is meant. */
  | { readonly outcome: "works"; readonly refusesUnsigned: boolean; readonly readFrom: string }
  | { readonly outcome: "broken"; readonly reason: string };

/** `configuration`: everything that the host will have. `own`: the sections that were merged in. */
export function checkMerged(configuration: HostConfiguration, image: string, own: Sections): CheckedMerge {
  const reads = bootcRanges.filter((range) => prepareHost(configuration, range.containersImage).outcome === "host");
  const newest = bootcRanges.at(-1);
  const [first] = reads;
  if (first === undefined || newest === undefined || reads.at(-1) !== newest) {
    const host = prepareHost(configuration, newest?.containersImage ?? [5, 22]);
    return { outcome: "broken", reason: host.outcome === "unreadable" ? host.reason : "no version reads the files" };
  }
  const missing = unusableKey(configuration, own, newest.containersImage);
  if (missing !== undefined) return { outcome: "broken", reason: `a key for ${missing} cannot be used` };
  const unsigned = { digest: digestOf(""), found: [], nowMs: 0 };
  const pulled = simulateContainersImage(configuration, image, unsigned, new Map(), newest.containersImage);
  if (pulled.outcome === "unreadable") return { outcome: "broken", reason: pulled.reason };
  return { outcome: "works", refusesUnsigned: pulled.outcome === "refused", readFrom: first.from };
}

/** A file of a key that is none makes a host refuse every image of the scope. */
function unusableKey(
  configuration: HostConfiguration,
  own: Sections,
  version: ContainersImageVersion,
): string | undefined {
  const host = prepareHost(configuration, version);
  const read = readContainersPolicy(configuration.policyJson, version);
  if (host.outcome !== "host" || read.outcome !== "policy") return "policy.json";
  for (const scope of Object.keys(own)) {
    for (const requirement of read.policy.docker.get(scope) ?? []) {
      if (requirement.type === "signedBy" && lacksKeys(requirement.keys, host.keys.openpgpKeys(requirement.keys)))
        return scope;
      if (requirement.type !== "sigstoreSigned") continue;
      const { by, rekor } = requirement;
      if (by.kind === "keys" && lacksKeys(by.keys, host.keys.publicKeys(by.keys))) return scope;
      if (by.kind === "fulcio" && lacksKeys(by.ca, host.keys.certificates(by.ca))) return scope;
      if (rekor !== null && lacksKeys(rekor, host.keys.logs(rekor))) return scope;
    }
  }
  return undefined;
}

/** One that cannot be read is as bad as none: it is the whole list that is refused. */
function lacksKeys(source: KeySource, read: Read<unknown>): boolean {
  return "missing" in read || read.values.length < ("paths" in source ? source.paths.length : source.data.length);
}

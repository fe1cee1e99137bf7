// A model of containers/image: what bootc's proxy, podman and skopeo do with a host's files and a manifest's signatures.
import type { Digest } from "../../words/digest.ts";
import type { TrustedRoot } from "../trusted-root.ts";
import type { ContainersImageVersion, ContainersPolicy, Requirement } from "./containers-policy.ts";
import { type DockerReference, parseDockerReference, sectionsFor } from "./docker-reference.ts";
import { askOpenpgp, isInLookaside } from "./openpgp-requirement.ts";
import { type HostConfiguration, prepareHost } from "./prepared-host.ts";
import { type Pull, type PulledManifest, rejected, type Simulated } from "./pull.ts";
import { lookasideOf, usesAttachments } from "./registries-config.ts";
import { askSigstore, isInSigTag } from "./sigstore-requirement.ts";

/**
 * Reads the very files that a host has. `image`: the reference that the host asks for, of which `manifest` is the
 * index or the manifest that the program looks at.
 */
export function simulateContainersImage(
  configuration: HostConfiguration,
  image: string,
  manifest: PulledManifest,
  roots: ReadonlyMap<Digest, TrustedRoot>,
  version: ContainersImageVersion,
): Simulated {
  const reference = parseDockerReference(image);
  if (reference === undefined) return { outcome: "unreadable", reason: "the image's name is no reference" };
  const host = prepareHost(configuration, version);
  if (host.outcome === "unreadable") return host;
  const pull: Pull = { host, reference, manifest, roots };
  for (const requirement of requirementsFor(host.policy, reference)) {
    const outcome = ask(pull, requirement);
    if (outcome.outcome !== "accepted") return outcome;
  }
  return { outcome: "accepted" };
}

/** The one section that speaks: the most specific, else the transport's, else the default. All of it must be met. */
export function requirementsFor(policy: ContainersPolicy, image: DockerReference): readonly Requirement[] {
  const name = [...sectionsFor(image), ""].find((section) => policy.docker.has(section));
  return (name === undefined ? undefined : policy.docker.get(name)) ?? policy.default;
}

function ask(pull: Pull, requirement: Requirement): Simulated {
  switch (requirement.type) {
    case "insecureAcceptAnything":
      return { outcome: "accepted" };
    case "reject":
    // It was never built (signature/policy_eval_baselayer.go).
    case "signedBaseLayer":
      return rejected;
    case "signedBy":
      return unreadable(pull) ?? askOpenpgp(pull, requirement);
    case "sigstoreSigned":
      return unreadable(pull) ?? askSigstore(pull, requirement);
  }
}

/** It reads all signatures that it is told of before it looks at any: one that cannot be read hides all others. */
function unreadable({ host, reference, manifest }: Pull): Simulated | undefined {
  const readsTag = usesAttachments(host.registries, reference);
  const lookaside = lookasideOf(host.registries, reference);
  const unread = manifest.found.find((each) => {
    const isLost = each.finding.reasons.some(({ code }) => code === "REGISTRY_ERROR");
    if (readsTag && isInSigTag(each)) return isLost;
    return isInLookaside(each, lookaside) && (isLost || each.finding.isForeign === true);
  });
  if (unread === undefined) return undefined;
  return { outcome: "refused", refusals: [{ code: "unreadable", evidence: unread.finding.evidence }] };
}

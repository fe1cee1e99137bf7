// The host's policy: what its policy.json asks of one image, as containers/image reads it.
import {
  type ContainersPolicy,
  type Requirement,
  readContainersPolicy,
} from "../../trust/consumers/containers-policy.ts";
import { parseDockerReference, sectionsFor } from "../../trust/consumers/docker-reference.ts";

export type HostPolicy =
  | { readonly outcome: "asks"; readonly requirements: readonly Requirement[]; readonly section: string }
  /** Nothing is asked. */
  | { readonly outcome: "accepts"; readonly section: string }
  /** containers/image refuses the file, and with it every pull. */
  | { readonly outcome: "unreadable"; readonly reason: string };

/** Newer than any: what even this cannot read, no host can. */
const newest = [5, 99] as const;

/** Three hazards ask about the same image. */
const remembered = new WeakMap<object, { readonly image: string; readonly policy: HostPolicy }>();

/** `image`: the reference that the host asks for. */
export function hostPolicyFor(policyJson: Readonly<Record<string, unknown>>, image: string): HostPolicy {
  const known = remembered.get(policyJson);
  if (known?.image === image) return known.policy;
  const policy = readPolicy(policyJson, image);
  remembered.set(policyJson, { image, policy });
  return policy;
}

function readPolicy(policyJson: Readonly<Record<string, unknown>>, image: string): HostPolicy {
  const read = readContainersPolicy(JSON.stringify(policyJson), newest);
  if (read.outcome === "invalid") return { outcome: "unreadable", reason: read.reason };
  const { section, requirements } = speaking(read.policy, image);
  const isOpen = requirements.every(({ type }) => type === "insecureAcceptAnything");
  return isOpen ? { outcome: "accepts", section } : { outcome: "asks", requirements, section };
}

/** The most specific section of the transport, then the transport's own, then the default. */
function speaking(
  policy: ContainersPolicy,
  image: string,
): { readonly section: string; readonly requirements: readonly Requirement[] } {
  const reference = parseDockerReference(image);
  for (const section of [...(reference === undefined ? [] : sectionsFor(reference)), ""]) {
    const requirements = policy.docker.get(section);
    if (requirements !== undefined) return { section: section === "" ? "docker" : section, requirements };
  }
  return { section: "default", requirements: policy.default };
}

// Private names: what lies on a registry that is read with credentials, and is no business of strangers.
import { isInScope } from "../words/pattern.ts";
import type { PolicySet } from "./policy-set.ts";
import { visibilityOf } from "./registry-document.ts";

/** Whether a host, repository or reference lies on a private registry of these documents. */
export function privateNames(set: Pick<PolicySet, "registries">): (name: string) => boolean {
  const hosts = set.registries.filter((registry) => visibilityOf(registry) === "private").map(({ host }) => host);
  return (name) => hosts.some((host) => isInScope(host, name));
}

// Which trust policy speaks for a repository: the one with the longest scope that holds its name.
import { withHubHost } from "../words/docker-hub.ts";
import { isInScope } from "../words/pattern.ts";
import { parseRepository } from "../words/reference.ts";
import type { PolicySet } from "./policy-set.ts";
import type { TrustDocument } from "./trust-document.ts";

export type TrustClaim = {
  readonly policy: TrustDocument;
  /** The scope that holds the repository. */
  readonly scope: string;
  /** The name that was compared: of a mirror, the name of what it mirrors. */
  readonly comparedName: string;
};

/** The name that scopes and signed references are compared with: a mirror's host is replaced by what it mirrors. */
export function comparedName(set: Pick<PolicySet, "registries">, repository: string): string {
  const name = parseRepository(repository);
  const mirrored = set.registries.find((registry) => registry.host === name?.host)?.mirrorOf;
  return name === undefined || mirrored === undefined ? repository : `${mirrored}/${name.path}`;
}

/** Undefined: nobody declared who may sign for this repository. */
export function trustPolicyFor(
  set: Pick<PolicySet, "registries" | "trust">,
  repository: string,
): TrustClaim | undefined {
  const compared = comparedName(set, repository);
  const name = withHubHost(compared);
  let best: { readonly claim: TrustClaim; readonly length: number } | undefined;
  for (const policy of set.trust) {
    for (const scope of policy.scopes) {
      const known = withHubHost(scope);
      if (!isInScope(known, name) || (best !== undefined && known.length <= best.length)) continue;
      best = { claim: { policy, scope, comparedName: compared }, length: known.length };
    }
  }
  return best?.claim;
}

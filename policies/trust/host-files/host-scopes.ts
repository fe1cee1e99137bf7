// Host scopes: the sections of policy.json and registries.d that stand for a trust policy's scopes.

import type { TrustDocument } from "../../documents/trust-document.ts";
import { libraryTwin, withHubHost } from "../../words/docker-hub.ts";
import { isInScope } from "../../words/pattern.ts";
import type { TrustIndex, TrustRules } from "../trust-rules.ts";
import type { SignedIdentity } from "./host-requirements.ts";

export type HostScopes = {
  readonly scopes: readonly string[];
  readonly signedIdentity: SignedIdentity;
};

/**
 * A host asks for a mirror by the mirror's name, and its signatures name what is mirrored. `remapIdentity` takes no
 * signature without a tag, and cosign signs none with one: where the image is such, the one repository is named.
 */
export function hostScopes(rules: TrustRules, document: TrustDocument): readonly HostScopes[] {
  const { mirror, repository, comparedName } = rules;
  if (mirror === null) {
    return [{ scopes: document.scopes.map(withHubHost), signedIdentity: { type: "matchRepository" } }];
  }
  const { host, mirrorOf } = mirror;
  const scopes = document.scopes.flatMap((scope) => mirroredScope(scope, host, mirrorOf));
  return [
    { scopes, signedIdentity: { type: "remapIdentity", prefix: host, signedPrefix: mirrorOf } },
    {
      scopes: [repository],
      signedIdentity: { type: "exactRepository", dockerRepository: comparedName },
    },
  ];
}

/** A scope as a host that pulls from the mirror names it; none where the mirror holds nothing of it. */
function mirroredScope(named: string, host: string, mirrored: string): readonly string[] {
  const [scope, mirrorOf] = [withHubHost(named), withHubHost(mirrored)];
  if (isInScope(mirrorOf, scope)) return [`${host}${scope.slice(mirrorOf.length)}`];
  return isInScope(scope, mirrorOf) ? [host] : [];
}

/**
 * Scopes of other policies within these: whoever signs for the wider scope may not speak there, and a host that
 * knows the wider section alone would let him.
 */
export function innerPolicies(
  { set }: TrustIndex,
  rules: TrustRules,
  document: TrustDocument,
): readonly { readonly document: TrustDocument; readonly scopes: readonly string[] }[] {
  const isInner = (named: string) => {
    const scope = withHubHost(named);
    return document.scopes.map(withHubHost).some((wider) => wider !== scope && isInScope(wider, scope));
  };
  return set.trust
    .filter((other) => other !== document)
    .map((other) => ({
      document: other,
      scopes: other.scopes
        .filter(isInner)
        .flatMap((scope) =>
          rules.mirror === null ? [withHubHost(scope)] : mirroredScope(scope, rules.mirror.host, rules.mirror.mirrorOf),
        ),
    }))
    .filter(({ scopes }) => scopes.length > 0);
}

/**
 * Names within these scopes that another policy's scope may mean, as Docker Hub's are written: to hosts they are the
 * same, so that neither policy's signers may speak for them.
 */
export function contestedScopes({ set }: TrustIndex, rules: TrustRules, document: TrustDocument): readonly string[] {
  if (rules.mirror !== null) return [];
  const own = document.scopes.map(withHubHost);
  return set.trust
    .filter((other) => other !== document)
    .flatMap((other) => other.scopes.flatMap((scope) => libraryTwin(scope) ?? []))
    .filter((twin) => !own.includes(twin) && own.some((scope) => isInScope(scope, twin)));
}

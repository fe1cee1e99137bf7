// signedBy: which OpenPGP signatures containers/image takes from a lookaside (signature/policy_eval_signedby.go).
import { type ContainersImageVersion, isAtLeast, type Requirement } from "./containers-policy.ts";
import { matchesIdentity } from "./match-identity.ts";
import { anyOf, type Pull, rejected, type Simulated } from "./pull.ts";
import { lookasideOf } from "./registries-config.ts";

/** Before, it knew only the fingerprints of primary keys (containers/image#2905). */
const takesSubkeys: ContainersImageVersion = [5, 37];

export function askOpenpgp(pull: Pull, requirement: Extract<Requirement, { type: "signedBy" }>): Simulated {
  const { host, manifest, reference } = pull;
  // Of the other kinds the file may speak, and none was ever built.
  if (requirement.keyType !== "GPGKeys") return rejected;
  const keys = host.keys.openpgpKeys(requirement.keys);
  if ("missing" in keys) return { outcome: "unknown", missing: keys.missing };
  const base = withoutSlash(lookasideOf(host.registries, reference));
  const shown = manifest.found.filter(
    ({ finding, place }) =>
      finding.format === "openpgp-lookaside" && place.via === "lookaside" && withoutSlash(place.base) === base,
  );
  return anyOf(shown, ({ finding }) => {
    const { signer, claims, valid, validUntilMs } = finding;
    if (signer?.type !== "openpgp" || !keys.values.includes(signer.fingerprint)) return "other-signer";
    if (signer.signingKey !== signer.fingerprint && !isAtLeast(host.version, takesSubkeys)) return "subkey";
    const isExpired = validUntilMs !== null && manifest.nowMs >= validUntilMs;
    if (valid !== true || isExpired) return "payload";
    if (claims?.type !== "simple-signing" || claims.digest !== manifest.digest) return "payload";
    return matchesIdentity(requirement.identity, reference, claims.reference) ? undefined : "reference";
  });
}

function withoutSlash(base: string | null): string | null {
  return base?.replace(/\/+$/, "") ?? null;
}

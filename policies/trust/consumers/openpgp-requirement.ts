// signedBy: which OpenPGP signatures containers/image takes from a lookaside (signature/policy_eval_signedby.go).
import type { SignatureFinding } from "../finding.ts";
import type { FoundEvidence } from "../found-evidence.ts";
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
  const base = lookasideOf(host.registries, reference);
  const shown = manifest.found.filter((each) => isInLookaside(each, base));
  return anyOf(shown, ({ finding }) => {
    const { signer, claims, valid, validUntilMs } = finding;
    if (signer?.type !== "openpgp" || !keys.values.includes(signer.fingerprint)) return "other-signer";
    if (signer.signingKey !== signer.fingerprint && !isAtLeast(host.version, takesSubkeys)) return "subkey";
    const isExpired = validUntilMs !== null && manifest.nowMs >= validUntilMs;
    if ((valid !== true && !isBySha1(finding)) || isExpired) return "payload";
    if (claims?.type !== "simple-signing" || claims.digest !== manifest.digest) return "payload";
    return matchesIdentity(requirement.identity, reference, claims.reference) ? undefined : "reference";
  });
}

/** `base` null: the host looks in none. */
export function isInLookaside({ finding, place }: FoundEvidence, base: string | null): boolean {
  if (finding.format !== "openpgp-lookaside" || place.via !== "lookaside") return false;
  return withoutSlash(place.base) === withoutSlash(base);
}

/** gpg takes SHA-1 still; everything else that keeps a signature from being judged keeps gpg from taking it. */
function isBySha1({ reasons, signature }: SignatureFinding): boolean {
  return (
    signature.holds === true &&
    signature.algorithm?.endsWith("-sha1") === true &&
    reasons.every(({ code }) => code === "ALG_UNSUPPORTED")
  );
}

function withoutSlash(base: string | null): string | null {
  return base?.replace(/\/+$/, "") ?? null;
}

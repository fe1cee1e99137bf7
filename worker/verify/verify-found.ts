// Verifying what was found: each piece of evidence once for each set of keys and roots, and joined with what was known.
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import type { EvidencePlace, FoundEvidence } from "../../policies/trust/found-evidence.ts";
import type { Digest } from "../../policies/words/digest.ts";
import { placeKey } from "../find-signatures/evidence-place.ts";
import { type Evidence, type EvidenceProblem, evidenceDigest } from "../signatures/evidence.ts";
import type { SignatureLimits } from "../signatures/limits.ts";
import { findingOfProblem, type GivenTrust, verifyEvidence } from "../signatures/verify-evidence.ts";

export type SeenEvidence = {
  readonly finding: SignatureFinding;
  readonly place: EvidencePlace;
  readonly carrier: Digest | null;
};

export type Verifier = {
  readonly trust: GivenTrust;
  readonly now: () => number;
  readonly limits: SignatureLimits;
};

/** Whether everything that would be tried has been tried: then another look at the bytes says nothing new. */
export function isTried({ format, tried }: SignatureFinding, trust: GivenTrust): boolean {
  if (format === "openpgp-lookaside") {
    return trust.openpgp.every(({ fingerprint }) => tried.openpgp.includes(fingerprint));
  }
  return (
    trust.keys.every(({ fingerprint }) => tried.keys.includes(fingerprint)) &&
    trust.unsupportedKeys.every((fingerprint) => tried.keys.includes(fingerprint)) &&
    trust.roots.every(({ digest }) => tried.trustRoots.includes(digest))
  );
}

/** `known`: findings by content address, which stand where nothing new is to be tried. */
export async function verifyAll(
  evidence: readonly Evidence[],
  known: ReadonlyMap<string, SignatureFinding>,
  { trust, now, limits }: Verifier,
): Promise<Map<Evidence, SignatureFinding>> {
  const findings = new Map<Evidence, SignatureFinding>();
  const made = new Map<string, SignatureFinding>();
  for (const each of evidence) {
    const digest = evidenceDigest(each);
    const before = made.get(digest) ?? known.get(digest);
    const finding =
      before !== undefined && isTried(before, trust) ? before : await verifyEvidence(each, trust, now(), limits);
    made.set(digest, finding);
    findings.set(each, finding);
  }
  return findings;
}

export function problemFinding(problem: EvidenceProblem): SignatureFinding {
  return findingOfProblem(problem);
}

/** What could not be looked at, and may be at the next look: it is shown while that is so, and not kept. */
function isPassing({ finding }: FoundEvidence): boolean {
  return (
    finding.valid === null &&
    finding.reasons.length > 0 &&
    finding.signature.holds === null &&
    finding.tried.keys.length + finding.tried.openpgp.length + finding.tried.trustRoots.length === 0 &&
    finding.reasons.every(({ code }) => code === "REGISTRY_ERROR" || code === "LIMIT_EXCEEDED")
  );
}

/** What is known after a look. `complete`: what it did not see is not shown any more; evidence is never forgotten. */
export function joinFound(
  known: readonly FoundEvidence[],
  seen: readonly SeenEvidence[],
  complete: boolean,
  at: number,
): readonly FoundEvidence[] {
  const firstSeen = new Map<string, number>();
  for (const { finding, firstSeenAt } of known) {
    firstSeen.set(finding.evidence, Math.min(firstSeenAt, firstSeen.get(finding.evidence) ?? firstSeenAt));
  }
  const joined = new Map<string, FoundEvidence>();
  for (const each of known) {
    if (complete && isPassing(each)) continue;
    joined.set(keyOf(each), complete ? { ...each, shown: false } : each);
  }
  for (const each of seen) {
    joined.set(keyOf(each), { ...each, firstSeenAt: firstSeen.get(each.finding.evidence) ?? at, shown: true });
  }
  return [...joined.values()];
}

function keyOf({ finding, place }: Pick<FoundEvidence, "finding" | "place">): string {
  return `${finding.evidence} ${placeKey(place)}`;
}

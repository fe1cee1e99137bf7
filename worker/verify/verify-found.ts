// Verifying what was found: each piece of evidence once for each set of keys and roots, and joined with what was known.
import type { SignatureFinding } from "../../policies/trust/finding.ts";
import { type EvidencePlace, type FoundEvidence, isUnread } from "../../policies/trust/found-evidence.ts";
import type { Digest } from "../../policies/words/digest.ts";
import { placeKey } from "../find-signatures/evidence-place.ts";
import { checksVersion } from "../signatures/checks-version.ts";
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

/**
 * Whether it was made by these checks with exactly what is given now, and time has not overtaken it: then another look at the bytes
 * says nothing new. More than is given is not enough: what was believed then may be what it rests on.
 */
export function isTried(finding: SignatureFinding, trust: GivenTrust, now: number): boolean {
  const { format, tried, trustRoot } = finding;
  if (isOvertaken(finding, now) || (tried.checks ?? 0) < checksVersion) return false;
  if (format === "openpgp-lookaside") {
    return isSame(
      tried.openpgp,
      trust.openpgp.map(({ exactly }) => exactly),
    );
  }
  // The same root under another name is believed by other policies.
  const isOfRoot = trustRoot === null || trust.roots.some(({ name }) => name === trustRoot.name);
  return (
    isOfRoot &&
    isSame(tried.keys, [...trust.keys.map(({ fingerprint }) => fingerprint), ...trust.unsupportedKeys]) &&
    isSame(
      tried.trustRoots,
      trust.roots.map(({ digest }) => digest),
    )
  );
}

/** Whether the moment has come at which time alone makes it say something else. */
export function isOvertaken({ validUntilMs, validFromMs }: SignatureFinding, now: number): boolean {
  return [validUntilMs, validFromMs].some((moment) => typeof moment === "number" && moment <= now);
}

function isSame(before: readonly string[], given: readonly string[]): boolean {
  const known = new Set(before);
  return known.size === new Set(given).size && given.every((each) => known.has(each));
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
    const isKnown = before !== undefined && (made.has(digest) || isTried(before, trust, now()));
    const finding = isKnown ? before : await verifyEvidence(each, trust, now(), limits);
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

/**
 * What is known after a look. `complete`: what it did not see is not shown any more; evidence is never forgotten. What
 * refers to the manifest and is listed otherwise than before has moved: it does not stand where it stood as well.
 */
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
  const made = new Map(seen.map(({ finding }) => [finding.evidence, finding]));
  const keys = new Set(seen.map(keyOf));
  const referring = new Set(seen.filter(isReferrer).map(({ finding }) => finding.evidence));
  const hasMoved = (each: FoundEvidence) =>
    isReferrer(each) && referring.has(each.finding.evidence) && !keys.has(keyOf(each));
  for (const each of known) {
    if (complete && (isPassing(each) || hasMoved(each))) continue;
    // The same bytes in another place, which shows them no longer: what was found out now is true of them, too.
    const finding = made.get(each.finding.evidence) ?? each.finding;
    joined.set(keyOf(each), { ...each, finding, shown: complete ? false : each.shown });
  }
  for (const each of seen) {
    joined.set(keyOf(each), { ...each, firstSeenAt: firstSeen.get(each.finding.evidence) ?? at, shown: true });
  }
  return [...joined.values()];
}

function isReferrer({ place }: Pick<FoundEvidence, "place">): boolean {
  return place.via === "referrers" || isUnread(place);
}

function keyOf({ finding, place }: Pick<FoundEvidence, "finding" | "place">): string {
  return `${finding.evidence} ${placeKey(place)}`;
}

// Signing times: when a signature was made, as far as anybody but its signer says so, and whether its signer counted then.
import { formatTimestamp } from "../images/timestamp.ts";
import type { LogEntryFinding, SignatureFinding } from "./finding.ts";
import type { FoundEvidence } from "./found-evidence.ts";
import { reason, type TrustReason } from "./reasons.ts";
import type { PolicyRules, SignerRule, SignerTerms } from "./trust-rules.ts";

const lastDateMs = 8_640_000_000_000_000;

/** RFC 3339; null for what no calendar has: a log may promise any number. */
export function timeText(ms: number): string | null {
  return Math.abs(ms) <= lastDateMs ? formatTimestamp(ms) : null;
}

/** Whether an entry proves that this very signature is in a log. */
export function isLogged({ log }: SignatureFinding): boolean {
  return log.some(holds);
}

/** Whether a log promised this very signature (SET): older programs take no other proof. */
export function isPromised({ log }: SignatureFinding): boolean {
  return log.some((entry) => holds(entry) && entry.promise === "holds");
}

function holds({ promise, inclusion, body }: LogEntryFinding): boolean {
  const proofs = [promise, inclusion];
  return body === "holds" && proofs.includes("holds") && !proofs.includes("fails");
}

/**
 * The earliest moment that a log or a timestamp proves; null: none. An entry of a kind whose body cannot be compared
 * proves nothing of this signature: whoever stole a key could lay an old one beside what he signs today.
 */
export function provenTimeMs(finding: SignatureFinding): number | null {
  const logged = finding.log.flatMap((entry) =>
    holds(entry) && entry.promise === "holds" && entry.integratedAtMs !== null ? [entry.integratedAtMs] : [],
  );
  const stamped = finding.times.flatMap(({ from, atMs }) => (from === "timestamp" ? [atMs] : []));
  const times = [...logged, ...stamped];
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * Whether log and time of a signature by a key were proven under a root that its policy would believe: the
 * public-good one, or one that it names. Another policy's private log must not decide here.
 */
export function proofsCount(finding: SignatureFinding, policy: PolicyRules): boolean {
  const root = finding.trustRoot;
  if (root === null) return false;
  return (
    root.name === "public-good" ||
    policy.signers.some((signer) => signer.type === "identity" && signer.trustRoot.digest === root.digest)
  );
}

export type Standing =
  /** `byProof`: a log or timestamp decided, where first sight would not have been enough. */
  { readonly counts: true; readonly byProof: boolean } | { readonly counts: false; readonly reason: TrustReason };

/** Whether a signature by this signer counts, by when it was made. `provenMs` null: first sight decides. */
export function standingOf(signer: SignerTerms, found: FoundEvidence, provenMs: number | null, now: number): Standing {
  const madeAt = provenMs ?? found.firstSeenAt;
  const { revoked, validFromMs, validUntilMs } = signer;
  const known = provenMs === null ? "first seen" : "made";
  const evidence = { signatures: [found.finding.evidence], signer: signer.id, at: timeText(madeAt) };
  if (revoked !== null && now >= revoked.atMs) {
    const since = timeText(revoked.atMs);
    const isOlder =
      revoked.reason === "compromised" ? provenMs !== null && provenMs < revoked.atMs : madeAt < revoked.atMs;
    if (!isOlder) {
      const why =
        revoked.reason === "compromised"
          ? `was compromised, and no log or timestamp proves that this was signed before ${since}`
          : `was replaced at ${since}, and this was ${known} later`;
      return {
        counts: false,
        reason: reason("KEY_REVOKED", `${signer.id} ${why}: sign with a key in force`, evidence),
      };
    }
  }
  if (validFromMs !== null && madeAt < validFromMs) {
    const message = `this was ${known} before ${signer.id} is valid (${timeText(validFromMs)})`;
    return { counts: false, reason: reason("KEY_WINDOW", message, evidence) };
  }
  if (validUntilMs !== null && madeAt >= validUntilMs) {
    const message = `this was ${known} after ${signer.id} ended (${timeText(validUntilMs)}): sign with a key in force`;
    return { counts: false, reason: reason("KEY_WINDOW", message, evidence) };
  }
  const isBound = revoked !== null || validFromMs !== null || validUntilMs !== null;
  return { counts: true, byProof: isBound && provenMs !== null };
}

/** Whether hosts are given this signer: in force now, and not on its way out. */
export function isGivenOut(signer: SignerRule, now: number): boolean {
  const { role, revoked, validFromMs, validUntilMs } = signer;
  if (role === "retired" || (revoked !== null && now >= revoked.atMs)) return false;
  return (validFromMs === null || validFromMs <= now) && (validUntilMs === null || now < validUntilMs);
}

/** The moments at which a signer's standing changes by time alone. */
export function momentsOf({ revoked, validFromMs, validUntilMs }: SignerTerms): readonly number[] {
  return [revoked?.atMs ?? null, validFromMs, validUntilMs].filter((moment) => moment !== null);
}

/** The first moment after now; null: none. */
export function nextMoment(moments: readonly (number | null)[], now: number): number | null {
  const ahead = moments.filter((moment) => moment !== null).filter((moment) => moment > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

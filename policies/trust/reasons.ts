// Reasons: what a verdict rests on, by the codes of contract.md, section 2, and in words that a publisher can act on.
import type { Reason } from "../plan/switch-plan.ts";
import type { FindingCode } from "./finding.ts";

export type TrustCode =
  | FindingCode
  | "PENDING"
  | "NO_SIGNATURE"
  | "NO_POLICY"
  | "WRONG_KEY"
  | "IDENTITY_MISMATCH"
  | "ISSUER_MISMATCH"
  | "REFERENCE_MISMATCH"
  | "THRESHOLD"
  | "TLOG_REQUIRED"
  | "ATTESTATION_MISSING"
  | "BUILDER_MISMATCH"
  | "SOURCE_MISMATCH"
  | "INDEX_UNSIGNED"
  | "INSTANCE_UNSIGNED"
  | "SIGNATURE_GONE"
  | "FORMAT_UNSEEN_BY_CONSUMER"
  | "IDENTITY_INEXPRESSIBLE"
  | "POLICY_INEXPRESSIBLE";

export type TrustReason = Reason & { readonly code: TrustCode };

export function reason(code: TrustCode, message: string, evidence: Reason["evidence"] = {}): TrustReason {
  return { code, message, evidence };
}

/** Enough to find them; a registry may show a thousand of one kind. */
const signaturesNamed = 20;

/** One reason for each code, in the order in which they came, with the signatures of all that had it. */
export function mergeReasons(reasons: readonly TrustReason[]): TrustReason[] {
  const byCode = new Map<TrustCode, TrustReason>();
  for (const next of reasons) {
    const before = byCode.get(next.code);
    byCode.set(next.code, before === undefined ? next : { ...before, evidence: join(before.evidence, next.evidence) });
  }
  return [...byCode.values()];
}

function join(before: Reason["evidence"], next: Reason["evidence"]): Reason["evidence"] {
  const signatures = [...new Set([...listOf(before), ...listOf(next)])].slice(0, signaturesNamed);
  return signatures.length === 0 ? before : { ...before, signatures };
}

function listOf(evidence: Reason["evidence"]): readonly unknown[] {
  const list = evidence.signatures;
  return Array.isArray(list) ? list : [];
}

// The decision: whether a host may switch, and what decided (contract.md, section 2, "Decision").
import type { Decision, PlanHazard, PlanTrust, Verdict } from "./switch-plan.ts";

export type Circumstances = {
  readonly hazards: readonly PlanHazard[];
  readonly trust: Pick<PlanTrust, "verdict" | "reasons">;
  /** What the trust policy says a missing signature means; null: no policy speaks for the repository. */
  readonly signature: "required" | "expected" | null;
  /** Nobody has seen for more than seven days that this is still so. */
  readonly isStale: boolean;
  /** The tag went back to an older build, and nobody has published that this was meant. */
  readonly isRollback: boolean;
};

export type Decided = { readonly decision: Decision; readonly decisionReasons: readonly string[] };

/** Only what decided is named: what would have warned is left out where something else blocks. */
export function decide(circumstances: Circumstances): Decided {
  const blocking = reasonsToBlock(circumstances);
  if (blocking.length > 0) return { decision: "block", decisionReasons: blocking };
  const warning = reasonsToWarn(circumstances);
  if (warning.length > 0) return { decision: "warn", decisionReasons: warning };
  return { decision: "allow", decisionReasons: [] };
}

function reasonsToBlock({ hazards, trust, signature }: Circumstances): string[] {
  const present = hazards.filter(({ severity, status }) => severity === "block" && status === "present");
  return unique([...present.map(({ id }) => id), ...(verdictBlocks(trust.verdict, signature) ? codesOf(trust) : [])]);
}

function verdictBlocks(verdict: Verdict, signature: Circumstances["signature"]): boolean {
  switch (verdict) {
    case "invalid":
    case "untrusted":
      return true;
    case "unsigned":
    case "indeterminate":
    case "pending":
      return signature === "required";
    case "verified":
    case "no-policy":
      return false;
  }
}

function reasonsToWarn({ hazards, trust, isStale, isRollback }: Circumstances): string[] {
  const warning = hazards.filter(
    ({ severity, status }) =>
      (severity === "warn" && status === "present") || (severity === "block" && status === "unknown"),
  );
  return unique([
    ...warning.map(({ id }) => id),
    ...(trust.verdict === "verified" ? [] : codesOf(trust)),
    ...(isStale ? ["STALE"] : []),
    ...(isRollback ? ["TAG_ROLLBACK"] : []),
  ]);
}

/** A verdict that decides is never without a code. */
function codesOf(trust: Circumstances["trust"]): readonly string[] {
  const codes = trust.reasons.map(({ code }) => code);
  return codes.length > 0 ? codes : [trust.verdict.toUpperCase().replaceAll("-", "_")];
}

function unique(reasons: readonly string[]): string[] {
  return [...new Set(reasons)];
}

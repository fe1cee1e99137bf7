// What came of asking for a switch plan, whoever was asked: the local catalog, a server or the registry itself.
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";

export type ResolveQuestion = {
  /** The reference, as it was typed. */
  readonly target: string;
  /** OCI's name; undefined where the host tells it. */
  readonly arch: string | undefined;
  readonly from: string | undefined;
  /** `bootc status --format=json`, parsed. */
  readonly host: unknown;
  /** What else the host tells of itself (contract.md, section 2). */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly verbose: boolean;
};

/** `body` is printed by --json as it came. */
export type Resolved =
  | { readonly outcome: "plan"; readonly plan: SwitchPlan; readonly body: unknown }
  /** A plan in words that this version does not know. */
  | { readonly outcome: "newer-plan"; readonly reason: string; readonly body: unknown }
  | { readonly outcome: "problem"; readonly problem: Problem; readonly body: unknown };

/** What is used of a problem document (RFC 9457). */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly candidates: readonly string[];
  readonly successor: string | null;
};

export function exitOf(resolved: Resolved): ExitCode {
  switch (resolved.outcome) {
    case "plan":
      return { allow: exitCode.done, warn: exitCode.warn, block: exitCode.block }[resolved.plan.decision];
    case "newer-plan":
      // Whoever does not know a word treats it as the worst (contract.md).
      return exitCode.block;
    case "problem":
      return exitOfProblem(resolved.problem.type);
  }
}

function exitOfProblem(type: string): ExitCode {
  switch (type.slice(type.lastIndexOf("/") + 1)) {
    case "unknown-reference":
    case "removed":
      return exitCode.refused;
    case "invalid-reference":
    case "invalid-host":
    case "missing-architecture":
    case "invalid-parameter":
    case "invalid-body":
    case "body-too-large":
      return exitCode.wrongUse;
    default:
      return exitCode.failed;
  }
}

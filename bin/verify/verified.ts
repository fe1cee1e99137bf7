// What came of verifying an image or kept evidence, and how the program then ends.
import type { z } from "@hono/zod-openapi";
import type { PlanTrust } from "../../policies/plan/switch-plan.ts";
import type { Digest } from "../../policies/words/digest.ts";
import type { Verifications } from "../../server/api/verification-schemas.ts";
import type { Shown } from "../../server/hot/read-through.ts";
import { type ExitCode, exitCode } from "../exit-codes.ts";
import { exitOf, type Problem } from "../resolve/resolved.ts";

/** As the service answers for one digest (contract.md, section 3). */
export type ShownVerifications = Shown<typeof Verifications>;

/** On whose word kept evidence was judged. */
export type JudgedBy = {
  /**
   * `file`: by the file's own policy, for which nobody else vouches. `policy-digest`: by the policy of the digest that
   * was given. `signer`: by the signer that was given, and nothing of the file. Null: by none.
   */
  readonly policy: "file" | "policy-digest" | "signer" | null;
  /**
   * The public-good root, whether or not the verdict rests on it. `policy`: the file's, and the policy's digest covers
   * it. `file`: the file's, for which nothing else vouches. Null: there is none.
   */
  readonly trustRoot: { readonly from: "shipped" | "given" | "policy" | "file"; readonly digest: Digest } | null;
  /** Verified only because of when the file says that signatures were first seen: not for whoever sees them first now. */
  readonly restsOnFirstSight: boolean;
  /** Verified only because of the repository that the file says it is in: no signature that counts names it. */
  readonly restsOnRepository: boolean;
};

export type KeptVerifications = ShownVerifications & { readonly judgedBy: JudgedBy };

/** The same of an image as a host pulls it: the better of its index and its platform's manifest, as in a plan. */
export type VerifiedImage = ShownVerifications &
  Pick<PlanTrust, "manifests" | "consumers"> & {
    readonly ref: string;
    readonly tag: string | null;
    /** The manifest that a host of the architecture pulls; null: the index has none. */
    readonly platform: { readonly architecture: string; readonly digest: string } | null;
  };

export type Verified =
  | { readonly outcome: "image"; readonly image: VerifiedImage }
  /** It is not there, or could not be read. */
  | { readonly outcome: "problem"; readonly problem: Problem; readonly body: unknown };

export function exitOfVerified(verified: Verified): ExitCode {
  return verified.outcome === "image" ? verdictExit(verified.image.verdict) : exitOf(verified);
}

type Verdict = z.output<typeof Verifications>["verdict"];

export function verdictExit(verdict: Verdict): ExitCode {
  switch (verdict) {
    case "verified":
      return exitCode.done;
    case "untrusted":
    case "no-policy":
    case "invalid":
    case "unsigned":
      return exitCode.refused;
    case "indeterminate":
    case "pending":
      return exitCode.failed;
  }
}

/** Of several: what is refused weighs more than what could not be found out. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  for (const code of [exitCode.wrongUse, exitCode.refused, exitCode.failed]) if (codes.includes(code)) return code;
  return exitCode.done;
}

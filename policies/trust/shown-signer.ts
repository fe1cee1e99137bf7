// Shown signers: how an answer names whoever made a signature.
import type { PlanSigner } from "../plan/switch-plan.ts";
import type { SignatureJudgement } from "./judge-signature.ts";
import { subjectOf } from "./match-signer.ts";

export type ShownSigner = Pick<PlanSigner, "id" | "type" | "fingerprint" | "issuer" | "subject">;

/** Null: nobody known made it. `id` null: somebody whom the policy does not have. */
export function shownSigner({ maker, signers, counted }: SignatureJudgement): ShownSigner | null {
  if (maker === null) return null;
  const rule = counted[0] ?? signers[0];
  const common = { id: rule?.id ?? null, type: maker.type, fingerprint: maker.fingerprint };
  if (maker.type !== "identity") return { ...common, issuer: null, subject: null };
  const named = rule?.type === "identity" ? subjectOf(maker, rule) : undefined;
  return { ...common, issuer: maker.issuer, subject: named ?? maker.subjects[0]?.value ?? null };
}

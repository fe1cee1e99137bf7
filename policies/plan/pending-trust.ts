// Trust that nobody has looked at yet: `pending` everywhere, and nothing that a verification would have to say.
import type { Standing } from "./policy-index.ts";
import type { ConsumerTrust, PlanTrust, Reason } from "./switch-plan.ts";
import { withUnknown } from "./unknown-fields.ts";

const message = "This catalog has not looked for signatures of this image yet.";

export function pendingTrust(standing: Standing, isIndex: boolean): PlanTrust {
  const reasons: readonly Reason[] = [{ code: "PENDING", message, evidence: {} }];
  // No file is given out, so no version of a program reads one.
  const consumer: ConsumerTrust = { verdict: "pending", reasons, since: null, byVersion: [] };
  const trust = {
    verdict: "pending" as const,
    reasons,
    manifests: { index: isIndex ? ("pending" as const) : null, platform: "pending" as const },
    policy: standing.trust?.id ?? null,
    policyDigest: standing.trust?.digest ?? null,
    trustRootDigest: null,
    checkedAt: null,
    recheckAt: null,
    signers: [],
    consumers: { cosign: consumer, bootc: consumer, podman: consumer },
    hostFiles: [],
    policyScope: null,
  };
  const notYet = "signatures of this image were not looked for yet";
  return withUnknown(trust, { checkedAt: notYet, recheckAt: notYet });
}

// All consumers of one image, and the host files by which bootc and podman accept it.
import type { PlanTrust } from "../../plan/switch-plan.ts";
import type { Digest } from "../../words/digest.ts";
import { type HostCandidate, type HostCandidates, hostCandidates, speaksFor } from "../host-files/host-candidate.ts";
import { reason, type TrustReason } from "../reasons.ts";
import type { PolicyRules, TrustIndex } from "../trust-rules.ts";
import { readTrustedRoot, type TrustedRoot } from "../trusted-root.ts";
import { parseDockerReference } from "./docker-reference.ts";
import { judgeBootc, judgePodman } from "./judge-containers-image.ts";
import { judgeCosign } from "./judge-cosign.ts";
import type { SeenImage } from "./seen-image.ts";

export type JudgedConsumers = {
  readonly consumers: PlanTrust["consumers"];
  /** What bootc or podman accepts this image by; null: neither does, whatever it is given. */
  readonly candidate: HostCandidate | null;
};

/** No file is given that makes a host refuse this very image: each candidate is tried before it is taken. */
export function judgeConsumers(image: SeenImage, index: TrustIndex): JudgedConsumers {
  const { rules, now } = image;
  const { candidates, reasons } =
    rules.policy === null
      ? { candidates: [], reasons: image.judgement.reasons as readonly TrustReason[] }
      : candidatesFor(image, hostCandidates(index, rules, rules.policy, now));
  const roots = rules.policy === null ? new Map<Digest, TrustedRoot>() : rootsOf(rules.policy);
  const cosign = judgeCosign(image);
  const attempts = (candidates.length === 0 ? [null] : candidates).map((candidate) => {
    const attempt = { candidate, reasons, roots };
    const bootc = judgeBootc(image, attempt);
    const podman = judgePodman(image, attempt);
    return { bootc, podman, candidate, accepts: [bootc, podman].some(({ verdict }) => verdict === "verified") };
  });
  const accepted = attempts.find(({ accepts }) => accepts);
  const shown = accepted ?? attempts[0];
  // Without files no version reads any.
  const none = { since: null, byVersion: [] } as const;
  const refused = { verdict: image.judgement.verdict, reasons: image.judgement.reasons, ...none };
  const { bootc, podman } = shown ?? { bootc: refused, podman: refused };
  return {
    consumers:
      accepted === undefined
        ? { cosign, bootc: { ...bootc, ...none }, podman: { ...podman, ...none } }
        : { cosign, bootc, podman },
    candidate: accepted?.candidate ?? null,
  };
}

/** A file whose sections do not speak for this image would seem to accept it, as it accepts everything else. */
function candidatesFor({ reference }: SeenImage, made: HostCandidates): Pick<HostCandidates, "candidates" | "reasons"> {
  const candidates = made.candidates.filter((candidate) => speaksFor(candidate, reference));
  if (made.candidates.length === 0 || candidates.length > 0) return { ...made, candidates };
  const name = parseDockerReference(reference)?.name ?? reference;
  const message = `hosts call this image ${name}, for which no scope of the trust policy speaks alone: name it so in a scope`;
  return { candidates, reasons: [reason("POLICY_INEXPRESSIBLE", message, { name })] };
}

const rootsRead = new WeakMap<PolicyRules, ReadonlyMap<Digest, TrustedRoot>>();

function rootsOf(policy: PolicyRules): ReadonlyMap<Digest, TrustedRoot> {
  const known = rootsRead.get(policy);
  if (known !== undefined) return known;
  const roots = new Map<Digest, TrustedRoot>();
  for (const signer of policy.signers) {
    if (signer.type !== "identity" || signer.trustRoot.digest === null) continue;
    const root = readTrustedRoot(signer.trustRoot.content);
    if (root !== undefined) roots.set(signer.trustRoot.digest, root);
  }
  rootsRead.set(policy, roots);
  return roots;
}

// Plans of `registry.example/desk/os:stable` with evidence of its signatures, under policies with keys that are real.
import type { TrustDocument } from "../../../../policies/documents/trust-document.ts";
import { makePlan } from "../../../../policies/plan/make-plan.ts";
import type { HostAnswers } from "../../../../policies/plan/plan-input.ts";
import { indexPolicies } from "../../../../policies/plan/policy-index.ts";
import type { SwitchPlan } from "../../../../policies/plan/switch-plan.ts";
import type { ManifestEvidence } from "../../../../policies/trust/found-evidence.ts";
import type { HostTrustFacts } from "../../../../policies/trust/host-files/make-host-files.ts";
import {
  bySig,
  files,
  index,
  indexDigest,
  key,
  manifest,
  platformDigest,
  policy,
  publicGood,
} from "../trust/trust-builders.ts";
import { entry, fedora, image, input, policySet } from "./plan-builders.ts";

export type SignedCase = {
  readonly trust?: readonly TrustDocument[];
  readonly top?: ManifestEvidence;
  readonly platform?: ManifestEvidence;
  readonly host?: HostTrustFacts;
  /** Everything that the host said of itself; left out where nothing of it is judged. */
  readonly said?: HostAnswers;
};

export const signedByAlice = { top: index([bySig("alice")]), platform: manifest([bySig("alice")]) };

export function planOf({ trust = [policy([key("alice")])], top, platform, host, said }: SignedCase): SwitchPlan {
  const set = { ...policySet({ trust, releases: [fedora("2027-05-12")] }), files };
  const first = entry(0x64, {}, platform === undefined ? {} : { evidence: platform });
  const made = input({
    image: image({
      digest: indexDigest,
      entries: [{ ...first, digest: platformDigest }],
      ...(top === undefined ? {} : { evidence: top }),
    }),
    request: {
      ...(host === undefined ? {} : { hostTrust: host }),
      ...(said === undefined ? {} : { host: said }),
    },
  });
  return makePlan({ ...made, policies: indexPolicies(set, publicGood) }).plan;
}

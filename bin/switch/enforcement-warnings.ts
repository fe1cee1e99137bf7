// What `--enforce-container-sigpolicy` really does on a host that is given no trust files.
import { hostPolicyFor } from "../../policies/plan/hazards/host-policy.ts";
import type { HostFacts } from "../../policies/plan/host-facts.ts";
import { enforceFlagWorks } from "../../policies/trust/host-files/policy-json.ts";

type Command = { readonly ref: string; readonly isEnforced: boolean };

/** The flag alone refuses a policy.json that accepts anything by default, and nothing else (facts: 0.4). */
export function warningsWithoutFiles(
  { ref, isEnforced }: Command,
  policyJson: HostFacts["policyJson"],
): readonly string[] {
  if (!isEnforced) return [];
  if (policyJson === undefined) {
    return [`the host's policy.json could not be read: whether it asks for a signature of ${ref} is not known`];
  }
  if (policyJson === null) return ["the host has no policy.json, and pulls nothing without one"];
  const policy = hostPolicyFor(policyJson, ref);
  if (policy.outcome === "unreadable") {
    return [`the host's policy.json cannot be read (${policy.reason}), and with it nothing can be pulled`];
  }
  if (!enforceFlagWorks(policyJson)) {
    return ["the host's policy.json accepts anything by default, and bootc refuses to enforce such a policy"];
  }
  if (policy.outcome === "asks") return [];
  return [
    `nothing verifies ${ref}: its section ${policy.section} in the host's policy.json accepts it unsigned. All that --enforce-container-sigpolicy does is refuse a policy.json that accepts anything by default; the plan's trust files, without --no-trust, make it ask for the signature`,
  ];
}

// The policy index: one policy set, arranged so that a plan finds what speaks for a repository without a search.
import type { PolicySet } from "../documents/policy-set.ts";

export type PolicyIndex = {
  readonly set: PolicySet;
};

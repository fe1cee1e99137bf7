// Counting signers: how many different signers of a policy have signed, each by somebody else.

export type MadeBy = {
  /** Who made the signature, whatever the policy calls him. */
  readonly maker: string;
  /** The ids that he has in the policy. */
  readonly signers: readonly string[];
};

/**
 * The largest number of signers that can each be given a maker of their own. One key under two ids, or signing twice,
 * counts once; so do two workflows that one template allows. Of an identity that two signers fit, the one counts for
 * which nobody else has signed: a matching (Kuhn's algorithm).
 */
export function countSigners(made: readonly MadeBy[]): number {
  const makersOf = new Map<string, Set<string>>();
  for (const { maker, signers } of made) {
    for (const signer of signers) {
      const makers = makersOf.get(signer) ?? new Set();
      makers.add(maker);
      makersOf.set(signer, makers);
    }
  }
  const given = new Map<string, string>();
  const giveTo = (signer: string, refused: Set<string>): boolean => {
    for (const maker of makersOf.get(signer) ?? []) {
      if (refused.has(maker)) continue;
      refused.add(maker);
      const holder = given.get(maker);
      if (holder !== undefined && !giveTo(holder, refused)) continue;
      given.set(maker, signer);
      return true;
    }
    return false;
  };
  return [...makersOf.keys()].filter((signer) => giveTo(signer, new Set())).length;
}

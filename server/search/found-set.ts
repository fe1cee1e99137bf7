// A found set: what filters let through, with its size, and its ordinals once somebody wants them.
import { type Bits, countOf, ordinalsOf } from "./bits.ts";

export type FoundSet = {
  readonly bits: Bits;
  readonly count: number;
  /** Everything there is: what was counted beforehand holds. */
  readonly isAll: boolean;
  ordinals(): Uint32Array;
};

export function foundSet(bits: Bits, all: number): FoundSet {
  const count = countOf(bits);
  let ordinals: Uint32Array | undefined;
  return {
    bits,
    count,
    isAll: count === all,
    ordinals: () => {
      ordinals ??= ordinalsOf(bits, count);
      return ordinals;
    },
  };
}

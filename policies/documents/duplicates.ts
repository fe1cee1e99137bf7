// Duplicates: what is named twice in a folder where one name means one thing.
import type { Mistake } from "./policy-set.ts";

export type Named = {
  readonly name: string;
  /** `file:line`, for the message at the second one. */
  readonly place: string;
  mistake(message: string): Mistake | undefined;
};

/** A mistake at every name that an earlier one has already. `what` names the thing: "the id", "the scope". */
export function findDuplicates(
  what: string,
  named: readonly Named[],
  remedy: string,
): readonly (Mistake | undefined)[] {
  const first = new Map<string, string>();
  return named.map(({ name, place, mistake }) => {
    const earlier = first.get(name);
    if (earlier !== undefined) return mistake(`${what} ${JSON.stringify(name)} is already at ${earlier}; ${remedy}`);
    first.set(name, place);
    return undefined;
  });
}

// Tests of counting: different signers by different makers.
import fc from "fast-check";
import { expect, test } from "vitest";
import { countSigners, type MadeBy } from "../../../../policies/trust/count-signers.ts";

const by = (maker: string, ...signers: string[]): MadeBy => ({ maker, signers });

test.each([
  { title: "nobody", made: [], count: 0 },
  { title: "one", made: [by("k1", "alice")], count: 1 },
  { title: "one who signs twice", made: [by("k1", "alice"), by("k1", "alice")], count: 1 },
  { title: "one key under two ids", made: [by("k1", "alice", "alice-again")], count: 1 },
  { title: "one key under two ids, twice", made: [by("k1", "alice"), by("k1", "alice-again")], count: 1 },
  { title: "two", made: [by("k1", "alice"), by("k2", "bob")], count: 2 },
  { title: "two workflows of one template", made: [by("w1", "ci"), by("w2", "ci")], count: 1 },
  { title: "one who fits two, and one who fits one of them", made: [by("w1", "ci", "any"), by("w2", "any")], count: 2 },
  { title: "the same the other way round", made: [by("w2", "any"), by("w1", "any", "ci")], count: 2 },
  { title: "a chain that must be handed on", made: [by("1", "a", "b"), by("2", "a", "c"), by("3", "a")], count: 3 },
  { title: "one for whom nobody counts", made: [by("k1")], count: 0 },
])("$count for $title", ({ made, count }) => {
  expect(countSigners(made)).toBe(count);
});

/** Every way of giving makers to signers. */
function largest(
  made: readonly MadeBy[],
  taken: ReadonlySet<string> = new Set(),
  used: ReadonlySet<string> = new Set(),
): number {
  let best = 0;
  for (const { maker, signers } of made) {
    if (used.has(maker)) continue;
    for (const signer of signers) {
      if (taken.has(signer)) continue;
      best = Math.max(best, 1 + largest(made, new Set([...taken, signer]), new Set([...used, maker])));
    }
  }
  return best;
}

test("it is the largest number that any assignment reaches", () => {
  const made = fc.array(
    fc.record({
      maker: fc.constantFrom("1", "2", "3"),
      signers: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(fc.property(made, (each) => countSigners(each) === largest(each)));
});

test("a thousand strangers cost no stack", () => {
  const made = Array.from({ length: 5_000 }, (_, index) => by(`maker ${index}`, `signer ${index % 100}`));
  expect(countSigners(made)).toBe(100);
});

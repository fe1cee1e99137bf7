// Kept evidence that somebody changed or wrote: on whose word it is judged, and that no byte makes another claim of it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandError } from "../../../../bin/command-error.ts";
import type { KeptVerifications } from "../../../../bin/verify/verified.ts";
import { type KeptQuestion, verifyKept } from "../../../../bin/verify/verify-kept.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { evilFiles, fileCases, honestFiles, nowMs, shipped } from "../../../kit/attacks/file-cases.ts";
import { changesOf } from "../../../kit/attacks/file-changes.ts";

const asked = {
  ...{ name: "saved.json", signer: null, policyDigest: null, repository: null, root: undefined, shippedRoot: shipped },
  ...{ limits: defaultSignatureLimits, now: nowMs },
};

const judge = (file: unknown, more: Partial<KeptQuestion> = {}) =>
  verifyKept({ ...asked, bytes: Buffer.from(typeof file === "string" ? file : JSON.stringify(file)), ...more });

async function outcomeOf(file: unknown, more: Partial<KeptQuestion>): Promise<string> {
  try {
    const { verdict, reasons, judgedBy } = await judge(file, more);
    const { policy, trustRoot, restsOnFirstSight, restsOnRepository } = judgedBy;
    const words = [...(restsOnFirstSight ? ["first sight"] : []), ...(restsOnRepository ? ["repository"] : [])];
    const word = [policy, trustRoot?.from ?? null, ...words].map(String);
    return `${[verdict, ...reasons.map(({ code }) => code)].join(" ")} | ${word.join(", ")}`;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

describe("the attack table of files", () => {
  test.each(fileCases)(
    "$attack: $expected ($source)",
    async ({ file, signer, policyDigest, root, repository = null, expected }) => {
      const question = {
        ...(signer === undefined ? {} : { signer }),
        ...(policyDigest === undefined ? {} : { policyDigest: policyDigest() }),
        ...(root === undefined ? {} : { root }),
        repository,
      };
      expect(await outcomeOf(file(), question)).toBe(expected);
    },
  );

  test("each is an attack of its own, with its source", () => {
    expect(new Set(fileCases.map(({ attack }) => attack)).size).toBe(fileCases.length);
    expect(fileCases.filter(({ source }) => source.length < 10)).toEqual([]);
  });
});

describe("any change of a file", () => {
  test.each(honestFiles.map((file, number) => ({ file, number })))(
    "of file $number loses `verified`, or claims the same",
    async ({ file, number }) => {
      const { policyDigest } = file;
      const honest = await judge(file, { policyDigest });
      expect(honest.verdict).toBe("verified");
      const mixed = [...honestFiles.toSpliced(number, 1), ...evilFiles];
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(changesOf(file, mixed), fc.boolean(), async (changes, isPinned) => {
          const made = changes.reduce<unknown>((held, change) => change(held), file);
          const kept = await judgeOrRefuse(JSON.stringify(made) ?? "", isPinned ? { policyDigest } : {});
          seen.add(kept?.verdict ?? "refused");
          if (kept?.verdict !== "verified") return;
          if (isPinned || kept.policyDigest === policyDigest) expect(claimsOf(kept)).toEqual(claimsOf(honest, kept));
          else expect(kept.judgedBy.policy).toBe("file");
        }),
        { seed: 20_261_121, numRuns: 100 },
      );
      expect([...seen]).toEqual(expect.arrayContaining(["verified", "refused"]));
    },
  );
});

async function judgeOrRefuse(file: string, more: Partial<KeptQuestion>): Promise<KeptVerifications | undefined> {
  try {
    return await judge(file, more);
  } catch (error) {
    // Whatever else it throws is a fault of the program.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

/** What a file claims beyond the catalog's own words; of several signatures, those that `among` still has. */
function claimsOf(kept: KeptVerifications, among: KeptVerifications = kept): unknown {
  const accepted = among.signatures.filter(({ accepted }) => accepted).map(({ evidence }) => evidence);
  const { digest, repository, policy, policyDigest } = kept;
  const signatures = kept.signatures.filter(({ evidence }) => accepted.includes(evidence));
  return {
    ...{ digest, policy, policyDigest },
    // A bundle names no repository: that is the file's word, and the answer says so.
    repository: kept.judgedBy.restsOnRepository ? "" : repository,
    signatures: signatures
      .map(({ firstSeen: _, shown: __, ...claims }) => claims)
      .toSorted((a, b) => (a.evidence < b.evidence ? -1 : 1)),
  };
}

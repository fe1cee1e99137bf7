// Kept evidence that somebody changed or wrote: on whose word it is judged, and that no byte makes another claim of it.
import { describe, expect, test } from "vitest";
import { CommandError } from "../../../../bin/command-error.ts";
import { type KeptQuestion, verifyKept } from "../../../../bin/verify/verify-kept.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { fileCases, nowMs, shipped } from "../../../kit/attacks/file-cases.ts";

const asked = {
  ...{ name: "saved.json", signer: null, policyDigest: null, root: undefined, shippedRoot: shipped },
  ...{ limits: defaultSignatureLimits, now: nowMs },
};

const judge = (file: unknown, more: Partial<KeptQuestion> = {}) =>
  verifyKept({ ...asked, bytes: Buffer.from(typeof file === "string" ? file : JSON.stringify(file)), ...more });

async function outcomeOf(file: unknown, more: Partial<KeptQuestion>): Promise<string> {
  try {
    const { verdict, reasons, judgedBy } = await judge(file, more);
    const { policy, trustRoot, restsOnFirstSight } = judgedBy;
    const word = [policy, trustRoot?.from ?? null, ...(restsOnFirstSight ? ["first sight"] : [])].map(String);
    return `${[verdict, ...reasons.map(({ code }) => code)].join(" ")} | ${word.join(", ")}`;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

describe("the attack table of files", () => {
  test.each(fileCases)("$attack: $expected ($source)", async ({ file, signer, policyDigest, root, expected }) => {
    const question = {
      ...(signer === undefined ? {} : { signer }),
      ...(policyDigest === undefined ? {} : { policyDigest: policyDigest() }),
      ...(root === undefined ? {} : { root }),
    };
    expect(await outcomeOf(file(), question)).toBe(expected);
  });

  test("each is an attack of its own, with its source", () => {
    expect(new Set(fileCases.map(({ attack }) => attack)).size).toBe(fileCases.length);
    expect(fileCases.filter(({ source }) => source.length < 10)).toEqual([]);
  });
});

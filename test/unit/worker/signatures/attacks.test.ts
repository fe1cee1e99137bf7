// Attacks on evidence: what cryptography says of each.
import { describe, expect, test } from "vitest";
import type { SignatureFinding } from "../../../../policies/trust/finding.ts";
import type { Evidence } from "../../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../../worker/signatures/limits.ts";
import { type GivenTrust, verifyEvidence } from "../../../../worker/signatures/verify-evidence.ts";
import { evidenceAttacks, ours } from "../../../kit/attacks/evidence-attacks.ts";
import { signedAtMs } from "../../../kit/signing/authority.ts";

const verify = (evidence: Evidence, given: GivenTrust = ours): Promise<SignatureFinding> =>
  verifyEvidence(evidence, given, signedAtMs, defaultSignatureLimits);
const codes = (finding: SignatureFinding): readonly string[] => finding.reasons.map(({ code }) => code);

describe("an attack", () => {
  test.each(evidenceAttacks)("$title ($source)", async ({ evidence, given = ours, valid, codes: expected }) => {
    const finding = await verify(evidence(), given);
    expect([finding.valid, codes(finding)]).toEqual([valid, expected]);
    if (expected.includes("SIGNATURE_ERROR")) expect([finding.signer, finding.claims]).toEqual([null, null]);
    // containers/image looks at no SCT, so that who it is must be known; nobody else's name is shown.
    if (valid === false && finding.signer?.type === "identity") {
      expect(expected.every((code) => ["SCT", "SUBJECT_MISMATCH", "PREDICATE_TYPE"].includes(code))).toBe(true);
    }
    if (expected.includes("SCT")) expect([finding.signer?.type, finding.trustRoot?.name]).toEqual(["identity", "kit"]);
    // What is not proven to be of this signature must not make it look older.
    if (valid === null) expect(finding.times).toEqual([]);
  });

  test("is named once: rows that differ only in a name are one row", () => {
    expect(new Set(evidenceAttacks.map(({ title }) => title)).size).toBe(evidenceAttacks.length);
  });
});

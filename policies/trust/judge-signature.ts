// Judging one signature in one repository: the rows of contract.md, section 2, "what was found in one signature".

import type { Digest } from "../words/digest.ts";
import type { FoundSigner, SignatureFinding } from "./finding.ts";
import type { FoundEvidence } from "./found-evidence.ts";
import { type Match, makerName, matchSigner } from "./match-signer.ts";
import { reason, type TrustReason } from "./reasons.ts";
import { normalRepository } from "./repository-name.ts";
import { isLogged, proofsCount, provenTimeMs, standingOf } from "./signing-time.ts";
import type { PolicyRules, SignerRule, TrustRules } from "./trust-rules.ts";

export type SignatureVerdict = "verified" | "indeterminate" | "untrusted" | "no-policy" | "invalid";

export type SignatureJudgement = {
  readonly found: FoundEvidence;
  /** `verified`: its signer may speak for the repository now. Whether that is enough is judged of the manifest. */
  readonly verdict: SignatureVerdict;
  readonly valid: boolean | null;
  readonly reasons: readonly TrustReason[];
  /** Who made it; null: nobody known. */
  readonly maker: FoundSigner | null;
  /** The same for whoever signs twice; empty where nobody is known. */
  readonly makerName: string;
  /** The policy's signers that made it, whether or not they count. */
  readonly signers: readonly SignerRule[];
  /** Those of them for which it counts. */
  readonly counted: readonly SignerRule[];
  /** The root that this rests on; null: it rests on none. */
  readonly trustRoot: Digest | null;
};

export function judgeSignature(found: FoundEvidence, rules: TrustRules, now: number): SignatureJudgement {
  const { finding } = found;
  const judged = (
    verdict: SignatureVerdict,
    valid: boolean | null,
    reasons: readonly TrustReason[],
    more: Partial<SignatureJudgement> = {},
  ): SignatureJudgement => ({
    ...{ found, verdict, valid, reasons, maker: null, makerName: "", signers: [], counted: [], trustRoot: null },
    ...more,
  });

  const ended = endedSince(finding, now);
  const reasons = [...finding.reasons.map((each) => ofFinding(finding, each)), ...ended];
  if (finding.valid === null) {
    const isOpen = rules.policy === null || !isAnybodys(finding) || !isTriedWith(finding, rules.policy);
    return isOpen ? judged("indeterminate", null, reasons) : judged("invalid", false, reasons);
  }
  const maker = finding.signer;
  const match: Match = maker === null ? { outcome: "nobody" } : matchSigner(finding, maker, rules.policy);
  const isBroken = finding.valid === false && !reasons.every(({ code }) => isOfSigner(code));
  if (maker === null || match.outcome === "nobody") {
    if (isBroken) return judged("invalid", false, reasons);
    const nobody = reason("SIGNATURE_ERROR", "no key that is known here made this signature", {
      signatures: [finding.evidence],
    });
    return rules.policy === null ? judged("indeterminate", null, [nobody]) : judged("invalid", false, [nobody]);
  }
  const who = {
    maker,
    makerName: makerName(maker),
    signers: match.outcome === "signers" ? match.signers : [],
    trustRoot: maker.type === "identity" ? rootOf(finding) : null,
  };
  if (isBroken) return judged("invalid", false, reasons, who);
  const elsewhere = referenceMismatch(finding, rules);
  if (elsewhere !== undefined) return judged("invalid", false, [elsewhere], who);
  if (rules.policy === null) {
    const message = "nobody has declared who may sign for this repository: its maker can propose a trust policy";
    return judged("no-policy", true, [reason("NO_POLICY", message, { signatures: [finding.evidence] })], who);
  }
  if (match.outcome === "stranger") return judged("untrusted", true, [match.reason], who);

  if (reasons.length > 0) return judged("untrusted", finding.valid, reasons, who);
  return judgeKnown(found, maker, match.signers, rules.policy, now, (verdict, why, more) =>
    judged(verdict, true, why, { ...who, ...more }),
  );
}

function judgeKnown(
  found: FoundEvidence,
  maker: FoundSigner,
  signers: readonly SignerRule[],
  policy: PolicyRules,
  now: number,
  judged: (
    verdict: SignatureVerdict,
    reasons: readonly TrustReason[],
    more?: Partial<SignatureJudgement>,
  ) => SignatureJudgement,
): SignatureJudgement {
  const { finding } = found;
  const isProven = maker.type === "identity" || proofsCount(finding, policy);
  const provenMs = isProven ? provenTimeMs(finding) : null;
  const standings = signers.map((signer) => ({ signer, standing: standingOf(signer, found, provenMs, now) }));
  const counted = standings.filter(({ standing }) => standing.counts);
  if (counted.length === 0) {
    return judged(
      "untrusted",
      standings.flatMap(({ standing }) => (standing.counts ? [] : [standing.reason])),
    );
  }
  const isLogNeeded = maker.type === "key" && policy.document.transparencyLog === "required";
  if (isLogNeeded && !(isProven && isLogged(finding))) {
    const message =
      "the trust policy wants an entry in a transparency log, and none is proven: sign without --tlog-upload=false";
    return judged("untrusted", [reason("TLOG_REQUIRED", message, { signatures: [finding.evidence] })]);
  }
  const restsOnProof = isLogNeeded || counted.some(({ standing }) => standing.counts && standing.byProof);
  return judged("verified", [], {
    counted: counted.map(({ signer }) => signer),
    ...(restsOnProof ? { trustRoot: rootOf(finding) } : {}),
  });
}

function rootOf({ trustRoot }: SignatureFinding): Digest | null {
  return trustRoot?.digest ?? null;
}

function ofFinding(
  { evidence }: SignatureFinding,
  { code, message }: SignatureFinding["reasons"][number],
): TrustReason {
  return reason(code, message, { signatures: [evidence] });
}

/** What an OpenPGP key says of itself: it made the signature, and may not speak any more. */
function isOfSigner(code: TrustReason["code"]): boolean {
  return code === "KEY_WINDOW" || code === "KEY_REVOKED";
}

function endedSince({ valid, validUntilMs, evidence }: SignatureFinding, now: number): readonly TrustReason[] {
  if (valid !== true || validUntilMs === null || now < validUntilMs) return [];
  return [reason("KEY_WINDOW", "the signature or its key has expired: sign again", { signatures: [evidence] })];
}

/** Nothing is unclear but whose signature it is. */
function isAnybodys({ reasons }: SignatureFinding): boolean {
  return reasons.length > 0 && reasons.every(({ code }) => code === "SIGNATURE_ERROR");
}

/** A finding that is older than a key of the policy does not yet say that this key did not sign. */
function isTriedWith({ format, tried }: SignatureFinding, policy: PolicyRules): boolean {
  if (format === "openpgp-lookaside") return true;
  return policy.signers.every((signer) => signer.type !== "key" || tried.keys.includes(signer.fingerprint));
}

/** A signature that is copied to another repository would make its image speak for this one. */
function referenceMismatch({ claims, evidence }: SignatureFinding, rules: TrustRules): TrustReason | undefined {
  if (claims?.type !== "simple-signing") return undefined;
  const { signedName } = rules;
  if (claims.repository !== null && normalRepository(claims.repository) === signedName) return undefined;
  const message = `the signature is of ${JSON.stringify(claims.reference.slice(0, 200))}, not of ${signedName}: sign the image under this name`;
  return reason("REFERENCE_MISMATCH", message, { signatures: [evidence], reference: claims.reference.slice(0, 512) });
}

// Matching: which signers of a policy made a signature, or who else did, or that nobody known did.
import { matchesPattern } from "../words/pattern.ts";
import type { FoundSigner, SignatureFinding } from "./finding.ts";
import { reason, type TrustReason } from "./reasons.ts";
import { isLogged } from "./signing-time.ts";
import type { IdentityRule, PolicyRules, SignerRule } from "./trust-rules.ts";

export type Match =
  | { readonly outcome: "signers"; readonly signers: readonly SignerRule[] }
  /** A log entry or a certificate names somebody whom the policy does not have. */
  | { readonly outcome: "stranger"; readonly reason: TrustReason }
  /** Only somebody outside this policy has the key that fits: to its readers it is anybody's. */
  | { readonly outcome: "nobody" };

/** `policy` null: none speaks, and whoever is named is a stranger that nobody judges. */
export function matchSigner(finding: SignatureFinding, maker: FoundSigner, policy: PolicyRules | null): Match {
  const signers = policy?.signers.filter((signer) => isBy(finding, maker, signer)) ?? [];
  if (signers.length > 0) return { outcome: "signers", signers };
  switch (maker.type) {
    case "identity":
      return { outcome: "stranger", reason: whyNotIdentity(finding, maker, policy) };
    case "key":
      // A key of another policy verifies it here and nowhere else, unless a log says whose signature it is.
      return maker.foundIn === "log" || isLogged(finding)
        ? { outcome: "stranger", reason: whyNotKey(finding, maker.fingerprint) }
        : { outcome: "nobody" };
    case "openpgp":
      return { outcome: "nobody" };
  }
}

/** Whether this signer of a policy made it. The window and everything else of the policy is another question. */
export function isBy(finding: SignatureFinding, maker: FoundSigner, signer: SignerRule): boolean {
  switch (signer.type) {
    case "key":
      return maker.type === "key" && maker.fingerprint === signer.fingerprint;
    case "openpgp":
      return maker.type === "openpgp" && signer.fingerprints.includes(maker.fingerprint);
    case "identity":
      return (
        maker.type === "identity" &&
        maker.issuer === signer.issuer &&
        subjectOf(maker, signer) !== undefined &&
        isUnderRoot(finding, signer)
      );
  }
}

/** The name by which a certificate fits a signer: `*` stands for any characters but `/`, all else is literal. */
export function subjectOf(maker: Extract<FoundSigner, { type: "identity" }>, signer: IdentityRule): string | undefined {
  return maker.subjects.find(({ value }) => matchesPattern(signer.subject, value))?.value;
}

/** An authority that one policy believes could issue anybody's name: it counts for signers of its own root alone. */
function isUnderRoot({ trustRoot }: SignatureFinding, signer: IdentityRule): boolean {
  if (trustRoot === null) return false;
  const { name, digest } = signer.trustRoot;
  return name === "public-good" ? trustRoot.name === name : trustRoot.digest === digest;
}

/** The same for whoever signs twice, whatever ids a policy has for him. */
export function makerName(maker: FoundSigner): string {
  switch (maker.type) {
    case "key":
      return `key ${maker.fingerprint}`;
    case "openpgp":
      return `openpgp ${maker.fingerprint}`;
    case "identity":
      return `identity ${JSON.stringify([maker.issuer, ...maker.subjects.map(({ value }) => value).toSorted()])}`;
  }
}

function whyNotKey(finding: SignatureFinding, fingerprint: string): TrustReason {
  return reason(
    "WRONG_KEY",
    "signed by a key that the trust policy does not have: sign with one that it has, or have the new key declared",
    { signatures: [finding.evidence], fingerprint },
  );
}

function whyNotIdentity(
  finding: SignatureFinding,
  maker: Extract<FoundSigner, { type: "identity" }>,
  policy: PolicyRules | null,
): TrustReason {
  const subjects = maker.subjects.map(({ value }) => value);
  const evidence = { signatures: [finding.evidence], issuer: maker.issuer, subjects };
  const named = (policy?.signers ?? []).filter(
    (signer) => signer.type === "identity" && subjectOf(maker, signer) !== undefined,
  );
  if (named.length > 0 && named.every((signer) => signer.type === "identity" && signer.issuer !== maker.issuer)) {
    const message =
      "the certificate is of an issuer that the trust policy does not have for this identity: sign with the issuer that it has";
    return reason("ISSUER_MISMATCH", message, evidence);
  }
  const message =
    named.length > 0
      ? "the certificate was issued under another trust root than the policy's"
      : "signed by an identity that the trust policy does not have: sign with one that it has, or have this one declared";
  return reason("IDENTITY_MISMATCH", message, evidence);
}

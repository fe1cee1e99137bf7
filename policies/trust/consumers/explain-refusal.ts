// Explaining a refusal: why containers/image refuses what the trust policy accepts, and what its publisher can do.
import { isEmail } from "../host-files/host-requirements.ts";
import type { ManifestJudgement } from "../judge-manifest.ts";
import type { SignatureJudgement } from "../judge-signature.ts";
import { reason, type TrustReason } from "../reasons.ts";
import type { SignerRule } from "../trust-rules.ts";
import type { Refusal, RefusalCode } from "./pull.ts";

/** `given`: the signers that hosts are given. The manifest is verified by the policy. */
export function explainRefusal(
  consumer: string,
  judgement: ManifestJudgement,
  given: readonly SignerRule[],
  refusals: readonly Refusal[],
): readonly TrustReason[] {
  const counted = judgement.signatures.filter(({ verdict }) => verdict === "verified");
  const ofGiven = counted.filter((signature) => signature.counted.some((signer) => given.includes(signer)));
  const ofOthers = counted.filter((signature) => !ofGiven.includes(signature));
  // A threshold may rest on both.
  const reasons = ofOthers.length > 0 ? notGiven(ofOthers) : [];
  const codes = new Map<SignatureJudgement, RefusalCode | "format">();
  for (const signature of ofGiven) {
    const { evidence } = signature.found.finding;
    codes.set(signature, refusals.find((refusal) => refusal.evidence === evidence)?.code ?? "format");
  }
  const unread = refusals.find(({ code }) => code === "unreadable");
  if (unread !== undefined) {
    return [ofUnread(consumer, judgement, unread)];
  }
  const by = (code: RefusalCode | "format") =>
    [...codes].flatMap(([signature, its]) => (its === code ? [signature] : []));
  const all = [
    ...ofFormat(consumer, by("format")),
    ...ofAlgorithm(consumer, by("algorithm")),
    ...ofSubkey(consumer, by("subkey")),
    ...ofReference(consumer, by("reference")),
    ...ofProof(consumer, [...by("proof"), ...by("payload")]),
    ...reasons,
  ];
  // Of several requirements each refuses the signatures that are for the others.
  return all.length > 0 ? all : ofName(by("other-signer"));
}

function ofUnread(consumer: string, { signatures }: ManifestJudgement, { evidence }: Refusal): TrustReason {
  const all = `${consumer} reads all signatures or none`;
  const isForeign = signatures.some(({ found: { finding } }) => finding.evidence === evidence && finding.isForeign);
  return isForeign
    ? reason("MALFORMED", `${all}, and a file of the lookaside is no signature: remove it`, { signatures: [evidence] })
    : reason("REGISTRY_ERROR", `${all}, and one of them cannot be fetched: push or remove it`, {
        signatures: [evidence],
      });
}

function digestsOf(signatures: readonly SignatureJudgement[]): readonly string[] {
  return signatures.map(({ found }) => found.finding.evidence);
}

/** It rests on a signer whom hosts are not given: retired, or of a kind that cannot stand beside the others. */
function notGiven(signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  const signers = [...new Set(signatures.flatMap(({ counted }) => counted.map(({ id }) => id)))];
  const evidence = { signatures: digestsOf(signatures), signers };
  const message = `signed by ${signers.join(", ")}, which hosts are not given now: sign with a signer of the policy that they are given`;
  const rests = reason("POLICY_INEXPRESSIBLE", message, evidence);
  const isWorkflow = signatures.every(({ counted }) =>
    counted.every((signer) => signer.type === "identity" && !isEmail(signer.subject)),
  );
  if (!isWorkflow) return [rests];
  const why =
    "policy.json can name one e-mail address, and no workflow or pattern: sign with a key of the policy as well";
  return [rests, reason("IDENTITY_INEXPRESSIBLE", why, evidence)];
}

/** The certificate says the same name in another way. */
function ofName(signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const message =
    "policy.json compares e-mail addresses alone, and the certificate has the name as something else: sign with a key";
  return [reason("IDENTITY_INEXPRESSIBLE", message, { signatures: digestsOf(signatures) })];
}

function ofFormat(consumer: string, signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const isBundle = signatures.some(({ found }) => found.finding.format === "sigstore-bundle");
  const message = isBundle
    ? `${consumer} reads cosign's .sig tags and cannot see sigstore bundles: sign also with cosign sign --new-bundle-format=false --use-signing-config=false`
    : `${consumer} does not look where the policy's signature is: put it into the .sig tag, too`;
  return [reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures: digestsOf(signatures) })];
}

function ofAlgorithm(consumer: string, signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const algorithms = [...new Set(signatures.map(({ found }) => found.finding.signature.algorithm))];
  const message = `${consumer} verifies with SHA-256 and PKCS #1 v1.5 alone, and this is ${algorithms.join(", ")}: sign with a P-256 key`;
  return [reason("ALG_UNSUPPORTED", message, { signatures: digestsOf(signatures), algorithms })];
}

function ofSubkey(consumer: string, signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const message = `${consumer} takes signatures by OpenPGP subkeys only since containers/image 5.37: sign with the primary key`;
  return [reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures: digestsOf(signatures) })];
}

function ofReference(consumer: string, signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const message = `${consumer} does not take the name in the signature for what is pulled from this mirror: sign it with its tag, under the name that is mirrored`;
  return [reason("POLICY_INEXPRESSIBLE", message, { signatures: digestsOf(signatures) })];
}

function ofProof(consumer: string, signatures: readonly SignatureJudgement[]): readonly TrustReason[] {
  if (signatures.length === 0) return [];
  const message = `${consumer} wants a promise (SET) of a log in use, for an entry of hashedrekord 0.0.1: sign anew with a Rekor 1 log, or with a key`;
  return [reason("FORMAT_UNSEEN_BY_CONSUMER", message, { signatures: digestsOf(signatures) })];
}

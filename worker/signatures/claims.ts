// Claims: what bytes say that are known to be signed, and whether they say it of this manifest.
import type { EvidenceKind, FindingReason, SignedClaims } from "../../policies/trust/finding.ts";
import type { Digest } from "../../policies/words/digest.ts";
import { inTotoPayloadType } from "./dsse.ts";
import type { SignatureLimits } from "./limits.ts";
import type { SignedContent } from "./material.ts";
import { SignatureError, toSignatureError } from "./signature-error.ts";
import { cosignType, type openpgpType, readSimpleSigning } from "./simple-signing.ts";
import { readStatement, signaturePredicate, statementClaims, statementTypes } from "./statement.ts";

export type ReadClaims = { readonly claims: SignedClaims | null; readonly reasons: readonly FindingReason[] };

/** To be called once the signature is verified: before that nothing of the payload is to be read. */
export function readClaims(
  content: SignedContent,
  manifest: Digest,
  kind: EvidenceKind,
  limits: SignatureLimits,
): ReadClaims {
  try {
    switch (content.type) {
      case "simple-signing":
        return simpleSigningClaims(content.payload, cosignType, manifest, limits);
      case "envelope":
        return envelopeClaims(content, manifest, kind, limits);
      case "message": {
        const mismatch = content.matches ? [] : [reason("DIGEST_MISMATCH", "the signature is of another digest")];
        return { claims: { type: "message", digest: content.digest }, reasons: mismatch };
      }
    }
  } catch (thrown) {
    const error = toSignatureError(thrown, "PAYLOAD_FORMAT", "the payload cannot be read");
    return { claims: null, reasons: [reason(error.code, error.message)] };
  }
}

export function simpleSigningClaims(
  payload: Uint8Array,
  type: typeof cosignType | typeof openpgpType,
  manifest: Digest,
  limits: SignatureLimits,
): ReadClaims {
  try {
    const claims = readSimpleSigning(payload, type, limits);
    const mismatch =
      claims.digest === manifest ? [] : [reason("DIGEST_MISMATCH", `the payload is of ${claims.digest}`)];
    return { claims, reasons: mismatch };
  } catch (thrown) {
    const error = toSignatureError(thrown, "PAYLOAD_FORMAT", "the payload cannot be read");
    return { claims: null, reasons: [reason(error.code, error.message)] };
  }
}

function envelopeClaims(
  content: Extract<SignedContent, { type: "envelope" }>,
  manifest: Digest,
  kind: EvidenceKind,
  limits: SignatureLimits,
): ReadClaims {
  if (content.payloadType !== inTotoPayloadType) {
    throw new SignatureError("PAYLOAD_TYPE", `an envelope of ${JSON.stringify(content.payloadType.slice(0, 100))}`);
  }
  const claims = statementClaims(readStatementStrictly(content.payload, limits), manifest);
  const reasons: FindingReason[] = [];
  if (!statementTypes.includes(claims.statementType)) {
    reasons.push(reason("PAYLOAD_TYPE", `a statement of type ${JSON.stringify(claims.statementType.slice(0, 100))}`));
  }
  // By cosign 3 any attestation of the same signer passes for a signature: an SBOM says nothing of consent.
  if (kind === "signature" && claims.predicateType !== signaturePredicate) {
    reasons.push(
      reason("PREDICATE_TYPE", `announced as a signature, and states ${claims.predicateType.slice(0, 200)}`),
    );
  }
  if (!claims.subjectMatches) reasons.push(reason("SUBJECT_MISMATCH", "the statement is of another digest"));
  return { claims, reasons };
}

function readStatementStrictly(payload: Uint8Array, limits: SignatureLimits) {
  try {
    return readStatement(payload, limits);
  } catch (thrown) {
    if (thrown instanceof SignatureError && thrown.code === "LIMIT_EXCEEDED") throw thrown;
    throw new SignatureError("PAYLOAD_FORMAT", "the statement is not one that has a single meaning", { cause: thrown });
  }
}

function reason(code: FindingReason["code"], message: string): FindingReason {
  return { code, message };
}

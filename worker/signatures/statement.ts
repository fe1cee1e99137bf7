// In-toto statements: what an attestation, or a new-format signature, says of which digests.

import type { SignedClaims } from "../../policies/trust/finding.ts";
import { type Digest, isDigest } from "../../policies/words/digest.ts";
import type { SignatureLimits } from "./limits.ts";
import { provenanceFacts } from "./provenance.ts";
import { SignatureError } from "./signature-error.ts";
import { arrayMember, isObject, type JsonObject, objectMember, readJson, stringMember } from "./strict-json.ts";

/** What cosign 3 writes to say "this image is signed", and nothing more. */
export const signaturePredicate = "https://sigstore.dev/cosign/sign/v1";

export const statementTypes = ["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"];

/** More subjects than any build has; the rest are not kept, and still compared. */
const subjectsKept = 100;

export type Statement = {
  readonly statementType: string;
  readonly predicateType: string;
  readonly subjects: readonly Digest[];
  readonly predicate: JsonObject;
};

export function readStatement(payload: Uint8Array, limits: SignatureLimits): Statement {
  const json = readJson(payload, { bytes: limits.bundleBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  if (!isObject(json)) throw new SignatureError("PAYLOAD_FORMAT", "the statement is not a JSON object");
  const statementType = stringMember(json, "_type");
  const predicateType = stringMember(json, "predicateType");
  const subjects = arrayMember(json, "subject");
  if (statementType === undefined || predicateType === undefined || subjects === undefined) {
    throw new SignatureError("PAYLOAD_FORMAT", "the statement lacks its type, its predicate's type or its subjects");
  }
  return {
    statementType,
    predicateType,
    subjects: subjects.flatMap(digestsOf),
    predicate: objectMember(json, "predicate") ?? {},
  };
}

function digestsOf(subject: unknown): readonly Digest[] {
  const digests = isObject(subject) ? objectMember(subject, "digest") : undefined;
  if (digests === undefined) return [];
  return Object.entries(digests)
    .map(([algorithm, value]) => `${algorithm}:${String(value)}`)
    .filter(isDigest);
}

export function statementClaims(statement: Statement, manifest: Digest): Extract<SignedClaims, { type: "statement" }> {
  return {
    type: "statement",
    statementType: statement.statementType,
    predicateType: statement.predicateType,
    subjects: statement.subjects.slice(0, subjectsKept),
    subjectMatches: statement.subjects.includes(manifest),
    provenance: provenanceFacts(statement),
  };
}

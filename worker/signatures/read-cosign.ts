// Legacy cosign layers: signature, certificate, log entry and timestamp stand in annotations (cosign, pkg/oci/static/signature.go).
import type { TransparencyLogEntry } from "@sigstore/bundle";
import { preAuthenticationEncoding, readEnvelope } from "./dsse.ts";
import { decodeBase64, decodeHex, readOnePem } from "./encoding.ts";
import type { SignatureLimits } from "./limits.ts";
import type { SignedMaterial } from "./material.ts";
import { SignatureError } from "./signature-error.ts";
import { hasExactly, isObject, type JsonObject, objectMember, readJson, stringMember } from "./strict-json.ts";

export const annotationNames = {
  signature: "dev.cosignproject.cosign/signature",
  certificate: "dev.sigstore.cosign/certificate",
  chain: "dev.sigstore.cosign/chain",
  bundle: "dev.sigstore.cosign/bundle",
  timestamp: "dev.sigstore.cosign/rfc3161timestamp",
} as const;

export type Annotations = Readonly<Record<string, string>>;

/** A layer of simple signing: the blob is what was signed. */
export function cosignSignatureMaterial(
  blob: Uint8Array,
  annotations: Annotations,
  limits: SignatureLimits,
): SignedMaterial {
  const text = annotations[annotationNames.signature];
  if (text === undefined || text === "") throw new SignatureError("MALFORMED", "the layer carries no signature");
  const signature = decodeBase64(text, "the signature");
  return {
    ...readProofs(annotations, limits),
    signature,
    signed: { bytes: blob },
    stamped: [signature],
    content: { type: "simple-signing", payload: blob },
  };
}

/** A layer of a DSSE envelope; cosign stamps the time of the whole envelope there, others of the signature. */
export function cosignAttestationMaterial(
  blob: Uint8Array,
  annotations: Annotations,
  signatureIndex: number,
  limits: SignatureLimits,
): SignedMaterial {
  const envelope = readEnvelope(blob, limits);
  const signature = envelope.signatures[signatureIndex];
  if (signature === undefined) throw new SignatureError("MALFORMED", "the envelope has no such signature");
  const { payloadType, payload } = envelope;
  return {
    ...readProofs(annotations, limits),
    signature,
    signed: { bytes: preAuthenticationEncoding(envelope) },
    stamped: [signature, blob],
    content: { type: "envelope", payloadType, payload, stored: blob },
  };
}

type Proofs = Pick<SignedMaterial, "certificate" | "chainAttached" | "bundleVersion" | "entries" | "timestamps">;

function readProofs(annotations: Annotations, limits: SignatureLimits): Proofs {
  const size = Object.values(annotations).reduce((sum, value) => sum + value.length, 0);
  if (size > limits.payloadBytes) throw new SignatureError("LIMIT_EXCEEDED", `annotations of ${size} characters`);
  const certificate = nonEmpty(annotations[annotationNames.certificate]);
  const bundle = nonEmpty(annotations[annotationNames.bundle]);
  const timestamp = nonEmpty(annotations[annotationNames.timestamp]);
  return {
    certificate: certificate === undefined ? null : readCertificatePem(certificate),
    chainAttached: nonEmpty(annotations[annotationNames.chain]) !== undefined,
    bundleVersion: null,
    entries: bundle === undefined ? [] : [readRekorBundle(bundle, limits)],
    timestamps: timestamp === undefined ? [] : [readTimestamp(timestamp, limits)],
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function readCertificatePem(text: string): Buffer {
  const { label, der } = readOnePem(text, "the certificate");
  if (label !== "CERTIFICATE") throw new SignatureError("MALFORMED", "the certificate annotation holds something else");
  return der;
}

function readAnnotation(text: string, members: readonly string[], limits: SignatureLimits): JsonObject {
  const json = readJson(text, { bytes: limits.payloadBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  if (!isObject(json) || !hasExactly(json, members)) {
    throw new SignatureError("MALFORMED", `the annotation is not {${members.join(", ")}}`);
  }
  return json;
}

/** cosign's RekorBundle, as containers/image reads it: exactly these members. */
function readRekorBundle(text: string, limits: SignatureLimits): TransparencyLogEntry {
  const json = readAnnotation(text, ["SignedEntryTimestamp", "Payload"], limits);
  const promise = stringMember(json, "SignedEntryTimestamp");
  const payload = objectMember(json, "Payload") ?? {};
  const body = stringMember(payload, "body");
  const logId = stringMember(payload, "logID");
  const { integratedTime, logIndex } = payload;
  if (
    promise === undefined ||
    body === undefined ||
    logId === undefined ||
    !hasExactly(payload, ["body", "integratedTime", "logIndex", "logID"]) ||
    !isCount(integratedTime) ||
    !isCount(logIndex)
  ) {
    throw new SignatureError("MALFORMED", "the log entry's annotation is not cosign's");
  }
  const canonicalizedBody = decodeBase64(body, "the log entry's body");
  return {
    logIndex: String(logIndex),
    logId: { keyId: decodeHex(logId, "the log's id") },
    kindVersion: kindOf(canonicalizedBody, limits),
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: decodeBase64(promise, "the promise") },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Bundles say the kind beside the body; here only the body knows. */
function kindOf(body: Uint8Array, limits: SignatureLimits): { kind: string; version: string } {
  const json = readJson(body, { bytes: limits.payloadBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  const entry = isObject(json) ? json : {};
  return { kind: stringMember(entry, "kind") ?? "", version: stringMember(entry, "apiVersion") ?? "" };
}

function readTimestamp(text: string, limits: SignatureLimits): Buffer {
  const json = readAnnotation(text, ["SignedRFC3161Timestamp"], limits);
  return decodeBase64(stringMember(json, "SignedRFC3161Timestamp") ?? "", "the timestamp");
}

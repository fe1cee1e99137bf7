// DSSE envelopes (secure-systems-lab/dsse): the JSON in which attestations and new-format signatures travel.
import { decodeBase64 } from "./encoding.ts";
import type { SignatureLimits } from "./limits.ts";
import { SignatureError } from "./signature-error.ts";
import { arrayMember, isObject, readJson, stringMember } from "./strict-json.ts";

export type Envelope = {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly Buffer[];
};

export const inTotoPayloadType = "application/vnd.in-toto+json";

/** The bytes that are signed: the pre-authentication encoding, in which no part can be taken for another. */
export function preAuthenticationEncoding({ payloadType, payload }: Omit<Envelope, "signatures">): Buffer {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

export function readEnvelope(bytes: Uint8Array, limits: SignatureLimits): Envelope {
  const json = readJson(bytes, { bytes: limits.bundleBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  if (!isObject(json)) throw new SignatureError("MALFORMED", "the envelope is not a JSON object");
  const payloadType = stringMember(json, "payloadType");
  const payload = stringMember(json, "payload");
  const signatures = arrayMember(json, "signatures");
  if (payloadType === undefined || payload === undefined || signatures === undefined || signatures.length === 0) {
    throw new SignatureError("MALFORMED", "the envelope lacks its payload, its type or its signatures");
  }
  if (signatures.length > limits.signaturesPerEnvelope) {
    throw new SignatureError("LIMIT_EXCEEDED", `an envelope with ${signatures.length} signatures`);
  }
  return {
    payloadType,
    payload: decodeBase64(payload, "the envelope's payload"),
    signatures: signatures.map((signature) => {
      const sig = isObject(signature) ? stringMember(signature, "sig") : undefined;
      if (sig === undefined || sig === "")
        throw new SignatureError("MALFORMED", "a signature of the envelope is empty");
      return decodeBase64(sig, "a signature of the envelope");
    }),
  };
}

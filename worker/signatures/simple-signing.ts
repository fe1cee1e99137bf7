// Simple-signing payloads (containers-signature.5): what a cosign or OpenPGP signature of an image says.
import type { SignedClaims } from "../../policies/trust/finding.ts";
import { isDigest } from "../../policies/words/digest.ts";
import { parseDockerReference } from "./docker-reference.ts";
import type { SignatureLimits } from "./limits.ts";
import { SignatureError } from "./signature-error.ts";
import { hasExactly, isObject, type JsonObject, objectMember, readJson, stringMember } from "./strict-json.ts";

export const cosignType = "cosign container image signature";
export const openpgpType = "atomic container signature";

function wrong(message: string): SignatureError {
  return new SignatureError("PAYLOAD_FORMAT", message);
}

/**
 * Reads a payload whose signature has been verified, as strictly as containers/image: exactly these members, since
 * an unknown one in `critical` may restrict what is said. cosign writes `"optional": null`; OpenPGP signers may not.
 */
export function readSimpleSigning(
  payload: Uint8Array,
  type: typeof cosignType | typeof openpgpType,
  limits: SignatureLimits,
): Extract<SignedClaims, { type: "simple-signing" }> {
  const json = readPayload(payload, limits);
  if (!hasExactly(json, ["critical", "optional"])) throw wrong("the payload is not {critical, optional}");
  const critical = objectMember(json, "critical");
  if (critical === undefined || !hasExactly(critical, ["type", "image", "identity"])) {
    throw wrong("critical is not {type, image, identity}");
  }
  const signedType = stringMember(critical, "type");
  if (signedType !== type)
    throw new SignatureError("PAYLOAD_TYPE", `the payload is of type ${JSON.stringify(signedType)}`);

  const digest = onlyString(critical, "image", "docker-manifest-digest");
  if (!isDigest(digest)) throw wrong("critical.image names no digest");
  const reference = onlyString(critical, "identity", "docker-reference");
  const parsed = parseDockerReference(reference);
  return {
    type: "simple-signing",
    digest,
    reference,
    repository: parsed?.repository ?? null,
    tag: parsed?.tag ?? null,
    ...readOptional(json.optional, type),
  };
}

function readPayload(payload: Uint8Array, limits: SignatureLimits): JsonObject {
  try {
    const json = readJson(payload, { bytes: limits.payloadBytes, depth: limits.jsonDepth, values: limits.jsonValues });
    if (isObject(json)) return json;
  } catch (cause) {
    if (cause instanceof SignatureError && cause.code === "LIMIT_EXCEEDED") throw cause;
    throw new SignatureError("PAYLOAD_FORMAT", "the payload is not a JSON document without repeated members", {
      cause,
    });
  }
  throw wrong("the payload is not a JSON object");
}

function onlyString(critical: JsonObject, member: string, only: string): string {
  const object = objectMember(critical, member);
  const value = object === undefined || !hasExactly(object, [only]) ? undefined : stringMember(object, only);
  if (value === undefined) throw wrong(`critical.${member} is not {${only}}`);
  return value;
}

/** Unknown members are for others; those that have a meaning must have their form. */
function readOptional(optional: unknown, type: string): { creator: string | null; createdAtMs: number | null } {
  if (optional === null && type === cosignType) return { creator: null, createdAtMs: null };
  if (!isObject(optional)) throw wrong("optional is not an object");
  const { creator = null, timestamp = null } = { creator: optional.creator, timestamp: optional.timestamp };
  if (creator !== null && typeof creator !== "string") throw wrong("optional.creator is not a string");
  if (timestamp !== null && !Number.isSafeInteger(timestamp)) throw wrong("optional.timestamp is not an integer");
  return { creator, createdAtMs: typeof timestamp === "number" ? timestamp * 1000 : null };
}

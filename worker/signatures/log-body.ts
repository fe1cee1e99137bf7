// Bodies of log entries: whether what Rekor recorded is this signature, of this payload, by this key or certificate.

import { createHash } from "node:crypto";
import { decodeBase64, decodeHex, readOnePem } from "./encoding.ts";
import { sha256 } from "./public-key.ts";
import { SignatureError } from "./signature-error.ts";
import { arrayMember, isObject, type JsonObject, objectMember, readJson, stringMember } from "./strict-json.ts";

/** Bodies repeat a certificate and a signature; intoto 0.0.2 as older logs return it repeats the envelope. */
const limits = { bytes: 4 * 1024 * 1024, depth: 32, values: 10_000 };

/** What a body is compared with. */
export type LoggedSignature = {
  readonly signature: Buffer;
  /** The bytes that were signed, or their digest where nobody has them. */
  readonly signed:
    | { readonly bytes: Uint8Array }
    | { readonly digest: { readonly algorithm: string; readonly value: Buffer } };
  /** Of a DSSE envelope: its payload, and the envelope's own bytes where they were stored as they are. */
  readonly envelope: { readonly payload: Buffer; readonly stored: Uint8Array | null } | null;
};

/** The key or certificate in an entry. Its DER is compared: a PEM may have any line length. */
export type Verifier = { readonly label: "PUBLIC KEY" | "CERTIFICATE"; readonly der: Buffer };

export type LogBody =
  | { readonly outcome: "holds"; readonly verifiers: readonly Verifier[] }
  | { readonly outcome: "fails"; readonly reason: string }
  | { readonly outcome: "unsupported"; readonly reason: string };

/** The keys in the entry are left to be compared by the caller: sigstore-js never does. */
export function checkLogBody(kind: string, version: string, body: Uint8Array, logged: LoggedSignature): LogBody {
  try {
    const json = readJson(body, limits);
    const spec = isObject(json) ? objectMember(json, "spec") : undefined;
    if (!isObject(json) || spec === undefined) throw mismatch("the entry is no JSON object");
    if (stringMember(json, "kind") !== kind || stringMember(json, "apiVersion") !== version) {
      throw mismatch("the entry is of another kind than it is said to be");
    }
    const read = readers[`${kind} ${version}`];
    if (read === undefined) return { outcome: "unsupported", reason: `log entries of kind ${kind} ${version}` };
    return { outcome: "holds", verifiers: read(spec, logged) };
  } catch (thrown) {
    return { outcome: "fails", reason: thrown instanceof SignatureError ? thrown.message : "the entry is malformed" };
  }
}

function mismatch(message: string): SignatureError {
  return new SignatureError("TLOG_BODY", message);
}

const readers: Readonly<Record<string, (spec: JsonObject, logged: LoggedSignature) => readonly Verifier[]>> = {
  "hashedrekord 0.0.1": (spec, logged) => {
    const signature = member(spec, "signature");
    requireSignature(text(signature, "content"), logged);
    requireDigest(hash001(member(spec, "data"), "hash"), signedDigest(logged), "what was signed");
    return [pemVerifier(text(member(signature, "publicKey"), "content"))];
  },
  "hashedrekord 0.0.2": (spec, logged) => {
    const entry = member(spec, "hashedRekordV002");
    const signature = member(entry, "signature");
    requireSignature(text(signature, "content"), logged);
    requireDigest(hash002(member(entry, "data")), signedDigest(logged), "what was signed");
    return [verifier002(member(signature, "verifier"))];
  },
  "dsse 0.0.1": (spec, logged) => {
    const envelope = envelopeOf(logged);
    requireDigest(hash001(spec, "payloadHash"), digestsOf(envelope.payload), "the payload");
    if (envelope.stored !== null)
      requireDigest(hash001(spec, "envelopeHash"), digestsOf(envelope.stored), "the envelope");
    return signaturesOf(spec, logged, "signature").map((entry) => pemVerifier(text(entry, "verifier")));
  },
  "dsse 0.0.2": (spec, logged) => {
    const entry = member(spec, "dsseV002");
    requireDigest(hash002(member(entry, "payloadHash")), digestsOf(envelopeOf(logged).payload), "the payload");
    return signaturesOf(entry, logged, "content").map((signature) => verifier002(member(signature, "verifier")));
  },
  /** It does not record the signature but the envelope, which holds it: only a stored envelope can be compared. */
  "intoto 0.0.1": (spec, logged) => {
    const envelope = envelopeOf(logged);
    if (envelope.stored === null) throw mismatch("the entry speaks of an envelope that is not kept as it was");
    const content = member(spec, "content");
    requireDigest(hash001(content, "hash"), digestsOf(envelope.stored), "the envelope");
    if (Object.hasOwn(content, "payloadHash")) {
      requireDigest(hash001(content, "payloadHash"), digestsOf(envelope.payload), "the payload");
    }
    return [pemVerifier(text(spec, "publicKey"))];
  },
  "intoto 0.0.2": (spec, logged) => {
    const content = member(spec, "content");
    requireDigest(hash001(content, "payloadHash"), digestsOf(envelopeOf(logged).payload), "the payload");
    const entries = arrayMember(member(content, "envelope"), "signatures")?.filter(isObject) ?? [];
    // The signature is encoded twice here (sigstore/rekor, types/intoto/v0.0.2).
    const found = entries.filter((entry) =>
      decodeBase64(decodeBase64(text(entry, "sig"), "the signature").toString("latin1"), "the signature").equals(
        logged.signature,
      ),
    );
    if (found.length === 0) throw mismatch("the entry has another signature");
    return found.map((entry) => pemVerifier(text(entry, "publicKey")));
  },
};

function member(object: JsonObject, name: string): JsonObject {
  const value = objectMember(object, name);
  if (value === undefined) throw mismatch(`the entry lacks ${name}`);
  return value;
}

function text(object: JsonObject, name: string): string {
  const value = stringMember(object, name);
  if (value === undefined || value === "") throw mismatch(`the entry lacks ${name}`);
  return value;
}

function envelopeOf(logged: LoggedSignature): NonNullable<LoggedSignature["envelope"]> {
  if (logged.envelope === null) throw mismatch("the entry speaks of an envelope, and there is none");
  return logged.envelope;
}

type Hash = { readonly algorithm: string; readonly value: Buffer };

function hash001(object: JsonObject, name: string): Hash {
  const hash = member(object, name);
  return { algorithm: text(hash, "algorithm"), value: decodeHex(text(hash, "value"), name) };
}

const algorithms002: Readonly<Record<string, string>> = { SHA2_256: "sha256", SHA2_384: "sha384", SHA2_512: "sha512" };

function hash002(object: JsonObject): Hash {
  const algorithm = text(object, "algorithm");
  return { algorithm: algorithms002[algorithm] ?? algorithm, value: decodeBase64(text(object, "digest"), "digest") };
}

/** The digest by an algorithm that the entry names; undefined where it cannot be computed. */
type DigestBy = (algorithm: string) => Buffer | undefined;

function digestsOf(bytes: Uint8Array): DigestBy {
  return (algorithm) =>
    algorithm === "sha256"
      ? sha256(bytes)
      : ["sha384", "sha512"].includes(algorithm)
        ? createHash(algorithm).update(bytes).digest()
        : undefined;
}

function signedDigest({ signed }: LoggedSignature): DigestBy {
  if ("bytes" in signed) return digestsOf(signed.bytes);
  return (algorithm) => (algorithm === signed.digest.algorithm ? signed.digest.value : undefined);
}

function requireDigest(recorded: Hash, digestBy: DigestBy, what: string): void {
  if (digestBy(recorded.algorithm)?.equals(recorded.value) !== true)
    throw mismatch(`the entry is of another digest of ${what}`);
}

function requireSignature(recorded: string, logged: LoggedSignature): void {
  if (!decodeBase64(recorded, "the signature").equals(logged.signature))
    throw mismatch("the entry has another signature");
}

/** An envelope that was signed several times is logged once, with all its signatures. */
function signaturesOf(object: JsonObject, logged: LoggedSignature, name: string): readonly JsonObject[] {
  const entries = arrayMember(object, "signatures")?.filter(isObject) ?? [];
  const found = entries.filter((entry) => decodeBase64(text(entry, name), "the signature").equals(logged.signature));
  if (found.length === 0) throw mismatch("the entry has another signature");
  return found;
}

function pemVerifier(base64: string): Verifier {
  const { label, der } = readOnePem(decodeBase64(base64, "the key").toString("latin1"), "the key");
  if (label !== "PUBLIC KEY" && label !== "CERTIFICATE") throw mismatch(`the entry's key is a ${label}`);
  return { label, der };
}

function verifier002(verifier: JsonObject): Verifier {
  const certificate = objectMember(verifier, "x509Certificate");
  if (certificate !== undefined) {
    return { label: "CERTIFICATE", der: decodeBase64(text(certificate, "rawBytes"), "the certificate") };
  }
  return { label: "PUBLIC KEY", der: decodeBase64(text(member(verifier, "publicKey"), "rawBytes"), "the key") };
}

// Public keys and the bare arithmetic of signatures, with every algorithm named, none guessed by a library.
import { constants, createHash, createPublicKey, type KeyObject, publicDecrypt, verify } from "node:crypto";
import { digestOf } from "../../policies/words/digest.ts";
import { verifyEcdsaDigest } from "./ecdsa-digest.ts";
import { readOnePem } from "./encoding.ts";

type Hash = "sha256" | "sha384" | "sha512";
export type Curve = "p256" | "p384" | "p521";

type KeyShape =
  | { readonly type: "ecdsa"; readonly curve: Curve; readonly hashes: readonly Hash[] }
  | { readonly type: "rsa"; readonly bits: number; readonly pssOnly: boolean }
  | { readonly type: "ed25519" };

export type PublicKey = {
  /** `sha256:` and the hexadecimal SHA-256 of the DER SubjectPublicKeyInfo. */
  readonly fingerprint: string;
  readonly shape: KeyShape;
  readonly spki: Buffer;
  readonly key: KeyObject;
};

export type ReadKey =
  | { readonly outcome: "key"; readonly key: PublicKey }
  | { readonly outcome: "unsupported"; readonly fingerprint: string; readonly reason: string }
  | { readonly outcome: "malformed"; readonly reason: string };

const curves: Readonly<Record<string, { curve: Curve; hashes: readonly Hash[] }>> = {
  prime256v1: { curve: "p256", hashes: ["sha256"] },
  // cosign signs with the curve's own hash since 2.5, with SHA-256 before; containers/image knows SHA-256 alone.
  secp384r1: { curve: "p384", hashes: ["sha384", "sha256"] },
  secp521r1: { curve: "p521", hashes: ["sha512", "sha256"] },
};

const rsaHashes: readonly Hash[] = ["sha256", "sha384", "sha512"];
const minimumRsaBits = 2048;
const maximumRsaBits = 4096;

/** A PEM public key, as trust documents name it. `PRIVATE KEY` and certificates are refused, which Node would take. */
export function readPublicKeyPem(text: string): ReadKey {
  try {
    const { label, der } = readOnePem(text, "the key");
    if (label === "PUBLIC KEY") return readPublicKey(der, "spki");
    if (label === "RSA PUBLIC KEY") return readPublicKey(der, "pkcs1");
    return { outcome: "malformed", reason: `a PEM block of type ${JSON.stringify(label)} is no public key` };
  } catch (cause) {
    return { outcome: "malformed", reason: cause instanceof Error ? cause.message : "not a PEM block" };
  }
}

export function readPublicKey(der: Uint8Array, type: "spki" | "pkcs1" = "spki"): ReadKey {
  let read: KeyObject;
  try {
    read = createPublicKey({ key: Buffer.from(der), format: "der", type });
  } catch {
    return { outcome: "malformed", reason: "not a DER public key" };
  }
  const shape = shapeOf(read);
  const key = typeof shape !== "string" && shape.type === "ecdsa" ? normalForm(read) : read;
  const spki = key.export({ format: "der", type: "spki" });
  const fingerprint = digestOf(spki);
  if (typeof shape === "string") return { outcome: "unsupported", fingerprint, reason: shape };
  return { outcome: "key", key: { fingerprint, shape, spki, key } };
}

/** One key has one fingerprint, though its point be compressed or its curve spelled out: it is one signer, not two. */
function normalForm(key: KeyObject): KeyObject {
  return createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" });
}

function shapeOf(key: KeyObject): KeyShape | string {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "ec": {
      // Parameters that are not exactly those of a curve with a name could be a back door (CVE-2020-0601): they have none.
      const curve = Object.hasOwn(curves, details.namedCurve ?? "") ? curves[details.namedCurve ?? ""] : undefined;
      return curve === undefined ? "an elliptic curve that is not P-256, P-384 or P-521" : { type: "ecdsa", ...curve };
    }
    case "rsa":
    case "rsa-pss": {
      const bits = details.modulusLength ?? 0;
      if (bits < minimumRsaBits || bits > maximumRsaBits) return `an RSA key of ${bits} bits`;
      return { type: "rsa", bits, pssOnly: key.asymmetricKeyType === "rsa-pss" };
    }
    case "ed25519":
      return { type: "ed25519" };
    default:
      return `a key of type ${key.asymmetricKeyType}`;
  }
}

/** What was signed: the bytes, or their digest alone where nobody has the bytes. */
export type SignedBytes =
  | { readonly bytes: Uint8Array }
  | { readonly digest: { readonly algorithm: Hash; readonly value: Buffer } };

/** The name of the algorithm by which the signature holds; `unsupported` where this cannot be said from a digest. */
export function verifySignature(
  key: PublicKey,
  signed: SignedBytes,
  signature: Uint8Array,
): string | "unsupported" | undefined {
  try {
    return "bytes" in signed
      ? verifyBytes(key, signed.bytes, signature)
      : verifyDigest(key, signed.digest.algorithm, signed.digest.value, Buffer.from(signature));
  } catch {
    // OpenSSL throws on some malformed signatures where it answers false on others.
    return undefined;
  }
}

function verifyBytes({ key, shape }: PublicKey, bytes: Uint8Array, signature: Uint8Array): string | undefined {
  switch (shape.type) {
    case "ecdsa": {
      const hash = shape.hashes.find((candidate) => verify(candidate, bytes, key, signature));
      return hash === undefined ? undefined : `ecdsa-${shape.curve}-${hash}`;
    }
    case "ed25519":
      return verify(null, bytes, key, signature) ? "ed25519" : undefined;
    case "rsa": {
      if (!shape.pssOnly) {
        const padding = constants.RSA_PKCS1_PADDING;
        const hash = rsaHashes.find((candidate) => verify(candidate, bytes, { key, padding }, signature));
        if (hash !== undefined) return `rsa-pkcs1v15-${shape.bits}-${hash}`;
      }
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      const saltLength = constants.RSA_PSS_SALTLEN_AUTO;
      const hash = rsaHashes.find((candidate) => verify(candidate, bytes, { key, padding, saltLength }, signature));
      return hash === undefined ? undefined : `rsa-pss-${shape.bits}-${hash}`;
    }
  }
}

/** DigestInfo of RFC 8017, section 9.2: the DER prefix of each hash. */
const digestInfo: Readonly<Record<Hash, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

function verifyDigest(
  key: PublicKey,
  hash: Hash,
  value: Buffer,
  signature: Buffer,
): string | "unsupported" | undefined {
  const { shape } = key;
  switch (shape.type) {
    case "ecdsa":
      if (!shape.hashes.includes(hash)) return undefined;
      return verifyEcdsaDigest(key.key, shape.curve, value, signature) ? `ecdsa-${shape.curve}-${hash}` : undefined;
    case "rsa": {
      const expected = Buffer.concat([Buffer.from(digestInfo[hash], "hex"), value]);
      const decrypted = recover(key.key, signature);
      // Nothing but PSS padding is left then, which this does not take apart.
      return decrypted?.equals(expected) ? `rsa-pkcs1v15-${shape.bits}-${hash}` : "unsupported";
    }
    case "ed25519":
      // Ed25519 hashes the message twice, with parts of the signature: there is no digest to start from.
      return "unsupported";
  }
}

function recover(key: KeyObject, signature: Buffer): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
  } catch {
    return undefined;
  }
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// Keys of every kind that signs images. Elliptic ones come from their name, so that they are the same in every run.
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";

export type KeyKind = "p256" | "p384" | "p521" | "ed25519" | "rsa2048" | "rsa3072" | "rsa4096";

export type SigningKey = {
  readonly name: string;
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly spki: Buffer;
  /** What a trust document names. */
  readonly pem: string;
  /** `sha256:` and the digest of the SPKI. */
  readonly fingerprint: string;
};

const curves = {
  p256: { node: "prime256v1", jwk: "P-256", bytes: 32 },
  p384: { node: "secp384r1", jwk: "P-384", bytes: 48 },
  p521: { node: "secp521r1", jwk: "P-521", bytes: 66 },
} as const;

const made = new Map<string, SigningKey>();

/** The key of this name; RSA keys cannot be made from a name and are new in each run. */
export function signingKey(name: string, kind: KeyKind = "p256"): SigningKey {
  const id = `${kind} ${name}`;
  const key = made.get(id) ?? makeKey(name, kind);
  made.set(id, key);
  return key;
}

export function makeKey(name: string, kind: KeyKind): SigningKey {
  const privateKey = makePrivateKey(name, kind);
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ format: "der", type: "spki" });
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  const fingerprint = `sha256:${createHash("sha256").update(spki).digest("hex")}`;
  return { name, kind, privateKey, publicKey, spki, pem, fingerprint };
}

function makePrivateKey(name: string, kind: KeyKind): KeyObject {
  if (kind.startsWith("rsa")) {
    return generateKeyPairSync("rsa", { modulusLength: Number(kind.slice(3)) }).privateKey;
  }
  const seed = createHash("sha512").update(`signing kit: ${kind} ${name}`).digest();
  if (kind === "ed25519") {
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed.subarray(0, 32)]);
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  }
  const curve = curves[kind as keyof typeof curves];
  const ecdh = createECDH(curve.node);
  // The first bytes are zero on the longest curve, whose order is longer than the hash.
  ecdh.setPrivateKey(Buffer.concat([Buffer.alloc(curve.bytes), seed.subarray(0, curve.bytes)]).subarray(-curve.bytes));
  const point = ecdh.getPublicKey();
  const part = (at: number) => point.subarray(1 + at * curve.bytes, 1 + (at + 1) * curve.bytes).toString("base64url");
  const d = ecdh.getPrivateKey();
  const key = {
    kty: "EC",
    crv: curve.jwk,
    x: part(0),
    y: part(1),
    d: Buffer.concat([Buffer.alloc(curve.bytes - d.length), d]).toString("base64url"),
  };
  return createPrivateKey({ key, format: "jwk" });
}

export type Hash = "sha256" | "sha384" | "sha512";

/** As cosign signs: PKCS#1 v1.5 for RSA, Ed25519 without a hash. */
export function signBytes(key: SigningKey, bytes: Uint8Array, hash: Hash = "sha256"): Buffer {
  return sign(key.kind === "ed25519" ? null : hash, bytes, key.privateKey);
}

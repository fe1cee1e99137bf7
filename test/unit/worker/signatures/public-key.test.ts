// Keys and bare signatures: each algorithm that signs images, and digests where the bytes are not to be had.
import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyEcdsaDigest } from "../../../../worker/signatures/ecdsa-digest.ts";
import { readPublicKey, readPublicKeyPem, verifySignature } from "../../../../worker/signatures/public-key.ts";
import { toPem } from "../../../kit/signing/certificate.ts";
import { bits, integer, oid, sequence, tlv } from "../../../kit/signing/der.ts";
import { publicKeyOf } from "../../../kit/signing/evidence.ts";
import { type KeyKind, signBytes, signingKey } from "../../../kit/signing/keys.ts";

const message = Buffer.from("a message");
const digest = (bytes: Uint8Array, algorithm: "sha256" | "sha384" | "sha512" = "sha256") => ({
  digest: { algorithm, value: createHash(algorithm).update(bytes).digest() },
});
const pemOf = (type: string, options: object): string =>
  String(
    generateKeyPairSync(type as "ec", { ...options, publicKeyEncoding: { format: "pem", type: "spki" } } as never)
      .publicKey,
  );

/** An RSA key of any length, of which nobody has the factors. */
function rsaOf(bits: number): string {
  const modulus = (1n << BigInt(bits - 1)) + 1n;
  return toPem(sequence(integer(modulus), integer(65_537)), "RSA PUBLIC KEY");
}

describe("readPublicKeyPem", () => {
  test("names a key by the digest of its SPKI, however its PEM is written", () => {
    const key = signingKey("a");
    const rsa = signingKey("a", "rsa2048");
    const pkcs1 = rsa.publicKey.export({ format: "pem", type: "pkcs1" }).toString();
    expect(readPublicKeyPem(key.pem.replaceAll("\n", "\r\n"))).toMatchObject({ key: { fingerprint: key.fingerprint } });
    expect(readPublicKeyPem(pkcs1)).toMatchObject({ key: { fingerprint: rsa.fingerprint } });
  });

  test("gives one key one name, with its curve spelled out or its point compressed", () => {
    const key = signingKey("a");
    const x = Buffer.from(key.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const y = Buffer.from(key.publicKey.export({ format: "jwk" }).y ?? "", "base64url");
    const point = Buffer.concat([Buffer.from([2 + ((y.at(-1) ?? 0) & 1)]), x]);
    const algorithm = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));
    const compressed = toPem(sequence(algorithm, bits(point)), "PUBLIC KEY");
    expect(compressed).not.toBe(key.pem);
    expect(readPublicKeyPem(compressed)).toMatchObject({ key: { fingerprint: key.fingerprint } });
    const named = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).publicKey;
    const jwk = createPublicKey({ key: named.export({ format: "jwk" }), format: "jwk" });
    const spelledOut = readPublicKeyPem(named.export({ format: "pem", type: "spki" }).toString());
    expect(spelledOut).toEqual(readPublicKeyPem(jwk.export({ format: "pem", type: "spki" }).toString()));
  });

  test.each([
    ["a curve that is none of NIST's three", () => pemOf("ec", { namedCurve: "secp256k1" })],
    ["an RSA key that is too short", () => pemOf("rsa", { modulusLength: 1024 })],
    ["an RSA key that takes too long", () => rsaOf(4104)],
    ["Ed448", () => pemOf("ed448", {})],
    ["DSA", () => pemOf("dsa", { modulusLength: 2048 })],
  ])("does not support %s, and still names it", (_, pem) => {
    expect(readPublicKeyPem(pem())).toMatchObject({
      outcome: "unsupported",
      fingerprint: expect.stringMatching(/^sha256:/),
    });
  });

  test.each([
    ["a private key", () => signingKey("a").privateKey.export({ format: "pem", type: "pkcs8" }).toString()],
    ["a certificate", () => signingKey("a").pem.replaceAll("PUBLIC KEY", "CERTIFICATE")],
    ["two keys", () => signingKey("a").pem + signingKey("b").pem],
    ["bytes that are no key", () => "-----BEGIN PUBLIC KEY-----\nYWJj\n-----END PUBLIC KEY-----"],
    ["nothing", () => ""],
  ])("refuses %s", (_, pem) => {
    expect(readPublicKeyPem(pem()).outcome).toBe("malformed");
  });
});

describe("verifySignature", () => {
  test("knows RSA-PSS with any salt, as cloud key services sign", () => {
    const key = signingKey("pss", "rsa2048");
    for (const saltLength of [0, 20, 32, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      const signature = sign("sha256", message, { key: key.privateKey, padding, saltLength });
      expect(verifySignature(publicKeyOf(key), { bytes: message }, signature)).toBe("rsa-pss-2048-sha256");
      expect(verifySignature(publicKeyOf(key), digest(message), signature)).toBe("unsupported");
    }
  });

  test("knows a key that may sign by PSS alone", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
    const read = readPublicKey(publicKey.export({ format: "der", type: "spki" }));
    const signature = sign("sha256", message, privateKey);
    expect(read.outcome === "key" && verifySignature(read.key, { bytes: message }, signature)).toBe(
      "rsa-pss-2048-sha256",
    );
    expect(read.outcome === "key" && verifySignature(read.key, digest(message), signature)).toBe("unsupported");
  });

  test("does not take SHA-1, MD5 or another curve's hash", () => {
    const rsa = signingKey("weak", "rsa2048");
    expect(
      verifySignature(publicKeyOf(rsa), { bytes: message }, sign("sha1", message, rsa.privateKey)),
    ).toBeUndefined();
    const p256 = signingKey("weak");
    expect(
      verifySignature(publicKeyOf(p256), { bytes: message }, sign("sha512", message, p256.privateKey)),
    ).toBeUndefined();
  });

  test.each([Buffer.alloc(0), Buffer.alloc(3, 0x30), Buffer.alloc(72, 0xff), Buffer.alloc(256)])(
    "answers no to a signature that is none (%#)",
    (signature) => {
      for (const kind of ["p256", "p521", "ed25519", "rsa2048"] as const) {
        const key = publicKeyOf(signingKey("weak", kind));
        expect(verifySignature(key, { bytes: message }, signature)).toBeUndefined();
        expect([undefined, "unsupported"]).toContain(verifySignature(key, digest(message), signature));
      }
    },
  );
});

describe("a signature over a digest", () => {
  const curves: readonly (readonly [KeyKind, "p256" | "p384" | "p521", "sha256" | "sha384" | "sha512"])[] = [
    ["p256", "p256", "sha256"],
    ["p384", "p384", "sha384"],
    ["p384", "p384", "sha256"],
    ["p521", "p521", "sha512"],
    ["p521", "p521", "sha256"],
  ];

  test.each(curves)("is what OpenSSL says over the bytes, for %s (%s, %s)", (kind, _, hash) => {
    const key = signingKey("digests", kind);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, isOther) => {
        const signature = signBytes(key, bytes, hash);
        const over = isOther ? Buffer.concat([bytes, Buffer.from("x")]) : bytes;
        const answer = verifySignature(publicKeyOf(key), digest(over, hash), signature);
        expect(answer).toBe(verifySignature(publicKeyOf(key), { bytes: over }, signature));
        expect(answer === undefined).toBe(isOther);
      }),
      { numRuns: 15 },
    );
  });

  test("is known for RSA PKCS#1 v1.5, and unknown for Ed25519", () => {
    const rsa = signingKey("digests", "rsa2048");
    const ed = signingKey("digests", "ed25519");
    expect(verifySignature(publicKeyOf(rsa), digest(message), signBytes(rsa, message))).toBe(
      "rsa-pkcs1v15-2048-sha256",
    );
    expect(verifySignature(publicKeyOf(ed), digest(message), signBytes(ed, message))).toBe("unsupported");
  });

  test("of a hash that the curve is not used with is none", () => {
    const key = signingKey("digests");
    const signature = sign("sha512", message, key.privateKey);
    expect(verifySignature(publicKeyOf(key), digest(message, "sha512"), signature)).toBeUndefined();
  });

  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const hashed = createHash("sha256").update(message).digest();
  const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

  /** A signature whose r and s both begin with a set bit, so that DER puts a zero before them. */
  function highSignature(): { r: bigint; s: bigint } {
    for (;;) {
      const der = signBytes(signingKey("digests"), message);
      if (der.length === 72) {
        const [r, s] = [der.subarray(5, 37), der.subarray(40)].map((bytes) => BigInt(`0x${bytes.toString("hex")}`));
        if (r !== undefined && s !== undefined) return { r, s };
      }
    }
  }

  // Wycheproof's ecdsa vectors: a signature that holds, written in every way that is not DER or out of range.
  test.each<[string, (signature: { r: bigint; s: bigint }) => Buffer]>([
    ["r and the order", ({ r, s }) => sequence(integer(r + order), integer(s))],
    ["s and the order", ({ r, s }) => sequence(integer(r), integer(s + order))],
    ["a negative r", ({ r, s }) => sequence(tlv(2, bytesOf(r)), integer(s))],
    ["a negative s", ({ r, s }) => sequence(integer(r), tlv(2, bytesOf(s)))],
    ["a zero too many", ({ r, s }) => sequence(tlv(2, Buffer.from([0, 0]), bytesOf(r)), integer(s))],
    ["another tag", ({ r, s }) => sequence(tlv(4, Buffer.from([0]), bytesOf(r)), integer(s))],
    ["three integers", ({ r, s }) => sequence(integer(r), integer(s), integer(1))],
    ["one integer", ({ r }) => sequence(integer(r))],
    ["bytes behind it", ({ r, s }) => Buffer.concat([sequence(integer(r), integer(s)), Buffer.from([0])])],
    ["a set in place of a sequence", ({ r, s }) => tlv(0x31, integer(r), integer(s))],
    [
      "a length that is longer than it must be",
      ({ r, s }) => Buffer.concat([Buffer.from([0x30, 0x81]), sequence(integer(r), integer(s)).subarray(1)]),
    ],
    ["an empty r", ({ s }) => sequence(tlv(2), integer(s))],
    ["r = 0", ({ s }) => sequence(integer(0), integer(s))],
    ["s = 0", ({ r }) => sequence(integer(r), integer(0))],
  ])("is refused with %s, as OpenSSL refuses it", (_, write) => {
    const { publicKey } = signingKey("digests");
    const { r, s } = highSignature();
    const right = sequence(integer(r), integer(s));
    expect(verifyEcdsaDigest(publicKey, "p256", hashed, right)).toBe(true);
    const wrong = write({ r, s });
    expect(verifyEcdsaDigest(publicKey, "p256", hashed, wrong)).toBe(false);
    expect(verifySignature(publicKeyOf(signingKey("digests")), { bytes: message }, wrong)).toBeUndefined();
  });

  test.each([Buffer.alloc(0), Buffer.from([0x30]), Buffer.from([0x30, 0]), Buffer.from([0x30, 2, 2, 9])])(
    "is refused where there is no signature (%#)",
    (signature) => {
      expect(verifyEcdsaDigest(signingKey("digests").publicKey, "p256", hashed, signature)).toBe(false);
    },
  );

  // The generator as a public key, and its negative: sums of points then meet themselves, or nothing.
  const generator = (d: bigint) => {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(bytesOf(d));
    const point = ecdh.getPublicKey();
    const [x = "", y = ""] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
    return createPrivateKey({
      key: { kty: "EC", crv: "P-256", x, y, d: bytesOf(d).toString("base64url") },
      format: "jwk",
    });
  };

  test.each([1n, 2n, order - 1n, order - 2n])("is what OpenSSL says for the private key %d", (d) => {
    const privateKey = generator(d);
    const publicKey = createPublicKey(privateKey);
    for (let count = 0; count < 5; count++) {
      const bytes = Buffer.from(`message ${count}`);
      const value = createHash("sha256").update(bytes).digest();
      const signature = sign("sha256", bytes, privateKey);
      expect(verifyEcdsaDigest(publicKey, "p256", value, signature)).toBe(true);
      expect(verifyEcdsaDigest(publicKey, "p256", hashed, signature)).toBe(false);
    }
  });

  test("is refused where the sum is the point at infinity", () => {
    // With G as the key, a digest of -r gives u1 + u2 = 0.
    const signature = sequence(integer(1), integer(7));
    expect(verifyEcdsaDigest(createPublicKey(generator(1n)), "p256", bytesOf(order - 1n), signature)).toBe(false);
  });

  test("with the other of two values for s is one, as OpenSSL says too", () => {
    const key = signingKey("digests");
    const signature = signBytes(key, message);
    const rLength = signature[3] ?? 0;
    const r = BigInt(`0x${signature.subarray(4, 4 + rLength).toString("hex")}`);
    const s = BigInt(`0x${signature.subarray(6 + rLength).toString("hex")}`);
    const other = sequence(integer(r), integer(order - s));
    expect(verifySignature(publicKeyOf(key), { bytes: message }, other)).toBe("ecdsa-p256-sha256");
    expect(verifySignature(publicKeyOf(key), digest(message), other)).toBe("ecdsa-p256-sha256");
  });
});

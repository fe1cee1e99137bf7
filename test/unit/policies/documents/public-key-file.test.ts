// Which PEM files are public keys of a kind that can be verified.
import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { readPublicKey } from "../../../../policies/documents/public-key-file.ts";
import { ecKey, pemOf } from "./keys.ts";

const rsa = (modulusLength: number) => pemOf(generateKeyPairSync("rsa", { modulusLength }).publicKey);

test.each([
  ["P-256", ecKey("prime256v1").publicKey],
  ["P-384", ecKey("secp384r1").publicKey],
  ["P-521", ecKey("secp521r1").publicKey],
  ["RSA", rsa(2048)],
  ["Ed25519", pemOf(generateKeyPairSync("ed25519").publicKey)],
])("a %s key is read, and named by the SHA-256 of its SPKI", (algorithm, pem) => {
  const fingerprint = createHash("sha256")
    .update(createPublicKey(pem).export({ type: "spki", format: "der" }))
    .digest("hex");
  expect(readPublicKey(pem)).toEqual({ outcome: "key", algorithm, fingerprint });
  expect(readPublicKey(`published at https://registry.example\n${pem.replaceAll("\n", "\r\n")}`)).toEqual({
    outcome: "key",
    algorithm,
    fingerprint,
  });
});

test("a key with its curve spelled out has the name of the same key without", () => {
  const spelledOut = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).publicKey;
  const named = createPublicKey({ key: spelledOut.export({ format: "jwk" }), format: "jwk" });
  expect(pemOf(spelledOut)).not.toBe(pemOf(named));
  expect(readPublicKey(pemOf(spelledOut))).toEqual(readPublicKey(pemOf(named)));
});

const { publicKey, privateKey } = ecKey("prime256v1");
test.each([
  ["nothing", "", "not one public key"],
  ["other text", "hello", "not one public key"],
  ["two keys", publicKey + publicKey, "not one public key"],
  ["a private key", privateKey, "private key"],
  ["a public key with its private key", publicKey + privateKey, "private key"],
  ["a certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "certificate"],
  ["a key in PKCS#1", "-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n", "not one public key"],
  ["a damaged key", publicKey.replace(/A/g, "B"), "copy the PEM file again"],
  ["a short RSA key", rsa(1024), "kind that is not verified"],
  ["a curve that signatures do not use", ecKey("secp256k1").publicKey, "kind that is not verified"],
  ["a key for agreement", pemOf(generateKeyPairSync("x25519").publicKey), "kind that is not verified"],
])("%s is refused", (_, pem, reason) => {
  const read = readPublicKey(pem);
  expect(read.outcome === "refused" && read.reason).toContain(reason);
});

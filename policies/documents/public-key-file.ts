// Public key files: what a PEM file of a key signer holds, and the fingerprint by which two files are one key.
import { createHash, createPublicKey, type KeyObject } from "node:crypto";

export type PublicKeyFile =
  | {
      readonly outcome: "key";
      readonly algorithm: "P-256" | "P-384" | "P-521" | "RSA" | "Ed25519";
      /** SHA-256 of the key's SubjectPublicKeyInfo (DER), in hexadecimal. */
      readonly fingerprint: string;
    }
  | { readonly outcome: "refused"; readonly reason: string };

const curves: ReadonlyMap<string, "P-256" | "P-384" | "P-521"> = new Map([
  ["prime256v1", "P-256"],
  ["secp384r1", "P-384"],
  ["secp521r1", "P-521"],
]);

/** Reads exactly one public key. node:crypto would take private keys and certificates too; neither belongs here. */
export function readPublicKey(pem: string): PublicKeyFile {
  const labels = [...pem.matchAll(/^-----BEGIN ([A-Z0-9 ]{1,60})-----/gm)].map((match) => match[1] ?? "");
  if (labels.some((label) => label.includes("PRIVATE KEY"))) {
    return refused(
      "holds a private key: take it out of the folder, replace that key everywhere, and put the public key here",
    );
  }
  if (labels.includes("CERTIFICATE"))
    return refused("holds a certificate: take its public key (openssl x509 -pubkey -noout)");
  if (labels.length !== 1 || labels[0] !== "PUBLIC KEY") {
    return refused("is not one public key in PEM (-----BEGIN PUBLIC KEY-----)");
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return refused("is no public key that can be read; copy the PEM file again from its publisher");
  }
  const algorithm = algorithmOf(key);
  if (algorithm === undefined)
    return refused(
      "is a key of a kind that is not verified here: P-256, P-384, P-521, RSA of 2048 to 4096 bits and Ed25519 are",
    );
  const fingerprint = createHash("sha256")
    .update(normalForm(key).export({ type: "spki", format: "der" }))
    .digest("hex");
  return { outcome: "key", algorithm, fingerprint };
}

/** A point may be compressed and a curve spelled out: in two documents one key would be two signers. */
function normalForm(key: KeyObject): KeyObject {
  return key.asymmetricKeyType === "ec" ? createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" }) : key;
}

function algorithmOf(key: KeyObject): Extract<PublicKeyFile, { outcome: "key" }>["algorithm"] | undefined {
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case "ec":
      return curves.get(details?.namedCurve ?? "");
    case "rsa": {
      const bits = details?.modulusLength ?? 0;
      return bits >= 2048 && bits <= 4096 ? "RSA" : undefined;
    }
    case "ed25519":
      return "Ed25519";
    default:
      return undefined;
  }
}

function refused(reason: string): PublicKeyFile {
  return { outcome: "refused", reason };
}

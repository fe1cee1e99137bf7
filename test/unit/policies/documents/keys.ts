// Keys of every kind, made for one test run.
import { generateKeyPairSync, type KeyObject } from "node:crypto";

export function pemOf(key: KeyObject): string {
  return key.type === "private"
    ? key.export({ type: "pkcs8", format: "pem" }).toString()
    : key.export({ type: "spki", format: "pem" }).toString();
}

export function ecKey(namedCurve: string): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve });
  return { publicKey: pemOf(publicKey), privateKey: pemOf(privateKey) };
}

/** OpenPGP packets with bodies that no library could use: enough for a file that is looked at by its packets alone. */
export function openpgpRing(...bodies: readonly { readonly tag: number; readonly body: Uint8Array }[]): Buffer {
  return Buffer.concat(bodies.map(({ tag, body }) => Buffer.concat([Buffer.from([0xc0 | tag, body.length]), body])));
}

export function armoured(ring: Uint8Array, label = "PUBLIC KEY BLOCK"): string {
  const lines =
    Buffer.from(ring)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PGP ${label}-----\nComment: made for a test\n\n${lines.join("\n")}\n=AAAA\n-----END PGP ${label}-----\n`;
}

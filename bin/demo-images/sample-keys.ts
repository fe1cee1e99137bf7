// The sample catalog's signers: keys that anybody can make again, because nothing rests on them.
import { createECDH, createHash, createPublicKey } from "node:crypto";
import { signDeterministically } from "./deterministic-ecdsa.ts";

export type SampleKey = {
  readonly pem: string;
  /** DER. */
  readonly spki: Buffer;
  sign(message: Uint8Array): Buffer;
};

/** The private half is the digest of public words: good for a demo and for nothing else. */
export function sampleKey(signer: string): SampleKey {
  const privateKey = createHash("sha256").update(`signalbox sample signer ${signer}`).digest();
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(privateKey);
  const point = curve.getPublicKey();
  const coordinate = (start: number) => point.subarray(start, start + 32).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  const key = createPublicKey({ format: "jwk", key: jwk });
  return {
    pem: key.export({ type: "spki", format: "pem" }).toString(),
    spki: key.export({ type: "spki", format: "der" }),
    sign: (message) => signDeterministically(privateKey, message),
  };
}

/** Those that the demo's trust documents name. */
const declared = ["foundry-2026", "arcade-2025", "arcade-2026", "pocket-2026"];

/** File name -> PEM, as the demo's trust documents name them. */
export function sampleKeys(): ReadonlyMap<string, string> {
  return new Map(declared.map((signer) => [`${signer}.pub`, sampleKey(signer).pem]));
}

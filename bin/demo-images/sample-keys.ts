// The sample catalog's signers: keys that anybody can make again, because nothing rests on them.
import { createECDH, createHash, createPublicKey } from "node:crypto";

const signers = ["foundry-2026", "arcade-2026"];

/** The private half is the digest of public words: good for a demo and for nothing else. */
function publicKeyOf(signer: string): string {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(createHash("sha256").update(`signalbox sample signer ${signer}`).digest());
  const point = curve.getPublicKey();
  const coordinate = (start: number) => point.subarray(start, start + 32).toString("base64url");
  const key = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  return createPublicKey({ format: "jwk", key }).export({ type: "spki", format: "pem" }).toString();
}

/** File name -> PEM, as the demo's trust documents name them. */
export function sampleKeys(): ReadonlyMap<string, string> {
  return new Map(signers.map((signer) => [`${signer}.pub`, publicKeyOf(signer)]));
}

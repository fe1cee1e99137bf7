// The sample catalog's transparency log: a key that promises entries, and the trust root by which they are believed.
import { createHash } from "node:crypto";
import { canonicalJson } from "../../policies/words/canonical-json.ts";
import { type SampleKey, sampleKey } from "./sample-keys.ts";

const log = sampleKey("transparency log");
const logId = createHash("sha256").update(log.spki).digest();
const startMs = Date.UTC(2026, 0, 1);

/** The entry of a signature as cosign keeps it in an annotation: the body of Rekor's hashedrekord, and the promise. */
export function logEntry(signer: SampleKey, signed: Uint8Array, signature: Buffer, atMs: number): object {
  const body = {
    apiVersion: "0.0.1",
    kind: "hashedrekord",
    spec: {
      data: { hash: { algorithm: "sha256", value: createHash("sha256").update(signed).digest("hex") } },
      signature: {
        content: signature.toString("base64"),
        publicKey: { content: Buffer.from(signer.pem).toString("base64") },
      },
    },
  };
  const payload = {
    body: Buffer.from(canonicalJson(body)).toString("base64"),
    integratedTime: Math.floor(atMs / 1000),
    logIndex: 4242,
    logID: logId.toString("hex"),
  };
  const promise = log.sign(Buffer.from(canonicalJson(payload)));
  return { SignedEntryTimestamp: promise.toString("base64"), Payload: payload };
}

/** What stands in the demo for the root of sigstore's public-good instance: nobody could sign a sample under that. */
export function sampleTrustRoot(): Buffer {
  const root = {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [
      {
        baseUrl: "https://log.demo.example",
        hashAlgorithm: "SHA2_256",
        publicKey: {
          rawBytes: log.spki.toString("base64"),
          keyDetails: "PKIX_ECDSA_P256_SHA_256",
          validFor: { start: new Date(startMs).toISOString() },
        },
        logId: { keyId: logId.toString("base64") },
      },
    ],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  };
  return Buffer.from(`${JSON.stringify(root, null, 2)}\n`);
}

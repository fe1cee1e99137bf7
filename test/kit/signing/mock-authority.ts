// A second sigstore instance, made by sigstore-js's own mock: certificates, promises and timestamps that we did not write.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from "@sigstore/mock";
import { digestOf } from "../../../policies/words/digest.ts";
import type { SigningKey } from "./keys.ts";
import type { EntryJson } from "./rekor.ts";

/** Rekor's answer; the mock's types name a package that it does not bring. */
type RekorEntry = {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
      readonly hashes: readonly string[];
      readonly checkpoint: string;
    };
  };
};

const p256 = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/**
 * Its root certificate begins now, so that everything is of today. Its Rekor v2 entries prove nothing (a random index
 * in a tree of one), it has no intermediate, and takes every name for a URI: those are made by hand.
 */
export async function makeMockAuthority() {
  const ctLog = await initializeCTLog(p256());
  const authority = await initializeCA(generateKeyPairSync("ec", { namedCurve: "P-384" }), ctLog);
  const tlog = await initializeTLog("https://rekor.mock.example", p256());
  // Whole seconds: sigstore-js reads no time with a fraction that ends in a zero, which DER leaves out.
  const timestamps = await initializeTSA(p256(), new Date(Math.ceil(Date.now() / 1000) * 1000));
  const bytes = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const validFor = { start: new Date(Date.now() - 60_000).toISOString() };
  const log = (baseUrl: string, key: Buffer) => ({
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: key.toString("base64"), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
    logId: { keyId: Buffer.from(digestOf(key).slice(7), "hex").toString("base64") },
  });
  const chain = (...certificates: readonly ArrayBufferView[]) => ({
    certificates: certificates.map((der) => ({ rawBytes: bytes(der).toString("base64") })),
  });
  return {
    trustedRoot: {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [log("https://rekor.mock.example", tlog.publicKey)],
      certificateAuthorities: [
        { uri: "https://fulcio.mock.example", certChain: chain(authority.rootCertificate), validFor },
      ],
      ctlogs: [log("https://ct.mock.example", ctLog.publicKey)],
      timestampAuthorities: [
        {
          uri: "https://timestamps.mock.example",
          certChain: chain(timestamps.intCertificate, timestamps.rootCertificate),
          validFor,
        },
      ],
    },
    async issue(key: SigningKey, uri: string, issuer: string): Promise<Buffer> {
      const publicKey = createPublicKey(key.pem).export({ format: "der", type: "spki" });
      const extensions = [
        { oid: "1.3.6.1.4.1.57264.1.1", value: issuer, legacy: true },
        { oid: "1.3.6.1.4.1.57264.1.8", value: issuer },
      ];
      return bytes(await authority.issueCertificate({ publicKey, subjectAltName: uri, extensions }));
    },
    async log(body: object): Promise<EntryJson> {
      const answer: Readonly<Record<string, RekorEntry>> = await tlog.log(body);
      const [entry] = Object.values(answer);
      if (entry === undefined) throw new Error("the mock logged nothing");
      const proof = entry.verification.inclusionProof;
      const { kind, apiVersion } = body as { kind: string; apiVersion: string };
      return {
        logIndex: String(entry.logIndex),
        logId: { keyId: Buffer.from(entry.logID, "hex").toString("base64") },
        kindVersion: { kind, version: apiVersion },
        integratedTime: String(entry.integratedTime),
        inclusionPromise: { signedEntryTimestamp: entry.verification.signedEntryTimestamp },
        inclusionProof: {
          logIndex: String(proof.logIndex),
          rootHash: Buffer.from(proof.rootHash, "hex").toString("base64"),
          treeSize: String(proof.treeSize),
          hashes: proof.hashes.map((hash) => Buffer.from(hash, "hex").toString("base64")),
          checkpoint: { envelope: proof.checkpoint },
        },
        canonicalizedBody: entry.body,
      };
    },
    async timestamp(signature: Buffer): Promise<Buffer> {
      return bytes(
        await timestamps.timestamp({
          artifactHash: Buffer.from(digestOf(signature).slice(7), "hex"),
          hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
          nonce: 1,
          policyOID: "1.3.6.1.4.1.57264.2",
        }),
      );
    },
  };
}

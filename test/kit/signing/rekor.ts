// Transparency logs by hand: Rekor v1 with promises, and Rekor v2, whose entries the mock of sigstore-js gets wrong.
import { createHash } from "node:crypto";
import { canonicalJson } from "../../../policies/words/canonical-json.ts";
import { toPem } from "./certificate.ts";
import { type SigningKey, signBytes } from "./keys.ts";
import { proofOf, rootOf } from "./merkle-tree.ts";

/** The JSON of a TransparencyLogEntry of a bundle. */
export type EntryJson = {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime?: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
};

export type Log = { readonly host: string; readonly key: SigningKey; readonly logId: Buffer };

export function rekorV1(host: string, key: SigningKey): Log {
  return { host, key, logId: createHash("sha256").update(key.spki).digest() };
}

/** The key id of a signed note: of its name, the algorithm's number, and the 32 bytes of the key. */
export function rekorV2(host: string, key: SigningKey): Log {
  const raw = key.spki.subarray(-32);
  return { host, key, logId: createHash("sha256").update(`${host}\n\u0001`).update(raw).digest() };
}

export type LogTime = { readonly atMs: number; readonly index?: number };

/** What cosign keeps of an entry: a promise alone. */
export function promisedEntry(log: Log, body: object, { atMs, index = 20_000_000 }: LogTime): EntryJson {
  const canonicalizedBody = Buffer.from(canonicalJson(body)).toString("base64");
  const integratedTime = Math.floor(atMs / 1000);
  const promised = canonicalJson({
    body: canonicalizedBody,
    integratedTime,
    logIndex: index,
    logID: log.logId.toString("hex"),
  });
  return {
    logIndex: String(index),
    logId: { keyId: log.logId.toString("base64") },
    kindVersion: kindOf(body),
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: signBytes(log.key, Buffer.from(promised)).toString("base64") },
    canonicalizedBody,
  };
}

/** A Rekor v1 entry as new bundles have it: promise and inclusion proof, whose index is that of its shard. */
export function entryV1(log: Log, body: object, time: LogTime): EntryJson {
  const entry = promisedEntry(log, body, time);
  return { ...entry, inclusionProof: inclusionProof(log, entry.canonicalizedBody, 5, `${log.host} - 4242`) };
}

export function entryV2(log: Log, body: object, index = 5): EntryJson {
  const canonicalizedBody = Buffer.from(canonicalJson(body)).toString("base64");
  return {
    logIndex: String(index),
    logId: { keyId: log.logId.toString("base64") },
    kindVersion: kindOf(body),
    canonicalizedBody,
    inclusionProof: inclusionProof(log, canonicalizedBody, index, log.host),
  };
}

function kindOf(body: object): { kind: string; version: string } {
  const { kind = "", apiVersion = "" } = body as { kind?: string; apiVersion?: string };
  return { kind, version: apiVersion };
}

/** The entry among others: its own place, and three later entries. */
function inclusionProof(
  log: Log,
  canonicalizedBody: string,
  index: number,
  origin: string,
): NonNullable<EntryJson["inclusionProof"]> {
  const leaves = Array.from({ length: index + 4 }, (_, at) => Buffer.from(`another entry ${at}`));
  leaves[index] = Buffer.from(canonicalizedBody, "base64");
  const root = rootOf(leaves);
  return {
    logIndex: String(index),
    rootHash: root.toString("base64"),
    treeSize: String(leaves.length),
    hashes: proofOf(leaves, index).map((hash) => hash.toString("base64")),
    checkpoint: { envelope: checkpoint(log, origin, leaves.length, root) },
  };
}

export function checkpoint(log: Log, origin: string, size: number, root: Buffer): string {
  const note = `${origin}\n${size}\n${root.toString("base64")}\n`;
  const signature = Buffer.concat([log.logId.subarray(0, 4), signBytes(log.key, Buffer.from(note))]);
  return `${note}\n\u2014 ${log.host} ${signature.toString("base64")}\n`;
}

export type Logged = {
  readonly signature: Buffer;
  readonly signed: Uint8Array;
  /** DER of the certificate, or the key. */
  readonly verifier: { readonly certificate: Buffer } | { readonly key: SigningKey };
};

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

export function verifierPem({ verifier }: Logged): string {
  const pem = "certificate" in verifier ? toPem(verifier.certificate) : verifier.key.pem;
  return Buffer.from(pem).toString("base64");
}

function verifierV2({ verifier }: Logged): object {
  return "certificate" in verifier
    ? { keyDetails: "PKIX_ECDSA_P256_SHA_256", x509Certificate: { rawBytes: verifier.certificate.toString("base64") } }
    : { keyDetails: "PKIX_ECDSA_P256_SHA_256", publicKey: { rawBytes: verifier.key.spki.toString("base64") } };
}

/** The bodies of all kinds that there are, as the logs write them. */
export const bodies = {
  hashedrekord001: (logged: Logged, algorithm = "sha256") => ({
    apiVersion: "0.0.1",
    kind: "hashedrekord",
    spec: {
      data: { hash: { algorithm, value: createHash(algorithm).update(logged.signed).digest("hex") } },
      signature: { content: logged.signature.toString("base64"), publicKey: { content: verifierPem(logged) } },
    },
  }),
  hashedrekord002: (logged: Logged) => ({
    apiVersion: "0.0.2",
    kind: "hashedrekord",
    spec: {
      hashedRekordV002: {
        data: { algorithm: "SHA2_256", digest: sha256(logged.signed).toString("base64") },
        signature: { content: logged.signature.toString("base64"), verifier: verifierV2(logged) },
      },
    },
  }),
  dsse001: (logged: Logged, payload: Uint8Array, envelope: Uint8Array) => ({
    apiVersion: "0.0.1",
    kind: "dsse",
    spec: {
      envelopeHash: { algorithm: "sha256", value: sha256(envelope).toString("hex") },
      payloadHash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
      signatures: [{ signature: logged.signature.toString("base64"), verifier: verifierPem(logged) }],
    },
  }),
  dsse002: (logged: Logged, payload: Uint8Array) => ({
    apiVersion: "0.0.2",
    kind: "dsse",
    spec: {
      dsseV002: {
        payloadHash: { algorithm: "SHA2_256", digest: sha256(payload).toString("base64") },
        signatures: [{ content: logged.signature.toString("base64"), verifier: verifierV2(logged) }],
      },
    },
  }),
  intoto001: (logged: Logged, payload: Uint8Array, envelope: Uint8Array) => ({
    apiVersion: "0.0.1",
    kind: "intoto",
    spec: {
      content: {
        hash: { algorithm: "sha256", value: sha256(envelope).toString("hex") },
        payloadHash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
      },
      publicKey: verifierPem(logged),
    },
  }),
  intoto002: (logged: Logged, payload: Uint8Array, payloadType: string) => ({
    apiVersion: "0.0.2",
    kind: "intoto",
    spec: {
      content: {
        envelope: {
          payloadType,
          signatures: [
            {
              publicKey: verifierPem(logged),
              sig: Buffer.from(logged.signature.toString("base64")).toString("base64"),
            },
          ],
        },
        hash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
        payloadHash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
      },
    },
  }),
} as const;

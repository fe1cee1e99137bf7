// A sigstore instance by hand: an authority with an intermediate, certificate transparency, both kinds of log, timestamps.
import { createHash } from "node:crypto";
import {
  type CertificateRequest,
  codeSigning,
  type Extension,
  extension,
  makeCertificate,
  tbsCertificate,
  timeStamping,
} from "./certificate.ts";
import { octets } from "./der.ts";
import { type SigningKey, signBytes, signingKey } from "./keys.ts";
import { type Log, rekorV1, rekorV2 } from "./rekor.ts";
import type { TimestampAuthority } from "./timestamp.ts";

/** A moment long before any run: what depends on today's date shows. */
export const signedAtMs = Date.UTC(2024, 4, 6, 7, 8, 9);
export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;

export type Authority = {
  readonly name: string;
  readonly root: Buffer;
  readonly intermediate: Buffer;
  readonly issuingKey: SigningKey;
  readonly ctLog: { readonly key: SigningKey; readonly logId: Buffer };
  readonly rekor1: Log;
  readonly rekor2: Log;
  readonly timestamps: TimestampAuthority & { readonly rootCertificate: Buffer };
  readonly startMs: number;
};

/** RFC 3161, 2.3: this usage alone, and critical. cosign believes no other. */
const forTimestamps: Extension = { ...extension.usage(timeStamping), critical: true };

/** Two names are two instances that know nothing of each other. */
export function makeAuthority(name = "kit", stampUsages: readonly Extension[] = [forTimestamps]): Authority {
  const startMs = signedAtMs - 365 * dayMs;
  const endMs = signedAtMs + 3650 * dayMs;
  const validity = { notBeforeMs: startMs, notAfterMs: endMs };
  const rootKey = signingKey(`${name} root`, "p384");
  const issuingKey = signingKey(`${name} intermediate`, "p384");
  const [rootName, issuerName] = [`${name} root`, `${name} intermediate`];
  const authorityExtensions = (key: SigningKey, pathLength: number) => [
    extension.basicConstraints(true, pathLength),
    extension.signsCertificates(),
    extension.subjectKey(key),
    extension.authorityKey(rootKey),
  ];
  const common = { issuer: rootName, signer: rootKey, hash: "sha384", ...validity } as const;
  const root = makeCertificate({
    ...common,
    subject: rootName,
    key: rootKey,
    extensions: authorityExtensions(rootKey, 1),
  });
  const intermediate = makeCertificate({
    ...common,
    subject: issuerName,
    key: issuingKey,
    serial: 2,
    extensions: authorityExtensions(issuingKey, 0),
  });

  const stampKey = signingKey(`${name} timestamps`);
  const stampCertificate = makeCertificate({
    ...common,
    subject: `${name} timestamps`,
    key: stampKey,
    serial: 7,
    extensions: [extension.signsData(), ...stampUsages, extension.authorityKey(rootKey)],
  });
  const ctKey = signingKey(`${name} ct`);
  return {
    name,
    root,
    intermediate,
    issuingKey,
    ctLog: { key: ctKey, logId: createHash("sha256").update(ctKey.spki).digest() },
    rekor1: rekorV1(`rekor.${name}.example`, signingKey(`${name} rekor`)),
    rekor2: rekorV2(`log2.rekor.${name}.example`, signingKey(`${name} rekor2`, "ed25519")),
    timestamps: {
      key: stampKey,
      issuer: rootName,
      serial: 7,
      certificate: stampCertificate,
      rootCertificate: root,
    },
    startMs,
  };
}

export type LeafRequest = {
  readonly key: { readonly spki: Buffer };
  readonly names: readonly Uint8Array[];
  /** Null: the certificate does not say it. */
  readonly issuer?: string | null;
  readonly issuedAtMs?: number;
  readonly extensions?: readonly Extension[];
  /** In place of code signing. */
  readonly usage?: string;
  readonly withSct?: "own" | "other" | "none";
  readonly lifeMs?: number;
};

/** A Fulcio certificate: ten minutes long, with the issuer in both of its forms and an SCT. */
export function issueCertificate(authority: Authority, request: LeafRequest): Buffer {
  const issuedAtMs = request.issuedAtMs ?? signedAtMs - minuteMs;
  const { issuer = "https://token.example", withSct = "own", usage = codeSigning } = request;
  const leaf: CertificateRequest = {
    subject: null,
    issuer: `${authority.name} intermediate`,
    key: request.key,
    signer: authority.issuingKey,
    hash: "sha384",
    serial: 1001,
    notBeforeMs: issuedAtMs,
    notAfterMs: issuedAtMs + (request.lifeMs ?? 10 * minuteMs),
    extensions: [
      extension.signsData(),
      extension.usage(usage),
      extension.subjectKey(request.key),
      extension.authorityKey(authority.issuingKey),
      extension.subjectAltName(...request.names),
      ...(issuer === null ? [] : [extension.fulcioText(1, issuer), extension.fulcioText(8, issuer)]),
      ...(request.extensions ?? []),
    ],
  };
  if (withSct === "none") return makeCertificate(leaf);
  const log = withSct === "own" ? authority.ctLog.key : signingKey("nobody's ct");
  const sct = signedCertificateTimestamp(authority, leaf, log, issuedAtMs);
  return makeCertificate({ ...leaf, extensions: [...leaf.extensions, sct] });
}

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return buffer;
};
const vector = (value: Uint8Array, bytes: number): Buffer => Buffer.concat([number(value.length, bytes), value]);

/** RFC 6962, 3.2 and 3.3: over the certificate without this very extension. */
function signedCertificateTimestamp(
  authority: Authority,
  leaf: CertificateRequest,
  key: SigningKey,
  atMs: number,
): Extension {
  const preCertificate = Buffer.concat([
    createHash("sha256").update(authority.issuingKey.spki).digest(),
    vector(tbsCertificate(leaf), 3),
  ]);
  const timestamp = number(atMs, 8);
  const noExtensions = vector(Buffer.alloc(0), 2);
  const entryType = number(1, 2);
  const signed = Buffer.concat([Buffer.from([0, 0]), timestamp, entryType, preCertificate, noExtensions]);
  const sct = Buffer.concat([
    Buffer.from([0]),
    authority.ctLog.logId,
    timestamp,
    noExtensions,
    Buffer.from([4, 3]),
    vector(signBytes(key, signed), 2),
  ]);
  return { oid: "1.3.6.1.4.1.11129.2.4.2", value: octets(vector(vector(sct, 2), 2)) };
}

/** The JSON of a trusted_root.json. It is plain data: a test changes what it is about. */
export function trustedRootOf(authority: Authority) {
  const validFor = { start: new Date(authority.startMs).toISOString() };
  const certificate = (der: Buffer) => ({ rawBytes: der.toString("base64") });
  const log = (baseUrl: string, key: SigningKey, logId: Buffer, keyDetails: string) => ({
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: key.spki.toString("base64"), keyDetails, validFor: { ...validFor } as TrustedValidity },
    logId: { keyId: logId.toString("base64") },
  });
  const { rekor1, rekor2, ctLog, timestamps } = authority;
  return {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [
      log(`https://${rekor1.host}`, rekor1.key, rekor1.logId, "PKIX_ECDSA_P256_SHA_256"),
      log(`https://${rekor2.host}`, rekor2.key, rekor2.logId, "PKIX_ED25519"),
    ],
    certificateAuthorities: [
      {
        subject: { organization: authority.name, commonName: `${authority.name} intermediate` },
        uri: `https://fulcio.${authority.name}.example`,
        certChain: { certificates: [certificate(authority.intermediate), certificate(authority.root)] },
        validFor: { ...validFor } as TrustedValidity,
      },
    ],
    ctlogs: [log(`https://ct.${authority.name}.example`, ctLog.key, ctLog.logId, "PKIX_ECDSA_P256_SHA_256")],
    timestampAuthorities: [
      {
        subject: { organization: authority.name, commonName: `${authority.name} timestamps` },
        uri: `https://timestamps.${authority.name}.example`,
        certChain: { certificates: [certificate(timestamps.certificate), certificate(timestamps.rootCertificate)] },
        validFor: { ...validFor } as TrustedValidity,
      },
    ],
  };
}

export type TrustedValidity = { start?: string; end?: string };
export type TrustedRootJson = ReturnType<typeof trustedRootOf>;

// Certificates by hand: with any extension, of any time, by any authority, right or wrong.
import { createHash } from "node:crypto";
import { bits, boolean, context, integer, octets, oid, sequence, set, time, tlv, utf8 } from "./der.ts";
import { type Hash, type SigningKey, signBytes } from "./keys.ts";

export type Extension = { readonly oid: string; readonly critical?: boolean; readonly value: Uint8Array };

export type CertificateRequest = {
  readonly subject: string | null;
  readonly issuer: string;
  readonly key: { readonly spki: Buffer };
  readonly signer: SigningKey;
  readonly hash?: Hash;
  readonly serial?: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly Extension[];
};

const signatureAlgorithms = {
  sha256: "1.2.840.10045.4.3.2",
  sha384: "1.2.840.10045.4.3.3",
  sha512: "1.2.840.10045.4.3.4",
} as const;

export function ecdsaWith(hash: Hash): Buffer {
  return sequence(oid(signatureAlgorithms[hash]));
}

export function commonName(name: string | null): Buffer {
  return name === null ? sequence() : sequence(set(sequence(oid("2.5.4.3"), utf8(name))));
}

export function tbsCertificate(request: CertificateRequest): Buffer {
  return sequence(
    context(0, integer(2)),
    integer(request.serial ?? 1),
    ecdsaWith(request.hash ?? "sha256"),
    commonName(request.issuer),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    commonName(request.subject),
    request.key.spki,
    context(
      3,
      sequence(
        ...request.extensions.map(({ oid: id, critical = false, value }) =>
          critical ? sequence(oid(id), boolean(true), octets(value)) : sequence(oid(id), octets(value)),
        ),
      ),
    ),
  );
}

export function makeCertificate(request: CertificateRequest): Buffer {
  const tbs = tbsCertificate(request);
  const hash = request.hash ?? "sha256";
  return sequence(tbs, ecdsaWith(hash), bits(signBytes(request.signer, tbs, hash)));
}

export function toPem(der: Uint8Array, label = "CERTIFICATE"): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

const keyId = (key: { readonly spki: Buffer }): Buffer => createHash("sha1").update(key.spki).digest();

export const extension = {
  basicConstraints: (isAuthority: boolean, pathLength?: number): Extension => ({
    oid: "2.5.29.19",
    critical: true,
    value: isAuthority
      ? sequence(boolean(true), ...(pathLength === undefined ? [] : [integer(pathLength)]))
      : sequence(),
  }),
  signsCertificates: (): Extension => ({ oid: "2.5.29.15", critical: true, value: bits(Buffer.from([0x06]), 1) }),
  signsData: (): Extension => ({ oid: "2.5.29.15", critical: true, value: bits(Buffer.from([0x80]), 7) }),
  usage: (...oids: readonly string[]): Extension => ({ oid: "2.5.29.37", value: sequence(...oids.map(oid)) }),
  subjectKey: (key: { readonly spki: Buffer }): Extension => ({ oid: "2.5.29.14", value: octets(keyId(key)) }),
  authorityKey: (key: { readonly spki: Buffer }): Extension => ({
    oid: "2.5.29.35",
    value: sequence(context(0, keyId(key), false)),
  }),
  subjectAltName: (...names: readonly Uint8Array[]): Extension => ({
    oid: "2.5.29.17",
    critical: true,
    value: sequence(...names),
  }),
  fulcioText: (number: number, text: string): Extension => ({
    oid: `1.3.6.1.4.1.57264.1.${number}`,
    value: number < 8 ? Buffer.from(text, "utf8") : utf8(text),
  }),
} as const;

export const codeSigning = "1.3.6.1.5.5.7.3.3";
export const timeStamping = "1.3.6.1.5.5.7.3.8";

export const generalName = {
  email: (text: string): Buffer => tlv(0x81, Buffer.from(text, "latin1")),
  dns: (text: string): Buffer => tlv(0x82, Buffer.from(text, "latin1")),
  uri: (text: string): Buffer => tlv(0x86, Buffer.from(text, "latin1")),
  userName: (text: string): Buffer => context(0, Buffer.concat([oid("1.3.6.1.4.1.57264.1.7"), context(0, utf8(text))])),
} as const;

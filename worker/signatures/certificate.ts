// Signing certificates: whom Fulcio's extensions name, read strictly, and what a certificate for signing must be.
import { type ASN1Obj, X509Certificate } from "@sigstore/core";
import type { CertificateSubject, FoundSigner } from "../../policies/trust/finding.ts";
import { digestOf } from "../../policies/words/digest.ts";
import { type PublicKey, readPublicKey } from "./public-key.ts";
import { SignatureError, toSignatureError } from "./signature-error.ts";

export type SigningCertificate = {
  readonly der: Buffer;
  readonly parsed: X509Certificate;
  readonly key: PublicKey;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
};

const subjectAltName = "2.5.29.17";
const extendedKeyUsage = "2.5.29.37";
const codeSigning = "1.3.6.1.5.5.7.3.3";
const timeStamping = "1.3.6.1.5.5.7.3.8";
const fulcioUserName = "1.3.6.1.4.1.57264.1.7";

/** Critical extensions that are understood here: basic constraints, key usage, and the two above. */
const understood = ["2.5.29.19", "2.5.29.15", subjectAltName, extendedKeyUsage];

/** sigstore/fulcio, docs/oid-info.md. Those up to .6 are raw text, later ones a DER UTF8String. */
const fulcio = "1.3.6.1.4.1.57264.1.";
const issuerRaw = `${fulcio}1`;
const issuerDer = `${fulcio}8`;
const extensionNames: Readonly<Record<string, string>> = {
  [`${fulcio}9`]: "buildSignerURI",
  [`${fulcio}10`]: "buildSignerDigest",
  [`${fulcio}11`]: "runnerEnvironment",
  [`${fulcio}12`]: "sourceRepositoryURI",
  [`${fulcio}13`]: "sourceRepositoryDigest",
  [`${fulcio}14`]: "sourceRepositoryRef",
  [`${fulcio}15`]: "sourceRepositoryIdentifier",
  [`${fulcio}16`]: "sourceRepositoryOwnerURI",
  [`${fulcio}17`]: "sourceRepositoryOwnerIdentifier",
  [`${fulcio}18`]: "buildConfigURI",
  [`${fulcio}19`]: "buildConfigDigest",
  [`${fulcio}20`]: "buildTrigger",
  [`${fulcio}21`]: "runInvocationURI",
  [`${fulcio}22`]: "sourceRepositoryVisibilityAtSigning",
};

export function readCertificate(der: Buffer): SigningCertificate {
  try {
    const parsed = X509Certificate.parse(Buffer.from(der));
    const read = readPublicKey(parsed.publicKey);
    if (read.outcome === "unsupported")
      throw new SignatureError("ALG_UNSUPPORTED", `the certificate has ${read.reason}`);
    if (read.outcome === "malformed") throw new SignatureError("MALFORMED", "the certificate's key cannot be read");
    const notBeforeMs = parsed.notBefore.getTime();
    const notAfterMs = parsed.notAfter.getTime();
    return { der, parsed, key: read.key, notBeforeMs, notAfterMs };
  } catch (thrown) {
    throw toSignatureError(thrown, "MALFORMED", "the certificate cannot be read");
  }
}

/**
 * Go's x509 asks this of a leaf and sigstore-js does not: that it was issued for signing code, that it is no
 * authority, and that it has no restriction which is not understood.
 */
export function checkSigningCertificate({ parsed }: SigningCertificate): void {
  const oids = extensionsOf(parsed).map(({ oid }) => oid);
  if (new Set(oids).size !== oids.length)
    throw new SignatureError("CERT_CHAIN", "an extension of the certificate occurs twice");
  const unknown = extensionsOf(parsed).find(({ oid, critical }) => critical && !understood.includes(oid));
  if (unknown !== undefined)
    throw new SignatureError("CERT_CHAIN", `a critical extension is not known: ${unknown.oid}`);
  const allowed = usagesOf(parsed).flatMap(({ purposes }) => purposes);
  if (!allowed.includes(codeSigning)) throw new SignatureError("CERT_CHAIN", "the certificate is not for signing code");
  if (parsed.extBasicConstraints?.isCA === true)
    throw new SignatureError("CERT_CHAIN", "the certificate is an authority's");
}

type Usage = { readonly critical: boolean; readonly purposes: readonly string[] };

function usagesOf(certificate: X509Certificate): readonly Usage[] {
  const usages = extensionsOf(certificate).filter(({ oid }) => oid === extendedKeyUsage);
  return usages.map(({ critical, value }) => ({
    critical,
    purposes: value.subs[0]?.subs.map((usage) => usage.toOID()) ?? [],
  }));
}

/** RFC 3161, 2.3: for timestamps, for nothing else, and marked critical. sigstore-js does not look. */
export function isForTimestamps(certificate: X509Certificate): boolean {
  const [usage, ...others] = usagesOf(certificate);
  if (usage === undefined || others.length > 0) return false;
  return usage.critical && usage.purposes.length === 1 && usage.purposes[0] === timeStamping;
}

type Extension = { readonly oid: string; readonly critical: boolean; readonly value: ASN1Obj };

function extensionsOf(certificate: X509Certificate): readonly Extension[] {
  return certificate.extensions.map((extension) => {
    const [oid, flag] = extension.subs;
    const value = extension.subs.at(-1);
    if (oid === undefined || value === undefined) throw new SignatureError("MALFORMED", "an extension is malformed");
    return { oid: oid.toOID(), critical: extension.subs.length === 3 && flag?.toBoolean() === true, value };
  });
}

/** Who the certificate says its holder is. Compared literally, elsewhere: sigstore-js would take a pattern. */
export function readIdentity(certificate: SigningCertificate): Extract<FoundSigner, { type: "identity" }> {
  try {
    const extensions = extensionsOf(certificate.parsed);
    const named = extensions.flatMap(({ oid, value }) => {
      const name = extensionNames[oid];
      return name === undefined ? [] : [[name, utf8String(value)] as const];
    });
    return {
      type: "identity",
      fingerprint: certificate.key.fingerprint,
      issuer: issuerOf(extensions),
      subjects: subjectsOf(extensions),
      extensions: Object.fromEntries(named),
      certificate: {
        notBeforeMs: certificate.notBeforeMs,
        notAfterMs: certificate.notAfterMs,
        digest: digestOf(certificate.der),
      },
    };
  } catch (thrown) {
    throw toSignatureError(thrown, "CERT_CHAIN", "the certificate names nobody readable");
  }
}

/** Fulcio writes the issuer in both forms. Where they differ, programs would see different issuers. */
function issuerOf(extensions: readonly Extension[]): string {
  const raw = extensions.find(({ oid }) => oid === issuerRaw);
  const der = extensions.find(({ oid }) => oid === issuerDer);
  const issuers = [
    ...(raw === undefined ? [] : [plainText(raw.value.value)]),
    ...(der === undefined ? [] : [utf8String(der.value)]),
  ];
  const [issuer] = issuers;
  if (issuer === undefined) throw new SignatureError("CERT_CHAIN", "the certificate does not say who knows its holder");
  if (issuers.some((other) => other !== issuer)) {
    throw new SignatureError("CERT_CHAIN", "the certificate names two issuers");
  }
  return issuer;
}

function subjectsOf(extensions: readonly Extension[]): readonly CertificateSubject[] {
  const names = extensions.find(({ oid }) => oid === subjectAltName)?.value.subs[0]?.subs ?? [];
  const subjects = names.flatMap((name): readonly CertificateSubject[] => {
    if (name.tag.isContextSpecific(1)) return [{ type: "email", value: plainText(name.value) }];
    if (name.tag.isContextSpecific(2)) return [{ type: "dns", value: plainText(name.value) }];
    if (name.tag.isContextSpecific(6)) return [{ type: "uri", value: plainText(name.value) }];
    if (name.tag.isContextSpecific(0)) return otherName(name);
    return [];
  });
  if (subjects.length === 0) throw new SignatureError("CERT_CHAIN", "the certificate names nobody");
  return subjects;
}

function otherName(name: ASN1Obj): readonly CertificateSubject[] {
  const [oid, value] = name.subs;
  const text = value?.subs[0];
  if (oid?.toOID() !== fulcioUserName || text === undefined) return [];
  return [{ type: "other", value: decodeUtf8(text.value) }];
}

/** Node's "ascii" clears the highest bit, which would turn other bytes into letters of somebody's name. */
function plainText(bytes: Uint8Array): string {
  if (!bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    throw new SignatureError("CERT_CHAIN", "a name in the certificate is not plain text");
  }
  return Buffer.from(bytes).toString("latin1");
}

function utf8String(value: ASN1Obj): string {
  const [text] = value.subs;
  if (text === undefined || text.tag.number !== 0x0c || !text.tag.isUniversal()) {
    throw new SignatureError("CERT_CHAIN", "an extension of the certificate is no text");
  }
  return decodeUtf8(text.value);
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

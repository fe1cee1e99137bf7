// Sigstore bundles (v0.1 to v0.3): reads the JSON by its schema and takes it apart into what is verified.
import { createHash } from "node:crypto";
import { type Bundle, bundleFromJSON, ValidationError } from "@sigstore/bundle";
import { X509Certificate } from "@sigstore/core";
import { HashAlgorithm } from "@sigstore/protobuf-specs";
import type { EvidenceKind } from "../../policies/trust/finding.ts";
import type { Digest } from "../../policies/words/digest.ts";
import { inTotoPayloadType, preAuthenticationEncoding } from "./dsse.ts";
import type { SignatureLimits } from "./limits.ts";
import type { SignedMaterial } from "./material.ts";
import { SignatureError, toSignatureError } from "./signature-error.ts";
import { readStatement, signaturePredicate } from "./statement.ts";
import { isObject, readJson } from "./strict-json.ts";

/** What a layer must be called to be looked at; cosign finds bundles by this prefix alone. */
export function isBundleMediaType(mediaType: string): boolean {
  return mediaType.startsWith("application/vnd.dev.sigstore.bundle");
}

/** The versions there are. The library takes every text that begins like one. */
const mediaTypes = [
  "application/vnd.dev.sigstore.bundle+json;version=0.1",
  "application/vnd.dev.sigstore.bundle+json;version=0.2",
  "application/vnd.dev.sigstore.bundle+json;version=0.3",
  "application/vnd.dev.sigstore.bundle.v0.3+json",
];

export function readBundle(blob: Uint8Array, limits: SignatureLimits): Bundle {
  const json = readJson(blob, { bytes: limits.bundleBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  if (!isObject(json) || !mediaTypes.some((mediaType) => mediaType === json.mediaType)) {
    throw new SignatureError("MALFORMED", "not a bundle of a known version");
  }
  try {
    const bundle = bundleFromJSON(json);
    checkCounts(bundle, limits);
    return bundle;
  } catch (thrown) {
    const fields = thrown instanceof ValidationError ? thrown.fields.join(", ") : "";
    throw toSignatureError(
      thrown,
      "MALFORMED",
      `the bundle does not follow its schema${fields === "" ? "" : `: ${fields}`}`,
    );
  }
}

function checkCounts({ verificationMaterial }: Bundle, limits: SignatureLimits): void {
  const counts = {
    "log entries": verificationMaterial.tlogEntries.length,
    timestamps: verificationMaterial.timestampVerificationData?.rfc3161Timestamps.length ?? 0,
    certificates: chainOf(verificationMaterial).length,
  };
  for (const [what, count] of Object.entries(counts)) {
    if (count > limits.proofsPerSignature) throw new SignatureError("LIMIT_EXCEEDED", `a bundle with ${count} ${what}`);
  }
}

function chainOf({ content }: Bundle["verificationMaterial"]): readonly Buffer[] {
  switch (content.$case) {
    case "certificate":
      return [content.certificate.rawBytes];
    case "x509CertificateChain":
      return content.x509CertificateChain.certificates.map(({ rawBytes }) => rawBytes);
    case "publicKey":
      return [];
  }
}

/**
 * What the bundle is by what it states. One that was announced as a signature stays one, so that a statement of
 * something else is shown as wrong and not as absent.
 */
export function bundleKind(blob: Uint8Array, announcedPredicate: string | null, limits: SignatureLimits): EvidenceKind {
  const { content } = readBundle(blob, limits);
  if (content.$case === "messageSignature" || announcedPredicate === signaturePredicate) return "signature";
  const { payload, payloadType } = content.dsseEnvelope;
  if (payloadType !== inTotoPayloadType) return "attestation";
  try {
    return readStatement(payload, limits).predicateType === signaturePredicate ? "signature" : "attestation";
  } catch {
    return announcedPredicate === null ? "signature" : "attestation";
  }
}

const hashes: Partial<Record<HashAlgorithm, "sha256" | "sha384" | "sha512">> = {
  [HashAlgorithm.SHA2_256]: "sha256",
  [HashAlgorithm.SHA2_384]: "sha384",
  [HashAlgorithm.SHA2_512]: "sha512",
};

/** `artifact`: the signed bytes, of a message signature, where somebody has them; else their digest must do. */
export function bundleMaterial(
  blob: Uint8Array,
  announcedFor: Digest,
  artifact: Uint8Array | null,
  limits: SignatureLimits,
): SignedMaterial {
  const { content, mediaType, verificationMaterial } = readBundle(blob, limits);
  const chain = chainOf(verificationMaterial);
  const [certificate = null] = chain;
  if (chain.slice(1).some(isSelfSigned)) {
    throw new SignatureError("MALFORMED", "the bundle brings a root certificate of its own");
  }
  const common = {
    certificate,
    chainAttached: chain.length > 1,
    bundleVersion: /0\.[0-9]/.exec(mediaType)?.[0] ?? null,
    entries: verificationMaterial.tlogEntries,
    timestamps: (verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      ({ signedTimestamp }) => signedTimestamp,
    ),
  };
  if (content.$case === "dsseEnvelope") {
    const { payload, payloadType, signatures } = content.dsseEnvelope;
    const signature = signatures[0]?.sig ?? Buffer.alloc(0);
    return {
      ...common,
      signature,
      signed: { bytes: preAuthenticationEncoding({ payloadType, payload }) },
      stamped: [signature],
      content: { type: "envelope", payloadType, payload, stored: null },
    };
  }
  const { messageDigest, signature } = content.messageSignature;
  const algorithm = hashes[messageDigest.algorithm];
  if (algorithm === undefined) throw new SignatureError("ALG_UNSUPPORTED", "a message digest of an unknown algorithm");
  const hint = messageDigest.digest;
  // The digest in the bundle is a hint that nobody signed: what is signed is what is looked at.
  const [announcedBy = "", announced = ""] = announcedFor.split(":");
  const value = announcedBy === algorithm ? Buffer.from(announced, "hex") : hint;
  return {
    ...common,
    signature,
    signed: artifact === null ? { digest: { algorithm, value } } : { bytes: artifact },
    stamped: [signature],
    content: {
      type: "message",
      digest: announcedFor,
      matches:
        artifact === null
          ? announcedFor === `${algorithm}:${hint.toString("hex")}`
          : createHash(algorithm).update(artifact).digest().equals(hint),
    },
  };
}

function isSelfSigned(der: Buffer): boolean {
  try {
    const certificate = X509Certificate.parse(Buffer.from(der));
    return certificate.subject.equals(certificate.issuer);
  } catch (cause) {
    throw new SignatureError("MALFORMED", "a certificate of the bundle cannot be read", { cause });
  }
}

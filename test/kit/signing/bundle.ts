// Sigstore bundles of every version, and the manifests in which cosign 3 keeps them.
import { createHash } from "node:crypto";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import type { PushedManifest } from "./cosign.ts";
import { type Hash, type SigningKey, signBytes } from "./keys.ts";
import type { EntryJson } from "./rekor.ts";

export const inToto = "application/vnd.in-toto+json";

export function preAuthenticationEncoding(payload: Uint8Array, payloadType = inToto): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export type SignedEnvelope = {
  readonly payload: Buffer;
  readonly payloadType: string;
  /** What was signed, and by each key in turn. */
  readonly signed: Buffer;
  readonly signatures: readonly Buffer[];
  /** The JSON that a `.att` layer stores. */
  readonly stored: Buffer;
};

export function signEnvelope(
  payload: Buffer,
  keys: readonly SigningKey[],
  options: { readonly payloadType?: string; readonly hash?: Hash } = {},
): SignedEnvelope {
  const { payloadType = inToto, hash = "sha256" } = options;
  const signed = preAuthenticationEncoding(payload, payloadType);
  const signatures = keys.map((key) => signBytes(key, signed, hash));
  const json = {
    payloadType,
    payload: payload.toString("base64"),
    signatures: signatures.map((sig) => ({ keyid: "", sig: sig.toString("base64") })),
  };
  return { payload, payloadType, signed, signatures, stored: Buffer.from(JSON.stringify(json)) };
}

export type BundleVersion = "0.1" | "0.2" | "0.3";

export type BundleJson = {
  mediaType: string;
  verificationMaterial: {
    publicKey?: { hint: string };
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    tlogEntries: EntryJson[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope?: { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] };
  messageSignature?: { messageDigest: { algorithm: string; digest: string }; signature: string };
};

export type BundleMaterial = {
  readonly version?: BundleVersion;
  /** The hint is what cosign writes: base64 of the SPKI's SHA-256. */
  readonly by: { readonly key: SigningKey } | { readonly certificate: Buffer; readonly chain?: readonly Buffer[] };
  readonly entries?: readonly EntryJson[];
  readonly timestamps?: readonly Buffer[];
};

function materialOf({ version = "0.3", by, entries = [], timestamps = [] }: BundleMaterial) {
  const raw = (der: Buffer) => ({ rawBytes: der.toString("base64") });
  const signer =
    "key" in by
      ? { publicKey: { hint: createHash("sha256").update(by.key.spki).digest("base64") } }
      : version === "0.3" && by.chain === undefined
        ? { certificate: raw(by.certificate) }
        : { x509CertificateChain: { certificates: [by.certificate, ...(by.chain ?? [])].map(raw) } };
  return {
    ...signer,
    tlogEntries: [...entries],
    ...(timestamps.length === 0
      ? {}
      : {
          timestampVerificationData: {
            rfc3161Timestamps: timestamps.map((der) => ({ signedTimestamp: der.toString("base64") })),
          },
        }),
  };
}

function mediaTypeOf(version: BundleVersion = "0.3"): string {
  return version === "0.3"
    ? "application/vnd.dev.sigstore.bundle.v0.3+json"
    : `application/vnd.dev.sigstore.bundle+json;version=${version}`;
}

export function envelopeBundle(envelope: SignedEnvelope, material: BundleMaterial): BundleJson {
  return {
    mediaType: mediaTypeOf(material.version),
    verificationMaterial: materialOf(material),
    dsseEnvelope: {
      payload: envelope.payload.toString("base64"),
      payloadType: envelope.payloadType,
      signatures: envelope.signatures.map((sig) => ({ sig: sig.toString("base64") })),
    },
  };
}

export function messageBundle(
  message: Uint8Array,
  signature: Buffer,
  material: BundleMaterial,
  hash: Hash = "sha256",
): BundleJson {
  return {
    mediaType: mediaTypeOf(material.version),
    verificationMaterial: materialOf(material),
    messageSignature: {
      messageDigest: {
        algorithm: `SHA2_${hash.slice(3)}`,
        digest: createHash(hash).update(message).digest("base64"),
      },
      signature: signature.toString("base64"),
    },
  };
}

export type BundleManifestOptions = {
  /** What the manifest's annotation says that the bundle states. */
  readonly predicateType?: string | null;
  readonly layerMediaType?: string;
};

/** The referrer that cosign 3 pushes. */
export function bundleManifest(
  bundle: BundleJson,
  subject: Digest,
  options: BundleManifestOptions = {},
): PushedManifest {
  const blob = Buffer.from(JSON.stringify(bundle));
  const config = Buffer.from("{}");
  const { predicateType = "https://sigstore.dev/cosign/sign/v1", layerMediaType = bundle.mediaType } = options;
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    artifactType: bundle.mediaType,
    config: { mediaType: "application/vnd.oci.empty.v1+json", size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: layerMediaType, size: blob.length, digest: digestOf(blob) }],
    subject: { mediaType: "application/vnd.oci.image.index.v1+json", digest: subject, size: 1000 },
    annotations: {
      "org.opencontainers.image.created": "2024-05-06T07:08:09Z",
      "dev.sigstore.bundle.content": bundle.dsseEnvelope === undefined ? "message-signature" : "dsse-envelope",
      ...(predicateType === null ? {} : { "dev.sigstore.bundle.predicateType": predicateType }),
    },
  };
  return {
    bytes: Buffer.from(JSON.stringify(manifest)),
    blobs: new Map([
      [digestOf(blob), blob],
      [digestOf(config), config],
    ]),
  };
}

// Legacy cosign material: `.sig` and `.att` manifests with their blobs, keyed or keyless, logged or not.
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { toPem } from "./certificate.ts";
import type { EntryJson } from "./rekor.ts";

export type Layer = {
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly blob: Buffer;
};

/** A manifest and every blob it names: what is pushed to a registry, and what is read back. */
export type PushedManifest = { readonly bytes: Buffer; readonly blobs: ReadonlyMap<Digest, Buffer> };

export type LayerProofs = {
  readonly certificate?: Buffer;
  readonly chain?: readonly Buffer[];
  readonly entry?: EntryJson;
  readonly timestamp?: Buffer;
};

/** The tag under which cosign keeps a digest's signatures or attestations. */
export function cosignTag(digest: Digest, kind: "sig" | "att" | "sbom"): string {
  return `${digest.replace(":", "-")}.${kind}`;
}

export function signatureLayer(payload: Buffer, signature: Buffer, proofs: LayerProofs = {}): Layer {
  return {
    mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
    annotations: { "dev.cosignproject.cosign/signature": signature.toString("base64"), ...proofAnnotations(proofs) },
    blob: payload,
  };
}

export function attestationLayer(envelope: Buffer, predicateType: string, proofs: LayerProofs = {}): Layer {
  return {
    mediaType: "application/vnd.dsse.envelope.v1+json",
    annotations: { "dev.cosignproject.cosign/signature": "", predicateType, ...proofAnnotations(proofs) },
    blob: envelope,
  };
}

function proofAnnotations({ certificate, chain, entry, timestamp }: LayerProofs): Record<string, string> {
  return {
    ...(certificate === undefined ? {} : { "dev.sigstore.cosign/certificate": toPem(certificate) }),
    ...(chain === undefined ? {} : { "dev.sigstore.cosign/chain": chain.map((der) => toPem(der)).join("") }),
    ...(entry === undefined ? {} : { "dev.sigstore.cosign/bundle": JSON.stringify(rekorBundle(entry)) }),
    ...(timestamp === undefined
      ? {}
      : {
          "dev.sigstore.cosign/rfc3161timestamp": JSON.stringify({
            SignedRFC3161Timestamp: timestamp.toString("base64"),
          }),
        }),
  };
}

/** cosign's RekorBundle: of an entry it keeps the promise alone. */
export function rekorBundle(entry: EntryJson) {
  return {
    SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp ?? "",
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, "base64").toString("hex"),
    },
  };
}

/** `artifactType` and `subject` make it a referrer: cosign's experiment with OCI 1.1. */
export function layersManifest(
  layers: readonly Layer[],
  referrer?: { readonly artifactType: string; readonly subject: Digest },
): PushedManifest {
  const config = Buffer.from('{"architecture":"","created":"0001-01-01T00:00:00Z","os":"","config":{}}');
  const blobs = new Map([[digestOf(config), config], ...layers.map(({ blob }) => [digestOf(blob), blob] as const)]);
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: referrer?.artifactType ?? "application/vnd.oci.image.config.v1+json",
      size: config.length,
      digest: digestOf(config),
    },
    layers: layers.map(({ mediaType, annotations, blob }) => ({
      mediaType,
      size: blob.length,
      digest: digestOf(blob),
      annotations,
    })),
    ...(referrer === undefined
      ? {}
      : {
          subject: {
            mediaType: "application/vnd.oci.image.index.v1+json",
            digest: referrer.subject,
            size: 1000,
          },
        }),
  };
  return { bytes: Buffer.from(JSON.stringify(manifest)), blobs };
}

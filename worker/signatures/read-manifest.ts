// Signature manifests: takes `.sig`, `.att`, bundle and older referrer manifests apart into single pieces of evidence.
import { type Digest, digestOf, isDigest, matchesDigest } from "../../policies/words/digest.ts";
import { readEnvelope } from "./dsse.ts";
import type {
  Evidence,
  EvidenceLayer,
  EvidenceManifest,
  EvidenceProblem,
  EvidenceSource,
  ReadEvidence,
} from "./evidence.ts";
import type { SignatureLimits } from "./limits.ts";
import { bundleKind, isBundleMediaType } from "./read-bundle.ts";
import { annotationNames } from "./read-cosign.ts";
import { SignatureError, toSignatureError } from "./signature-error.ts";
import { arrayMember, isObject, type JsonObject, objectMember, readJson, stringMember } from "./strict-json.ts";

export const simpleSigningMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";
export const envelopeMediaType = "application/vnd.dsse.envelope.v1+json";
const predicateAnnotation = "predicateType";
const bundlePredicateAnnotation = "dev.sigstore.bundle.predicateType";

export type FoundManifest = {
  readonly bytes: Uint8Array;
  /** The digest of the image's manifest or index for which it was found. */
  readonly announcedFor: Digest;
  readonly source: EvidenceSource;
};

/** The layers of a manifest that hold evidence, so that their blobs can be fetched; undefined: not a manifest. */
export function evidenceLayers(bytes: Uint8Array, limits: SignatureLimits): readonly EvidenceLayer[] | undefined {
  try {
    return readManifest(bytes, limits)?.layers;
  } catch {
    return undefined;
  }
}

/** cosign takes every layer of a `.sig` tag for a signature that is annotated like one, whatever its type. */
function holdsEvidence(layer: JsonObject): boolean {
  const mediaType = stringMember(layer, "mediaType") ?? "";
  if (mediaType === simpleSigningMediaType || mediaType === envelopeMediaType || isBundleMediaType(mediaType))
    return true;
  return (stringMember(objectMember(layer, "annotations") ?? {}, annotationNames.signature) ?? "") !== "";
}

/**
 * Everything in the manifest that is evidence by the media type of its layer; descriptors and artifact types are
 * often wrong (docker/buildx#4010). `blobs` gives what was fetched; what it does not have could not be looked at.
 */
export function readSignatureManifest(
  found: FoundManifest,
  blobs: (digest: Digest) => Uint8Array | undefined,
  limits: SignatureLimits,
): ReadEvidence {
  let manifest: ReturnType<typeof readManifest>;
  try {
    manifest = readManifest(found.bytes, limits);
    if (manifest === undefined && found.source.via === "tag") {
      throw new SignatureError("MALFORMED", "the manifest has no layers");
    }
  } catch (thrown) {
    return {
      evidence: [],
      problems: [problemOf(found, null, toSignatureError(thrown, "MALFORMED", "not a manifest"))],
    };
  }
  // Referrers are of every kind: one without layers is none of ours.
  if (manifest === undefined) return { evidence: [], problems: [] };
  const kept = { digest: digestOf(found.bytes), bytes: found.bytes, annotations: manifest.annotations };
  const evidence: Evidence[] = [];
  const problems: EvidenceProblem[] = [];
  for (const layer of manifest.layers) {
    try {
      evidence.push(...readLayer(found, kept, layer, blobOf(layer, blobs), limits));
    } catch (thrown) {
      problems.push(problemOf(found, layer, toSignatureError(thrown, "MALFORMED", "the layer cannot be read")));
    }
  }
  return { evidence, problems };
}

/** Its annotations, and those of its layers that hold evidence; undefined: it has no layers at all. */
function readManifest(bytes: Uint8Array, limits: SignatureLimits) {
  const json = readJson(bytes, { bytes: limits.manifestBytes, depth: limits.jsonDepth, values: limits.jsonValues });
  if (!isObject(json)) throw new SignatureError("MALFORMED", "the manifest is not a JSON object");
  const layers = arrayMember(json, "layers")?.filter(isObject).filter(holdsEvidence);
  if (layers === undefined) return undefined;
  if (layers.length > limits.layersPerManifest) {
    throw new SignatureError("LIMIT_EXCEEDED", `a manifest with ${layers.length} signatures`);
  }
  return { annotations: annotationsOf(json), layers: layers.map(layerOf) };
}

function layerOf(layer: JsonObject): EvidenceLayer {
  const mediaType = stringMember(layer, "mediaType");
  const digest = stringMember(layer, "digest");
  const size = layer.size;
  if (mediaType === undefined || digest === undefined || !isDigest(digest) || !Number.isSafeInteger(size)) {
    throw new SignatureError("MALFORMED", "a layer lacks its media type, digest or size");
  }
  return { mediaType, digest, size: Number(size), annotations: annotationsOf(layer) };
}

function annotationsOf(json: JsonObject): Readonly<Record<string, string>> {
  const annotations =
    Object.hasOwn(json, "annotations") && json.annotations !== null ? objectMember(json, "annotations") : {};
  if (annotations === undefined) throw new SignatureError("MALFORMED", "annotations are not an object");
  if (!areStrings(annotations)) throw new SignatureError("MALFORMED", "an annotation is not a string");
  return annotations;
}

function areStrings(object: JsonObject): object is Readonly<Record<string, string>> {
  return Object.values(object).every((value) => typeof value === "string");
}

function blobOf(layer: EvidenceLayer, blobs: (digest: Digest) => Uint8Array | undefined): Uint8Array {
  const blob = blobs(layer.digest);
  if (blob === undefined) throw new SignatureError("REGISTRY_ERROR", "the layer could not be fetched");
  if (blob.byteLength !== layer.size || !matchesDigest(blob, layer.digest)) {
    throw new SignatureError("MALFORMED", "the layer is not what its descriptor says");
  }
  return blob;
}

function readLayer(
  found: FoundManifest,
  manifest: EvidenceManifest,
  layer: EvidenceLayer,
  blob: Uint8Array,
  limits: SignatureLimits,
): readonly Evidence[] {
  const { announcedFor, source } = found;
  const common = { announcedFor, source, manifest, layer, blob, blobDigest: layer.digest };
  const format = source.via === "tag" ? "cosign-tag" : "cosign-referrer";
  const isKnown = layer.mediaType === envelopeMediaType || isBundleMediaType(layer.mediaType);
  if (!isKnown && layer.mediaType !== simpleSigningMediaType && !isSigTag(source)) return [];
  if (!isKnown) {
    if (blob.byteLength > limits.payloadBytes) {
      throw new SignatureError("LIMIT_EXCEEDED", `a payload of ${blob.byteLength} bytes`);
    }
    return [{ ...common, format, kind: "signature", announcedPredicate: null, signatureIndex: 0 }];
  }
  if (layer.mediaType === envelopeMediaType) {
    // sigstore-js refuses an envelope with several signatures; each of them is one statement by somebody.
    const { signatures } = readEnvelope(blob, limits);
    const announcedPredicate = layer.annotations[predicateAnnotation] ?? null;
    return signatures.map((_, signatureIndex) => ({
      ...common,
      format,
      kind: "attestation",
      announcedPredicate,
      signatureIndex,
    }));
  }
  const announcedPredicate = manifest.annotations[bundlePredicateAnnotation] ?? null;
  const kind = bundleKind(blob, announcedPredicate, limits);
  return [{ ...common, format: "sigstore-bundle", kind, announcedPredicate, signatureIndex: 0 }];
}

function isSigTag(source: EvidenceSource): boolean {
  return source.via === "tag" && source.tag.endsWith(".sig");
}

function problemOf(found: FoundManifest, layer: EvidenceLayer | null, error: SignatureError): EvidenceProblem {
  const { source } = found;
  const isBundle = layer !== null && isBundleMediaType(layer.mediaType);
  const isAttestation = layer?.mediaType === envelopeMediaType || (source.via === "tag" && source.tag.endsWith(".att"));
  return {
    format: isBundle ? "sigstore-bundle" : source.via === "tag" ? "cosign-tag" : "cosign-referrer",
    // What cannot be read may have been a signature: taking it for an attestation would show an image as unsigned.
    kind: isAttestation ? "attestation" : "signature",
    announcedFor: found.announcedFor,
    source,
    digest: layer?.digest ?? digestOf(found.bytes),
    code: error.code,
    message: error.message,
  };
}

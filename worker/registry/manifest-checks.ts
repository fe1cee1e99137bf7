// Manifest checks: what must hold of an answer before its bytes are believed to be a manifest.
import {
  bareMediaType,
  isGenericType,
  isSchema1Type,
  manifestTypes,
  ociIndex,
  ociManifest,
} from "../../policies/images/media-types.ts";
import { digestOf, isDigest, matchesDigest } from "../../policies/words/digest.ts";
import type { HttpAnswer } from "../http/http.ts";
import { type JsonObject, parseObject } from "./json-body.ts";
import { cleanText } from "./outside-text.ts";
import type { ManifestAnswer } from "./registry.ts";
import { RegistryError } from "./registry-error.ts";

/** All four, always: a registry that finds none of them fitting converts to Docker's first schema, under another digest. */
export const acceptedManifests = manifestTypes.join(", ");

/** The manifest in an answer; `digest` is the one asked for, null where a tag was. */
export function checkManifestAnswer(answer: HttpAnswer, digest: string | null, what: string): ManifestAnswer {
  const announced = announcedDigest(answer, what);
  if (announced !== undefined && !matchesDigest(answer.body, announced)) {
    throw new RegistryError("digest-mismatch", `${what}: the registry says ${announced}, the bytes are others`);
  }
  const contentType = answer.headers["content-type"] ?? null;
  if (digest !== null && digest !== announced) return checkManifest(answer.body, contentType, digest, what);
  // A registry whose canonical digest is sha512 finds the manifest again only under that.
  return readAsManifest(answer.body, contentType, announced ?? digestOf(answer.body), what);
}

/** Docker-Content-Digest, where it is there: older registries leave it out. */
export function announcedDigest(answer: HttpAnswer, what: string): string | undefined {
  const announced = answer.headers["docker-content-digest"]?.trim();
  if (announced === undefined || announced === "") return undefined;
  if (isDigest(announced)) return announced;
  throw new RegistryError("malformed", `${what}: Docker-Content-Digest is no digest`);
}

/** The bytes as a manifest: of the digest asked for, and of one readable media type by all that is said. */
export function checkManifest(bytes: Buffer, contentType: string | null, digest: string, what: string): ManifestAnswer {
  if (matchesDigest(bytes, digest)) return readAsManifest(bytes, contentType, digest, what);
  throw new RegistryError("digest-mismatch", `${what}: the bytes are those of ${digestOf(bytes)}`);
}

function readAsManifest(bytes: Buffer, contentType: string | null, digest: string, what: string): ManifestAnswer {
  const bare = bareMediaType(contentType);
  const specific = bare === null || isGenericType(bare) ? null : bare;
  // An HTML page under status 200 is no broken manifest, it is none: the type is judged before the body.
  if (specific !== null) refuseUnreadable(specific, what);
  const mediaType = mediaTypeOf(parseObject(bytes, what), specific, what);
  refuseUnreadable(mediaType, what);
  return { digest, mediaType, bytes };
}

/**
 * Where header and body differ, one client sees an image and another an index in the same bytes (CVE-2021-41190), so
 * such a manifest is nobody's.
 */
function mediaTypeOf(body: JsonObject, specific: string | null, what: string): string {
  const { mediaType: own } = body;
  if (own === undefined || own === null) return specific ?? ("manifests" in body ? ociIndex : ociManifest);
  if (typeof own !== "string") throw new RegistryError("malformed", `${what}: mediaType is no string`);
  if (specific === null || specific === own) return own;
  throw new RegistryError("malformed", `${what}: it came as ${specific} and calls itself ${cleanText(own, 100)}`);
}

function refuseUnreadable(mediaType: string, what: string): void {
  if (manifestTypes.includes(mediaType)) return;
  const reason = isSchema1Type(mediaType)
    ? "it is of Docker's first schema, which no bootc client reads"
    : `it is of the type ${cleanText(mediaType, 100)}`;
  throw new RegistryError("unsupported-media-type", `${what}: ${reason}`);
}

// Media types: the names by which manifests, configs and layers are told apart.

export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
export const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

/** What a client of bootable images asks a registry for, and all that is understood here. */
export const manifestTypes: readonly string[] = [ociIndex, ociManifest, dockerList, dockerManifest];

const dockerSchema1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/;
const imageConfigs = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
const layer = /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./;

export function isIndexType(mediaType: string): boolean {
  return mediaType === ociIndex || mediaType === dockerList;
}

export function isImageManifestType(mediaType: string): boolean {
  return mediaType === ociManifest || mediaType === dockerManifest;
}

export function isSchema1Type(mediaType: string): boolean {
  return dockerSchema1.test(mediaType);
}

export function isImageConfigType(mediaType: string): boolean {
  return imageConfigs.includes(mediaType);
}

/** A layer of a file system, in any compression, foreign or encrypted ones too. */
export function isLayerType(mediaType: string): boolean {
  return layer.test(mediaType);
}

/** `Application/Json; charset=utf-8` is `application/json`; an empty or missing header is null. */
export function bareMediaType(contentType: string | null): string | null {
  const bare = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return bare === "" ? null : bare;
}

/** A type that says only that it is JSON, text or bytes, as registries and file servers send for want of better. */
export function isGenericType(mediaType: string): boolean {
  return ["application/json", "text/plain", "application/octet-stream", "binary/octet-stream"].includes(mediaType);
}

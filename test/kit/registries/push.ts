// Pushing to a real registry by plain HTTP, which is far quicker than starting a client for each image.

import type { BuiltBlob, BuiltManifest } from "./build-image.ts";
import { registryPassword, registryUser } from "./docker-registry.ts";

export type PushTarget = {
  readonly url: string;
  /** `Basic …` where the registry asks for it. */
  readonly authorization?: string;
};

const parallelPuts = 16;

export const basicAuthorization = `Basic ${Buffer.from(`${registryUser}:${registryPassword}`).toString("base64")}`;

async function send(target: PushTarget, method: string, url: string, part?: BuiltBlob): Promise<Response> {
  const response = await fetch(new URL(url, target.url), {
    method,
    headers: {
      ...(target.authorization === undefined ? {} : { authorization: target.authorization }),
      ...(part === undefined ? {} : { "content-type": part.mediaType }),
    },
    ...(part === undefined ? {} : { body: new Uint8Array(part.bytes) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return response;
}

export async function pushBlob(target: PushTarget, path: string, part: BuiltBlob): Promise<void> {
  const started = await send(target, "POST", `/v2/${path}/blobs/uploads/`);
  const upload = new URL(started.headers.get("location") ?? "", target.url);
  upload.searchParams.set("digest", part.digest);
  await send(target, "PUT", upload.href, { ...part, mediaType: "application/octet-stream" });
}

/** Everything that the manifest names, then the manifest under each tag; under its digest where there is none. */
export async function pushImage(
  target: PushTarget,
  path: string,
  manifest: BuiltManifest,
  tags: readonly string[] = [],
): Promise<void> {
  for (const part of manifest.blobs) await pushBlob(target, path, part);
  for (const child of manifest.children) await pushImage(target, path, child);
  const references = tags.length === 0 ? [manifest.digest] : tags;
  // A registry takes some milliseconds for each, most of them waiting for its disk.
  const left = references[Symbol.iterator]();
  const putAll = async (): Promise<void> => {
    for (const reference of left) await send(target, "PUT", `/v2/${path}/manifests/${reference}`, manifest);
  };
  await Promise.all(Array.from({ length: parallelPuts }, putAll));
}

/** Needs a registry with deletes. */
export async function deleteManifest(target: PushTarget, path: string, digest: string): Promise<void> {
  await send(target, "DELETE", `/v2/${path}/manifests/${digest}`);
}

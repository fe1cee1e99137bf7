// What is done to a real registry beside signing: what lies beside an image is copied, moved, removed or put there.
import type { Digest } from "../../../policies/words/digest.ts";
import { sha256 } from "../registries/build-image.ts";
import { pushBlob } from "../registries/push.ts";
import type { PushedManifest } from "../signing/cosign.ts";

type Where = { readonly url: string; readonly path: string };

const ociManifest = "application/vnd.oci.image.manifest.v1+json";
const ociIndex = "application/vnd.oci.image.index.v1+json";
const manifestTypes = [
  ociManifest,
  ociIndex,
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

type Manifest = {
  readonly mediaType?: string;
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
};

/** The tag under which something of a digest lies: bundles have cosign's fallback tag. */
export function tagBeside(kind: "sig" | "att" | "bundles", digest: Digest): string {
  const name = digest.replace(":", "-");
  return kind === "bundles" ? name : `${name}.${kind}`;
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  throw new Error(`${init.method ?? "GET"} ${url}: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

/** Any answer's bytes: of a manifest, whatever its media type. */
export async function readRaw(url: string): Promise<Buffer> {
  const response = await ask(url, { headers: { accept: manifestTypes.join(", ") } });
  return Buffer.from(await response.arrayBuffer());
}

function readManifest({ url, path }: Where, reference: string): Promise<Buffer> {
  return readRaw(`${url}/v2/${path}/manifests/${reference}`);
}

async function putManifest({ url, path }: Where, reference: string, bytes: Buffer): Promise<void> {
  const { mediaType = ociManifest } = JSON.parse(bytes.toString()) as Manifest;
  const response = await ask(`${url}/v2/${path}/manifests/${reference}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body: new Uint8Array(bytes),
  });
  await response.arrayBuffer();
}

/** A manifest with everything it names, from one repository to another. */
export async function copyManifest(from: Where, reference: string, to: Where, as: string): Promise<void> {
  const bytes = await readManifest(from, reference);
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString()) as Manifest;
  for (const { digest } of [...(config === undefined ? [] : [config]), ...layers]) {
    const response = await ask(`${from.url}/v2/${from.path}/blobs/${digest}`);
    await putBlob(to, Buffer.from(await response.arrayBuffer()));
  }
  for (const { digest } of manifests) await copyManifest(from, digest, to, digest);
  await putManifest(to, as, bytes);
}

async function putBlob({ url, path }: Where, bytes: Buffer): Promise<void> {
  await pushBlob({ url }, path, { mediaType: "application/octet-stream", digest: sha256(bytes), bytes });
}

/** docker-registry deletes by digest alone; every tag of it goes. */
export async function removeTag(where: Where, tag: string): Promise<void> {
  const digest = sha256(await readManifest(where, tag));
  const response = await ask(`${where.url}/v2/${where.path}/manifests/${digest}`, { method: "DELETE" });
  await response.arrayBuffer();
}

export async function putSigned(where: Where, tag: string, { bytes, blobs }: PushedManifest): Promise<void> {
  for (const blob of blobs.values()) await putBlob(where, blob);
  await putManifest(where, tag, bytes);
}

/** Referrers under the fallback tag, as cosign writes its index: with a type that is wrong. */
export async function putReferrers(where: Where, tag: string, referrers: readonly PushedManifest[]): Promise<void> {
  for (const referrer of referrers) await putSigned(where, sha256(referrer.bytes), referrer);
  const manifests = referrers.map(({ bytes }) => ({
    mediaType: ociManifest,
    size: bytes.length,
    digest: sha256(bytes),
    artifactType: "application/vnd.oci.empty.v1+json",
  }));
  await putManifest(where, tag, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests })));
}

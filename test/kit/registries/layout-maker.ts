// Image layouts written to a folder, as `skopeo copy … oci:FOLDER/a/b:TAG` would.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuiltBlob, type BuiltManifest, descriptorOf, ociIndex } from "./build-image.ts";

export type LayoutEntry = {
  readonly manifest: BuiltManifest;
  /** Where none is given the entry has no name, as a referrer has none. */
  readonly tag?: string;
};

/** Writes the repository's layout; what was there is replaced, blobs of former images stay. */
export async function writeLayout(root: string, path: string, entries: readonly LayoutEntry[]): Promise<void> {
  const folder = join(root, path);
  await mkdir(join(folder, "blobs", "sha256"), { recursive: true });
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  for (const { manifest } of entries) await writeParts(folder, manifest);
  await writeFile(
    join(folder, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociIndex,
      manifests: entries.map(({ manifest, tag }) =>
        descriptorOf(manifest, tag === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": tag } }),
      ),
    }),
  );
}

/** Where a blob lies in a repository's layout. */
export function blobFile(root: string, path: string, digest: string): string {
  return join(root, path, "blobs", ...digest.split(":"));
}

async function writeParts(folder: string, manifest: BuiltManifest): Promise<void> {
  for (const part of [manifest, ...manifest.blobs]) await writeBlob(folder, part);
  for (const child of manifest.children) await writeParts(folder, child);
}

async function writeBlob(folder: string, { digest, bytes }: BuiltBlob): Promise<void> {
  await writeFile(join(folder, "blobs", ...digest.split(":")), bytes);
}

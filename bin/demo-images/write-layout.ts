// Files of an OCI image layout (image specification, image-layout.md) for one repository of the sample catalog.
import { descriptor } from "./image.ts";
import type { SampleRepository } from "./sample-catalog.ts";

/** Path below the layout's folder -> bytes. */
export function layoutFiles(repository: SampleRepository): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  const referrers = repository.referrers ?? [];
  for (const { blobs } of [...Object.values(repository.tags), ...referrers]) {
    for (const { digest, bytes } of blobs) files.set(`blobs/${digest.replace(":", "/")}`, bytes);
  }
  const manifests = [
    ...Object.entries(repository.tags).map(([tag, { top }]) => ({
      ...descriptor(top),
      annotations: { "org.opencontainers.image.ref.name": tag },
    })),
    ...referrers.map(({ top }) => descriptor(top)),
  ];
  files.set("index.json", lines({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests }));
  files.set("oci-layout", lines({ imageLayoutVersion: "1.0.0" }));
  return files;
}

function lines(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

// Folders of policy documents for tests that start the program.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type FolderDocuments = {
  readonly registries: readonly object[];
  readonly sources: readonly object[];
  readonly trust?: readonly object[];
  readonly projects?: readonly object[];
  readonly releases?: readonly object[];
};

/** Writes the documents of each kind into one file; what was there of that kind is replaced. Gives the folder back. */
export function writePolicies(folder: string, documents: FolderDocuments): string {
  for (const [kind, list] of Object.entries(documents)) {
    mkdirSync(join(folder, kind), { recursive: true });
    // JSON is YAML.
    writeFileSync(join(folder, kind, `${kind}.yaml`), JSON.stringify(list, null, 2));
  }
  return folder;
}

/** A registry on loopback that speaks the distribution specification, at any pace. */
export function loopbackRegistry(host: string, more: object = {}): object {
  return { host, dialect: "oci", plainHttp: true, requestsPerSecond: 100_000, ...more };
}

// What a registry in the process holds: repositories with manifests, blobs and tags.
import type { BuiltBlob, BuiltManifest } from "./build-image.ts";

export type HeldRepository = {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, BuiltBlob>;
  readonly blobs: Map<string, BuiltBlob>;
};

export type RegistryContents = {
  readonly repositories: Map<string, HeldRepository>;
  /** Puts a manifest with all it names into a repository, under a tag where one is given. */
  push(path: string, manifest: BuiltManifest, tag?: string): void;
  untag(path: string, tag: string): void;
  remove(path: string): void;
};

export function createContents(): RegistryContents {
  const repositories = new Map<string, HeldRepository>();

  function hold(path: string): HeldRepository {
    const held = repositories.get(path) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
    repositories.set(path, held);
    return held;
  }

  function put(held: HeldRepository, manifest: BuiltManifest): void {
    held.manifests.set(manifest.digest, manifest);
    for (const part of manifest.blobs) held.blobs.set(part.digest, part);
    for (const child of manifest.children) put(held, child);
  }

  return {
    repositories,
    push(path, manifest, tag) {
      const held = hold(path);
      put(held, manifest);
      if (tag !== undefined) held.tags.set(tag, manifest.digest);
    },
    untag: (path, tag) => void repositories.get(path)?.tags.delete(tag),
    remove: (path) => void repositories.delete(path),
  };
}

/** The manifest that a tag or digest names. */
export function findManifest(held: HeldRepository, reference: string): BuiltBlob | undefined {
  return held.manifests.get(held.tags.get(reference) ?? reference);
}

// The layout dialect: a folder of OCI image layouts, answering as a registry would (mirrors, air-gapped sites, the demo).
import { LRUCache } from "lru-cache";
import type { LayoutRegistry } from "../../policies/documents/registry-document.ts";
import type { Descriptor } from "../../policies/images/manifest.ts";
import { isDigest, matchesDigest } from "../../policies/words/digest.ts";
import { isRepositoryPath } from "../../policies/words/reference.ts";
import { refuseLargeRange } from "./blobs.ts";
import { subjectOf } from "./descriptors.ts";
import { checkLayoutFile, type LayoutIndex, readLayoutIndex } from "./layout-index.ts";
import { openLayoutStore } from "./layout-store.ts";
import { checkManifest } from "./manifest-checks.ts";
import type { BlobRange, ListedRepository, ManifestAnswer, Registry } from "./registry.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";
import { RegistryError } from "./registry-error.ts";

/** One repository's index as it was read; read again when the file changes. */
type ReadIndex = { readonly stamp: string; readonly index: LayoutIndex; readonly modifiedMs: number };

const keptIndexes = 200;
const keptSubjects = 10_000;

export function openLayoutRegistry(document: LayoutRegistry, environment: RegistryEnvironment): Registry {
  const { limits, note } = environment;
  const { host } = document;
  const root = environment.layouts[host];
  if (root === undefined) throw new Error(`${host} is a layout, and nobody said where its folder is`);
  const store = openLayoutStore(host, root);
  const indexes = new LRUCache<string, ReadIndex>({ max: keptIndexes });
  /** By digest, so that looking for referrers reads each manifest once: its subject's digest, or "" for none. */
  const subjects = new LRUCache<string, string>({ max: keptSubjects });

  /** undefined: there is no layout in the repository's folder. */
  async function readIndex(path: string): Promise<ReadIndex | undefined> {
    const parts = partsOf(path);
    const stamp = await store.stamp([...parts, "index.json"]);
    if (stamp === undefined) return undefined;
    const kept = indexes.get(path);
    if (kept?.stamp === stamp) return kept;
    const layout = await store.readFile([...parts, "oci-layout"], limits.tokenBytes);
    const file = await store.readFile([...parts, "index.json"], limits.listBytes);
    if (layout === undefined || file === undefined) return undefined;
    checkLayoutFile(layout.bytes, `${host}/${path}: oci-layout`);
    const index = readLayoutIndex(file.bytes, limits.tagsPerRepository, `${host}/${path}: index.json`);
    const example = index.dropped[0];
    if (example !== undefined) {
      const repository = `${host}/${path}`;
      note?.({ kind: "dropped-names", repository, count: index.dropped.length, example: example.slice(0, 100) });
    }
    const read = { stamp, index, modifiedMs: file.modifiedMs };
    indexes.set(path, read);
    return read;
  }

  function readBlobFile(path: string, digest: string, limitBytes: number, range?: BlobRange) {
    if (!isDigest(digest)) throw new RangeError("no digest");
    const [algorithm = "", encoded = ""] = digest.split(":");
    return store.readFile([...partsOf(path), "blobs", algorithm, encoded], limitBytes, range);
  }

  async function readManifest(path: string, digest: string): Promise<ManifestAnswer | undefined> {
    const file = await readBlobFile(path, digest, limits.manifestBytes);
    if (file === undefined) return undefined;
    const what = `${host}/${path}@${digest}`;
    const entry = (await readIndex(path))?.index.entries.find((known) => known.digest === digest);
    if (entry !== undefined && entry.size !== file.sizeBytes) {
      throw new RegistryError(
        "malformed",
        `${what}: the index says ${entry.size} bytes, the file has ${file.sizeBytes}`,
      );
    }
    return checkManifest(file.bytes, entry?.mediaType ?? null, digest, what);
  }

  /** The digest that a manifest of the layout refers to. What cannot be read refers to nothing. */
  async function readSubject(path: string, entry: Descriptor): Promise<string> {
    const kept = subjects.get(entry.digest);
    if (kept !== undefined) return kept;
    const manifest = await readManifest(path, entry.digest).catch((error: unknown) => {
      if (error instanceof RegistryError && error.code !== "unreachable") return undefined;
      throw error;
    });
    if (manifest === undefined) return "";
    const subject = subjectOf(manifest.bytes) ?? "";
    subjects.set(entry.digest, subject);
    return subject;
  }

  /** Layouts below a folder: each folder with an `oci-layout`, but for what belongs to a layout itself. */
  async function findLayouts(parts: readonly string[], depth: number, signal: AbortSignal, found: ListedRepository[]) {
    signal.throwIfAborted();
    const path = parts.join("/");
    const read = await readIndex(path).catch((error: unknown) => {
      // A broken layout is a repository all the same; asking for its tags says what is wrong with it.
      if (error instanceof RegistryError && error.code !== "unreachable") return null;
      throw error;
    });
    if (read !== undefined) {
      found.push({ path, description: null, popularity: null, lastModifiedMs: read?.modifiedMs ?? null });
      if (found.length > limits.repositoriesPerNamespace) {
        throw new RegistryError("too-many", `${host} has more than ${limits.repositoriesPerNamespace} layouts`);
      }
    }
    if (depth > 0) await findBelow(parts, depth - 1, signal, found, read !== undefined);
  }

  async function findBelow(
    parts: readonly string[],
    depth: number,
    signal: AbortSignal,
    found: ListedRepository[],
    isLayout: boolean,
  ): Promise<void> {
    const names = await store.listFolders(parts).catch((error: unknown) => {
      // One link out of the mirror is left alone; the rest is still there.
      if (error instanceof RegistryError && error.code === "refused") return [];
      throw error;
    });
    for (const name of names) {
      const below = [...parts, name];
      if ((isLayout && name === "blobs") || !isRepositoryPath(below.join("/"))) continue;
      await findLayouts(below, depth, signal, found);
    }
  }

  return {
    host,
    dialect: "layout",

    async listRepositories(namespace, signal) {
      const found: ListedRepository[] = [];
      await findBelow(partsOf(namespace), limits.layoutDepth - 1, signal, found, false);
      return found;
    },

    async findRepository(path) {
      return (await readIndex(path)) === undefined ? "absent" : "present";
    },

    async listTags(path) {
      const read = await readIndex(path);
      return read && [...read.index.tags].map(([name, digest]) => ({ name, digest, sinceMs: null }));
    },

    async readTagHistory() {
      return undefined;
    },

    async lookAtTag(path, tag, known) {
      const digest = (await readIndex(path))?.index.tags.get(tag);
      if (digest === undefined) return { outcome: "absent" };
      if (digest === known) return { outcome: "unchanged" };
      const manifest = await readManifest(path, digest);
      if (manifest !== undefined) return { outcome: "manifest", manifest };
      throw new RegistryError("not-found", `${host}/${path}:${tag}: the layout does not hold ${digest}`);
    },

    readManifest: (path, digest) => readManifest(path, digest),

    async readBlob(path, digest, limitBytes, _signal, range) {
      const what = `the blob ${digest} of ${host}/${path}`;
      if (range !== undefined) refuseLargeRange(range, limitBytes, what);
      const file = await readBlobFile(path, digest, limitBytes, range);
      if (file === undefined || range !== undefined || matchesDigest(file.bytes, digest)) return file?.bytes;
      throw new RegistryError("digest-mismatch", `${what}: the bytes are others`);
    },

    async readReferrers(path, digest, signal, wish) {
      const entries = (await readIndex(path))?.index.entries ?? [];
      const descriptors = new Map<string, Descriptor>();
      for (const entry of entries) {
        signal.throwIfAborted();
        if ((await readSubject(path, entry)) === digest) descriptors.set(entry.digest, entry);
      }
      if (descriptors.size > limits.referrers) {
        const cut = `${host}/${path}@${digest} has more than ${limits.referrers} referrers`;
        if (wish?.beyondLimit !== "cut") throw new RegistryError("too-many", cut);
        return { via: "api", descriptors: [...descriptors.values()].slice(0, limits.referrers), cut };
      }
      return { via: "api", descriptors: [...descriptors.values()] };
    },
  };
}

/** Names become file names here, so they are checked again though whoever asks has done so: `..` must never pass. */
function partsOf(path: string): string[] {
  if (!isRepositoryPath(path)) throw new RangeError("no repository path");
  return path.split("/");
}

// A registry as an object in the process, for what no server can be made to do at the right moment.
import type {
  ListedRepository,
  ListedTag,
  ReferrersWish,
  Registry,
  TagPeriod,
} from "../../../worker/registry/registry.ts";
import { RegistryError, type RegistryErrorCode } from "../../../worker/registry/registry-error.ts";
import type { BuiltManifest } from "../../kit/registries/build-image.ts";

export type Method =
  | "listRepositories"
  | "findRepository"
  | "listTags"
  | "readTagHistory"
  | "lookAtTag"
  | "readManifest"
  | "readBlob"
  | "readReferrers";

export type Call = { readonly method: Method; readonly path: string; readonly reference: string };

export type FakeRegistry = Registry & {
  readonly calls: Call[];
  /** Subjects whose referrers were asked for, apart from `calls`. */
  readonly referrerCalls: string[];
  /** What those who asked said that they knew. */
  readonly wishes: ReferrersWish[];
  /** Manifests that refer to the subject, in place of what did before. */
  refer(path: string, subject: string, ...referrers: readonly BuiltManifest[]): void;
  /** The same on a page of the API that cosign does not read. */
  referLater(path: string, subject: string, ...referrers: readonly BuiltManifest[]): void;
  put(path: string, tags: Readonly<Record<string, BuiltManifest>>): void;
  untag(path: string, ...tags: string[]): void;
  remove(path: string): void;
  describe(path: string, said: { readonly description?: string; readonly popularity?: number }): void;
  /** What the listing of tags shows in place of what is there. undefined: the truth again. */
  pretend(path: string, tags: readonly string[] | undefined): void;
  /** What a listing of repositories shows. undefined: the truth again. */
  pretendListing(paths: readonly string[] | undefined): void;
  history(path: string, periods: readonly TagPeriod[]): void;
  /** Called before each answer: may wait, or throw. */
  before(hook: (call: Call, signal: AbortSignal) => Promise<void> | void): void;
};

export type FakeOptions = { readonly dialect?: Registry["dialect"]; readonly catalog?: boolean };

/** Throws for the calls that match, for ever or for `times`. */
export function failing(
  code: RegistryErrorCode,
  matches: (call: Call) => boolean = () => true,
  times = Number.POSITIVE_INFINITY,
): (call: Call) => void {
  let left = times;
  return (call) => {
    if (left > 0 && matches(call)) {
      left--;
      throw new RegistryError(code, `${call.method} ${call.path} ${call.reference}: ${code}`);
    }
  };
}

type Held = {
  readonly tags: Map<string, BuiltManifest>;
  readonly manifests: Map<string, BuiltManifest>;
  pretended?: readonly string[];
  said: { readonly description?: string; readonly popularity?: number };
  periods?: readonly TagPeriod[];
};

export function fakeRegistry(host: string, options: FakeOptions = {}): FakeRegistry {
  const dialect = options.dialect ?? "oci";
  const held = new Map<string, Held>();
  const calls: Call[] = [];
  const referrerCalls: string[] = [];
  const wishes: ReferrersWish[] = [];
  const referrers = new Map<string, readonly BuiltManifest[]>();
  const later = new Set<string>();
  let shown: readonly string[] | undefined;
  let hook: (call: Call, signal: AbortSignal) => Promise<void> | void = () => {};

  const take = (manifests: Held["manifests"], manifest: BuiltManifest): void => {
    manifests.set(manifest.digest, manifest);
    for (const child of manifest.children) take(manifests, child);
  };

  async function ask(method: Method, path: string, reference: string, signal: AbortSignal): Promise<Held | undefined> {
    signal.throwIfAborted();
    const call = { method, path, reference };
    calls.push(call);
    await hook(call, signal);
    signal.throwIfAborted();
    return held.get(path);
  }

  const answerOf = ({ digest, mediaType, bytes }: BuiltManifest) => ({ digest, mediaType, bytes });
  const saysDigests = dialect !== "oci";

  const registry: FakeRegistry = {
    host,
    dialect,
    calls,
    referrerCalls,
    wishes,
    refer(path, subject, ...manifests) {
      const repository = held.get(path) ?? { tags: new Map(), manifests: new Map(), said: {} };
      held.set(path, repository);
      for (const manifest of manifests) take(repository.manifests, manifest);
      referrers.set(`${path}@${subject}`, manifests);
      later.delete(`${path}@${subject}`);
    },
    referLater(path, subject, ...manifests) {
      registry.refer(path, subject, ...manifests);
      later.add(`${path}@${subject}`);
    },
    put(path, tags) {
      const repository = held.get(path) ?? { tags: new Map(), manifests: new Map(), said: {} };
      held.set(path, repository);
      for (const [tag, manifest] of Object.entries(tags)) {
        repository.tags.set(tag, manifest);
        take(repository.manifests, manifest);
      }
    },
    untag(path, ...tags) {
      for (const tag of tags) held.get(path)?.tags.delete(tag);
    },
    remove: (path) => void held.delete(path),
    describe(path, said) {
      const repository = held.get(path);
      if (repository !== undefined) repository.said = said;
    },
    pretend(path, tags) {
      const repository = held.get(path);
      if (repository === undefined) return;
      if (tags === undefined) delete repository.pretended;
      else repository.pretended = tags;
    },
    pretendListing(paths) {
      shown = paths;
    },
    history(path, periods) {
      const repository = held.get(path);
      if (repository !== undefined) repository.periods = periods;
    },
    before(next) {
      hook = next;
    },

    async listRepositories(namespace, signal) {
      await ask("listRepositories", namespace, "", signal);
      if (dialect === "oci" && options.catalog !== true) {
        throw new RegistryError("listing-unsupported", `${host} has no catalog`);
      }
      const paths = shown ?? [...held.keys()].filter((path) => path.startsWith(`${namespace}/`));
      return paths.map(
        (path): ListedRepository => ({
          path,
          description: held.get(path)?.said.description ?? null,
          popularity: held.get(path)?.said.popularity ?? null,
          lastModifiedMs: null,
        }),
      );
    },
    async findRepository(path, signal) {
      return (await ask("findRepository", path, "", signal)) === undefined ? "absent" : "present";
    },
    async listTags(path, signal) {
      const repository = await ask("listTags", path, "", signal);
      if (repository === undefined) return undefined;
      const names = repository.pretended ?? [...repository.tags.keys()];
      return names.map(
        (name): ListedTag => ({
          name,
          digest: saysDigests ? (repository.tags.get(name)?.digest ?? null) : null,
          sinceMs: repository.periods?.find(({ tag, toMs }) => tag === name && toMs === null)?.fromMs ?? null,
        }),
      );
    },
    async readTagHistory(path, watermark, signal) {
      if (dialect !== "quay") return undefined;
      const repository = await ask("readTagHistory", path, String(watermark), signal);
      const periods = (repository?.periods ?? []).filter(
        ({ fromMs }) => watermark === null || fromMs / 1000 >= watermark,
      );
      const newest = Math.max(watermark ?? 0, ...periods.map(({ fromMs }) => Math.floor(fromMs / 1000)));
      return { periods, watermark: newest === 0 ? null : newest };
    },
    async lookAtTag(path, tag, known, signal) {
      const manifest = (await ask("lookAtTag", path, tag, signal))?.tags.get(tag);
      if (manifest === undefined) return { outcome: "absent" };
      if (manifest.digest === known) return { outcome: "unchanged" };
      return known === null
        ? { outcome: "manifest", manifest: answerOf(manifest) }
        : { outcome: "digest", digest: manifest.digest };
    },
    async readManifest(path, digest, signal) {
      const manifest = (await ask("readManifest", path, digest, signal))?.manifests.get(digest);
      return manifest && answerOf(manifest);
    },
    async readBlob(path, digest, _limitBytes, signal) {
      const repository = await ask("readBlob", path, digest, signal);
      for (const manifest of repository?.manifests.values() ?? []) {
        const found = manifest.blobs.find((each) => each.digest === digest);
        if (found !== undefined) return found.bytes;
      }
      return undefined;
    },
    async readReferrers(path, subject, signal, wish = {}) {
      signal.throwIfAborted();
      referrerCalls.push(subject);
      wishes.push(wish);
      await hook({ method: "readReferrers", path, reference: subject }, signal);
      const manifests = referrers.get(`${path}@${subject}`) ?? [];
      const descriptors = manifests.map(({ digest, mediaType, bytes }) => ({
        ...{ digest, mediaType, size: bytes.length, artifactType: null, annotations: {}, platform: null },
      }));
      return later.has(`${path}@${subject}`)
        ? { via: "api", descriptors: [], unread: { api: descriptors, tag: [] } }
        : { via: "api", descriptors };
    },
  };
  return registry;
}

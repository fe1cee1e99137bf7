// Answering a wish: one tag or digest that somebody asked for is looked at, and inspected like a channel's image.
import { expectRepositories } from "../db/adoption.ts";
import { type Change, commitChange, type NewEvent } from "../db/changes.ts";
import {
  findKnownImage,
  findKnownImages,
  type ImageRecord,
  nameImages,
  observeImage,
  storeImages,
} from "../db/image-store.ts";
import { holdsLease, type Lease, releaseLeases } from "../db/leases.ts";
import { policyRevision } from "../db/policy-sets.ts";
import { holdNamed, type NamedRepository, readNamed, storeMet } from "../db/repository-sync.ts";
import { expectSignatureLooks, expectWishedLooks } from "../db/signature-looks.ts";
import type { Store } from "../db/store.ts";
import { readTag, type TagRow, writeTagChanges } from "../db/tag-sync.ts";
import { answerWish, type Wish, type WishAnswer } from "../db/wishes.ts";
import { isFollowed } from "../policies/documents/channels.ts";
import { facetsOf } from "../policies/documents/facets-of.ts";
import { visibilityOf } from "../policies/documents/registry-document.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { sourceOf } from "../policies/documents/source-of.ts";
import { isDigest } from "../policies/words/digest.ts";
import { parseRepository } from "../policies/words/reference.ts";
import { declaredBy } from "./declared-by.ts";
import type { Documents } from "./documents.ts";
import { failureOf } from "./failures.ts";
import { type Inspector, inspectImage } from "./inspect-image.ts";
import type { ManifestAnswer, Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";
import { readComparedBuilds, showChannels } from "./show-channels.ts";
import { buildsToCompare, planTagChanges, type TagSight } from "./tag-changes.ts";
import { showVerdicts } from "./verify/show-verdicts.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type WishLook = { readonly lookedAt: number } & (
  | {
      readonly outcome: "found";
      readonly digest: string;
      readonly records: readonly ImageRecord[];
      readonly known: readonly string[];
    }
  | { readonly outcome: "absent"; readonly reason: string }
  | { readonly outcome: "failed"; readonly code: string; readonly reason: string }
);

export type WishLooker = {
  readonly store: Store;
  readonly documents: Documents;
  readonly limits: WorkerLimits;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly report: (error: unknown) => void;
};

/** What one image may hold in memory before it is stored whole: the repository may not even have a row yet. */
const roomBytes = 64 * 1024 * 1024;

/** Never throws but where the signal was aborted. */
export async function lookForWish(looker: WishLooker, wish: Wish): Promise<WishLook> {
  const lookedAt = looker.now();
  const claim = sourceOf(looker.documents.set, wish.repository);
  const name = parseRepository(wish.repository);
  if (claim === undefined || name === undefined) {
    return { outcome: "absent", lookedAt, reason: "no source declares the repository" };
  }
  try {
    const registry = looker.documents.registry(name.host, "first");
    if (registry === undefined) throw new RegistryError("unreachable", `${name.host} is not declared`);
    return await look(looker, registry, wish, name.path, lookedAt);
  } catch (error) {
    looker.signal.throwIfAborted();
    const { code, reason } = failureOf(error);
    if (code === "internal") looker.report(error);
    return { outcome: "failed", lookedAt, code, reason };
  }
}

async function look(
  looker: WishLooker,
  registry: Registry,
  wish: Wish,
  path: string,
  lookedAt: number,
): Promise<WishLook> {
  const { store, signal } = looker;
  const repository = await readNamed(store, wish.repository);
  const named = await askRegistry(registry, path, wish.reference, await knownDigest(store, repository, wish), signal);
  if (named === undefined) return { outcome: "absent", lookedAt, reason: "the registry says that there is none" };

  const records: ImageRecord[] = [];
  const known: string[] = [];
  let bytes = 0;
  const isPrivate = looker.documents.set.registries.some(
    (each) => each.host === registry.host && visibilityOf(each) === "private",
  );
  const inspector: Inspector = {
    ...looker,
    registry,
    path,
    known: (digests) => findKnownImages(store, { digests, repositoryId: repository?.id ?? 0, private: isPrivate }),
    keep: async (record) => {
      bytes += record.bytes.length + (record.config?.length ?? 0);
      if (bytes > roomBytes)
        throw new RegistryError("too-large", `the manifests of ${named.digest} are more than ${roomBytes} bytes`);
      records.push(record);
    },
    borrow: async (digest) => void known.push(digest),
  };
  await inspectImage(inspector, named.digest, named.manifest);
  return { outcome: "found", lookedAt, digest: named.digest, records, known };
}

/** A digest that the catalog has inspected for this tag need not be sent again. */
async function knownDigest(
  store: Store,
  repository: NamedRepository | undefined,
  { reference }: Wish,
): Promise<string | null> {
  if (repository === undefined || isDigest(reference)) return null;
  const digest = (await readTag(store, repository.id, reference))?.digest ?? null;
  if (digest === null) return null;
  const wanted = { digest, repositoryId: repository.id, private: repository.private };
  return (await findKnownImage(store, wanted)) === "here" ? digest : null;
}

type Named = { readonly digest: string; readonly manifest: ManifestAnswer | undefined };

async function askRegistry(
  registry: Registry,
  path: string,
  reference: string,
  known: string | null,
  signal: AbortSignal,
): Promise<Named | undefined> {
  if (isDigest(reference)) {
    const manifest = await registry.readManifest(path, reference, signal);
    return manifest && { digest: reference, manifest };
  }
  const look = await registry.lookAtTag(path, reference, known, signal);
  switch (look.outcome) {
    case "absent":
      return undefined;
    case "unchanged":
      if (known === null)
        throw new RegistryError("malformed", "the registry says that what it was not told is unchanged");
      return { digest: known, manifest: undefined };
    case "digest":
      return { digest: look.digest, manifest: undefined };
    case "manifest":
      return { digest: look.manifest.digest, manifest: look.manifest };
  }
}

/**
 * One transaction: the image, the tag's row or the digest's, the events, and the answer. Undefined where the wish is
 * another worker's now, or has to be looked at again. A followed tag moves here as it would in a run; what the registry says is gone is removed by
 * its repository's next look alone, which hears the listing as well, and is due at once.
 */
export function storeWish(
  store: Store,
  documents: Documents,
  lease: Lease<number>,
  wish: Wish,
  found: WishLook,
  now: number,
): Promise<WishAnswer | undefined> {
  return commitChange(store, now, async (tx, change) => {
    if (!(await holdsLease(tx, "wishes", lease))) return undefined;
    if ((await policyRevision(tx)) !== documents.revision) {
      // Looked at by documents that are not in force any more: once more, by those that are.
      await releaseLeases(tx, "wishes", [lease]);
      return undefined;
    }
    const source = sourceOf(documents.set, wish.repository)?.source;
    const answer = await storeFound(tx, change, documents, source, wish, found, now);
    await answerWish(tx, now, lease.id, answer);
    return answer;
  });
}

async function storeFound(
  tx: Store,
  change: Change,
  documents: Documents,
  source: SourceDocument | undefined,
  wish: Wish,
  found: WishLook,
  now: number,
): Promise<WishAnswer> {
  // An answer without a repository's row is different now: the wish's own.
  change.touchCatalog();
  if (found.outcome === "found" && source !== undefined) await expectWished(tx, documents, source, wish);
  const repository = await holdNamed(tx, wish.repository);
  if (repository !== undefined) change.touch(repository.id);
  switch (found.outcome) {
    case "failed":
      return { state: "failed", code: found.code, reason: found.reason };
    case "absent":
      if (repository?.active && (await readTag(tx, repository.id, wish.reference))?.present) {
        await storeMet(tx, repository.id, { dueAt: now });
      }
      return { state: "absent", reason: found.reason };
    case "found":
      if (repository === undefined || !repository.active || source === undefined) {
        return { state: "absent", reason: "no source declares the repository any more" };
      }
      await storeImage(tx, change, repository, source, wish, found, now);
      return { state: "found" };
  }
}

async function expectWished(
  tx: Store,
  documents: Documents,
  source: SourceDocument,
  { repository }: Wish,
): Promise<void> {
  const name = parseRepository(repository);
  const registry = documents.set.registries.find(({ host }) => host === source.registry);
  if (name === undefined || registry === undefined) return;
  await expectRepositories(tx, [{ ...declaredBy(source, registry), name: repository, ...name }]);
}

async function storeImage(
  tx: Store,
  change: Change,
  repository: NamedRepository,
  source: SourceDocument,
  wish: Wish,
  { digest, records, known, lookedAt }: Extract<WishLook, { readonly outcome: "found" }>,
  now: number,
): Promise<void> {
  const { id, name, private: isPrivate } = repository;
  const tell = (type: NewEvent["type"], subject: string, data: NewEvent["data"]) =>
    change.event({ type, subject, data, private: isPrivate });
  if (repository.state !== "listed") {
    // Its other tags are not known yet, or not any more.
    await storeMet(tx, id, { state: "listed", addedAt: now, removedAt: null, dueAt: now });
    tell("repository.added", name, { source: source.id, kind: source.kind });
  }
  await storeImages(tx, [{ repositoryId: id, private: isPrivate, records, known, at: lookedAt }]);
  for (const fresh of await nameImages(tx, [{ repositoryId: id, digest, at: lookedAt }])) {
    tell("image.indexed", `${name}@${fresh.digest}`, { repository: name, digest });
  }
  await expectWishedLooks(tx, id, digest, now);
  if (isDigest(wish.reference)) return observeImage(tx, id, digest, lookedAt);

  const row = await readTag(tx, id, wish.reference);
  const rows = new Map<string, TagRow>(row === undefined ? [] : [[row.name, row]]);
  const sights = new Map<string, TagSight>([[wish.reference, { outcome: "seen", digest }]]);
  const rules = {
    isFollowed: (tag: string) => isFollowed(source, tag),
    facetsOf: (tag: string) => facetsOf(source, repository.path, tag),
  };
  const wanted = buildsToCompare(rows, { sights }).map((each) => ({ ...each, repositoryId: id }));
  const { builds, firstNamed } = await readComparedBuilds(tx, wanted);
  const compared = { builds, firstNamed: firstNamed.get(id) ?? new Map() };
  const tags = planTagChanges(rows, { lookedAt, listing: undefined, sights, periods: [] }, rules, compared);
  await writeTagChanges(tx, [{ repositoryId: id, change: tags }]);
  for (const { type, tag, data } of tags.events) tell(type, `${name}:${tag}`, data);
  if (!tags.rows.some((tag) => tag.followed)) return;
  await showChannels(tx, [{ id, source }]);
  await expectSignatureLooks(tx, [id], now);
  await showVerdicts(tx, change, [id]);
}

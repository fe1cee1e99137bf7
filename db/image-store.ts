// The image store: what was read of images, kept by digest for ever, and in which repositories each was seen.
import { and, eq, sql } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import { asValues, inChunks } from "./bulk.ts";
import type { ImageKind } from "./schema.ts";
import type { Store } from "./store.ts";

/** One manifest with all that is derived from its bytes, and from its config's. */
export type ImageRecord = {
  readonly digest: string;
  readonly mediaType: string;
  readonly kind: ImageKind;
  readonly artifactType: string | null;
  readonly bytes: Buffer;
  /** Of an image; null for others, and where it cannot be read for ever (`facts` says why). */
  readonly config: Buffer | null;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly observedAt: number;
  /** Of an index, in its order. */
  readonly entries: readonly IndexEntry[];
};

/** Images that were seen in a repository: those just read, and those that were known from elsewhere. */
export type SeenImages = {
  readonly repositoryId: number;
  readonly private: boolean;
  /** Children before their index: an index that is there is complete. */
  readonly records: readonly ImageRecord[];
  /** Digests that were known already; what their indexes lead to comes along. */
  readonly known: readonly string[];
  readonly at: number;
};

/**
 * Whether an image need not be read again. `here`: it was seen in this repository before. `elsewhere`: in another one
 * that may lend it. A public repository borrows from public ones alone: a registry that merely claims to have a digest
 * must not bring to light what was read with credentials elsewhere.
 */
export async function findKnownImage(
  store: Store,
  wanted: { readonly digest: string; readonly repositoryId: number; readonly private: boolean },
): Promise<"here" | "elsewhere" | undefined> {
  const statement = store.prepared("find_known_image", ({ db, t: { repositories, repositoryImages } }) =>
    db
      .select({
        here: sql<number>`max(case when ${repositoryImages.repositoryId} = ${sql.placeholder("repository")} then 1 else 0 end)`,
        public: sql<number>`max(case when ${repositories.private} then 0 else 1 end)`,
      })
      .from(repositoryImages)
      .innerJoin(repositories, sql`${repositories.id} = ${repositoryImages.repositoryId}`)
      .where(sql`${repositoryImages.digest} = ${sql.placeholder("digest")}`),
  );
  const [row] = await statement.execute({ repository: wanted.repositoryId, digest: wanted.digest });
  if (row === undefined || row.here === null) return undefined;
  if (Number(row.here) === 1) return "here";
  return wanted.private || Number(row.public) === 1 ? "elsewhere" : undefined;
}

/**
 * Stores images and where they were seen. All of it may be there already, from another worker or from one that was
 * killed after it: nothing is stored twice, and nothing of it is an event (see nameImages).
 */
export async function storeImages(tx: Store, seen: readonly SeenImages[]): Promise<void> {
  const records = new Map(seen.flatMap((each) => each.records.map((record) => [record.digest, record])));
  await insertImages(tx, [...records.values()]);
  await insertEntries(tx, [...records.values()]);
  const links = seen.flatMap((each) =>
    each.records.map(({ digest }) => ({ repositoryId: each.repositoryId, digest, firstSeenAt: each.at })),
  );
  for (const chunk of inChunks(links, 4)) {
    await tx.db.insert(tx.t.repositoryImages).values(chunk).onConflictDoNothing();
  }
  for (const each of seen) await linkKnown(tx, each);
}

async function insertImages(tx: Store, records: readonly ImageRecord[]): Promise<void> {
  // Manifests of 4 MiB are rare and allowed: few rows to a statement.
  for (const chunk of inChunks(records, 10, 50)) {
    await tx.db
      .insert(tx.t.images)
      .values(chunk.map(({ entries: _, ...row }) => ({ ...row, catalogId: 1 })))
      .onConflictDoNothing();
  }
}

async function insertEntries(tx: Store, records: readonly ImageRecord[]): Promise<void> {
  const rows = records.flatMap(({ digest, entries }) =>
    entries.map((entry, position) => ({
      indexDigest: digest,
      position,
      os: entry.platform?.os || null,
      architecture: entry.platform?.architecture || null,
      variant: entry.platform?.variant || null,
      digest: entry.digest,
      mediaType: entry.mediaType,
      sizeBytes: entry.size,
      role: entry.role,
      zstd: entry.zstd,
    })),
  );
  for (const chunk of inChunks(rows, 10)) {
    await tx.db.insert(tx.t.imagePlatforms).values(chunk).onConflictDoNothing();
  }
}

/** A known image comes into this repository with everything below it that this repository may borrow. */
async function linkKnown(tx: Store, seen: SeenImages): Promise<void> {
  for (const chunk of inChunks(seen.known, 1)) {
    const digests = asValues(
      { digest: "text" },
      chunk.map((digest) => [digest]),
    );
    await tx.rows(sql`
      with recursive ${digests},
      tree(digest) as (
        select i.digest from images i join v on v.digest = i.digest
        union
        select p.digest from image_platforms p join tree on p.index_digest = tree.digest
      )
      insert into repository_images (repository_id, digest, first_seen_at, named)
      select cast(${seen.repositoryId} as bigint), tree.digest, cast(${seen.at} as bigint), false
      from tree
      where exists (
        select 1 from repository_images ri join repositories r on r.id = ri.repository_id
        where ri.digest = tree.digest and (r.private = false or ${seen.private ? sql`true` : sql`false`})
      )
      on conflict do nothing
      returning 1 as one`);
  }
}

/**
 * Notes that a tag or a question named these images, and gives those that nothing in their repository had named
 * before: each is told of once (`image.indexed`), by the transaction that wins.
 */
export async function nameImages(
  tx: Store,
  images: readonly { readonly repositoryId: number; readonly digest: string; readonly at: number }[],
): Promise<{ repositoryId: number; digest: string }[]> {
  const { repositoryImages } = tx.t;
  const fresh: { repositoryId: number; digest: string }[] = [];
  const rows = images.map(({ at, ...image }) => ({ ...image, firstSeenAt: at, named: true }));
  for (const chunk of inChunks(rows, 4)) {
    const named = await tx.db
      .insert(repositoryImages)
      .values(chunk)
      .onConflictDoUpdate({
        target: [repositoryImages.repositoryId, repositoryImages.digest],
        set: { named: true },
        setWhere: eq(repositoryImages.named, false),
      })
      .returning({ repositoryId: repositoryImages.repositoryId, digest: repositoryImages.digest });
    fresh.push(...named);
  }
  return fresh;
}

/** Somebody asked for the image by its digest, and it was looked at. */
export async function observeImage(tx: Store, repositoryId: number, digest: string, at: number): Promise<void> {
  const { repositoryImages } = tx.t;
  await tx.db
    .update(repositoryImages)
    .set({ observedAt: at })
    .where(and(eq(repositoryImages.repositoryId, repositoryId), eq(repositoryImages.digest, digest)));
}

// Images: one image by its digest, the images of its index, and the repositories that hold it.
import { and, asc, count, eq, inArray, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type ImageRow = NonNullable<Awaited<ReturnType<typeof findImage>>>;
export type EntryRow = Awaited<ReturnType<typeof entriesOf>>[number];

/** Undefined where no public, declared repository holds it: to strangers, nothing else exists. */
export async function findImage({ db, t }: Store, digest: string) {
  const { images, repositoryImages, repositories } = t;
  const [row] = await db
    .select({
      digest: images.digest,
      mediaType: images.mediaType,
      kind: images.kind,
      artifactType: images.artifactType,
      bytes: images.bytes,
      config: images.config,
      facts: images.facts,
      annotations: images.annotations,
      observedAt: images.observedAt,
    })
    .from(images)
    .innerJoin(repositoryImages, eq(repositoryImages.digest, images.digest))
    .innerJoin(repositories, eq(repositories.id, repositoryImages.repositoryId))
    .where(and(eq(images.digest, digest), eq(repositories.private, false), eq(repositories.active, true)))
    .limit(1);
  return row;
}

/** The entries of an index, in its order, each with its image where that was inspected. */
export async function entriesOf({ db, t }: Store, indexDigest: string) {
  const { images, imagePlatforms } = t;
  return db
    .select({
      digest: imagePlatforms.digest,
      os: imagePlatforms.os,
      architecture: imagePlatforms.architecture,
      variant: imagePlatforms.variant,
      mediaType: imagePlatforms.mediaType,
      sizeBytes: imagePlatforms.sizeBytes,
      role: imagePlatforms.role,
      bytes: images.bytes,
      config: images.config,
      facts: images.facts,
    })
    .from(imagePlatforms)
    .leftJoin(images, eq(images.digest, imagePlatforms.digest))
    .where(eq(imagePlatforms.indexDigest, indexDigest))
    .orderBy(asc(imagePlatforms.position));
}

export type Holder = {
  readonly id: number;
  readonly name: string;
  readonly firstSeenAt: number;
  /** The tags that name it now. */
  readonly tags: readonly string[];
};

/** The public repositories that hold it, by name; `total` counts those past the limit too. */
export async function holdersOf(
  { db, t }: Store,
  digest: string,
  limit: number,
): Promise<{ readonly holders: readonly Holder[]; readonly total: number }> {
  const { repositoryImages, repositories, tags } = t;
  const held = and(eq(repositoryImages.digest, digest), eq(repositories.private, false), eq(repositories.active, true));
  const rows = await db
    .select({ id: repositories.id, name: repositories.name, firstSeenAt: repositoryImages.firstSeenAt })
    .from(repositoryImages)
    .innerJoin(repositories, eq(repositories.id, repositoryImages.repositoryId))
    .where(held)
    .orderBy(asc(repositories.name))
    .limit(limit);
  const [counted] = await db
    .select({ total: count() })
    .from(repositoryImages)
    .innerJoin(repositories, eq(repositories.id, repositoryImages.repositoryId))
    .where(held);
  const named =
    rows.length === 0
      ? []
      : await db
          .select({ repositoryId: tags.repositoryId, name: tags.name })
          .from(tags)
          .where(
            and(
              eq(tags.digest, digest),
              eq(tags.present, true),
              inArray(
                tags.repositoryId,
                rows.map(({ id }) => id),
              ),
            ),
          )
          .orderBy(asc(tags.name))
          .limit(limit * 10);
  const byRepository = Map.groupBy(named, ({ repositoryId }) => repositoryId);
  return {
    holders: rows.map((row) => ({ ...row, tags: (byRepository.get(row.id) ?? []).map(({ name }) => name) })),
    total: Number(counted?.total ?? 0),
  };
}

/** The public repositories that hold any of these digests: whose changes an answer about them must follow. */
export async function holderIds(store: Store, digest: string, limit: number): Promise<number[]> {
  const statement = store.prepared("holder_ids", ({ db, t }) =>
    db
      .select({ id: t.repositoryImages.repositoryId })
      .from(t.repositoryImages)
      .innerJoin(t.repositories, eq(t.repositories.id, t.repositoryImages.repositoryId))
      .where(
        and(
          eq(t.repositoryImages.digest, sql.placeholder("digest")),
          eq(t.repositories.private, false),
          eq(t.repositories.active, true),
        ),
      )
      .limit(sql.placeholder("limit")),
  );
  return (await statement.execute({ digest, limit })).map(({ id }) => id);
}

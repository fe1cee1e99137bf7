// The image store: what was read of images, kept by digest for ever, and in which repositories each was seen.
import { and, eq } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import type { ImageLineage } from "../policies/lineage/image-lineage.ts";
import { asJson, type BulkValue, inChunks, type RawNumber, toNumber } from "./bulk.ts";
import { storeLineage } from "./lineage-rows.ts";
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
  /** Null: nothing that tells of a base. */
  readonly lineage: ImageLineage | null;
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
 * Which images need not be read again. `here`: seen in this repository before. `elsewhere`: in another one
 * that may lend it. A public repository borrows from public ones alone: a registry that merely claims to have a digest
 * must not bring to light what was read with credentials elsewhere.
 */
export async function findKnownImages(
  store: Store,
  wanted: { readonly digests: readonly string[]; readonly repositoryId: number; readonly private: boolean },
): Promise<Map<string, "here" | "elsewhere">> {
  const rows = await store.bulk<{ digest: string; here: RawNumber; shown: RawNumber }>(
    { digest: "text", repository: "bigint" },
    wanted.digests.map((digest) => [digest, wanted.repositoryId]),
    `select i.digest, max(case when i.repository_id = v.repository then 1 else 0 end) as here,
       max(case when r.private then 0 else 1 end) as shown
     from v join repository_images i on i.digest = v.digest join repositories r on r.id = i.repository_id
     group by i.digest`,
  );
  const known = new Map<string, "here" | "elsewhere">();
  for (const { digest, here, shown } of rows) {
    if (toNumber(here) === 1) known.set(digest, "here");
    else if (wanted.private || toNumber(shown) === 1) known.set(digest, "elsewhere");
  }
  return known;
}

export async function findKnownImage(
  store: Store,
  wanted: { readonly digest: string; readonly repositoryId: number; readonly private: boolean },
): Promise<"here" | "elsewhere" | undefined> {
  return (await findKnownImages(store, { ...wanted, digests: [wanted.digest] })).get(wanted.digest);
}

/**
 * Stores images and where they were seen. All of it may be there already, from another worker or from one that was
 * killed after it: nothing is stored twice, and nothing of it is an event (see nameImages).
 */
export async function storeImages(tx: Store, seen: readonly SeenImages[]): Promise<void> {
  const records = new Map(seen.flatMap((each) => each.records.map((record) => [record.digest, record])));
  // In the order of their digests: two workers that store the same images wait for each other and do not deadlock.
  const sorted = [...records.values()].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  await insertImages(tx, sorted);
  await insertEntries(tx, sorted);
  await storeLineage(
    tx,
    sorted.flatMap(({ digest, lineage }) => (lineage === null ? [] : [{ digest, lineage }])),
  );
  const links = new Map<string, BulkValue[]>();
  for (const { repositoryId, records: own, at } of seen) {
    for (const { digest } of own) links.set(`${repositoryId} ${digest}`, [repositoryId, digest, at]);
  }
  await tx.bulk(
    { repository: "bigint", digest: "text", seen: "bigint" },
    [...links.values()],
    `insert into repository_images (repository_id, digest, first_seen_at, named)
     select repository, digest, seen, false from v where true
     on conflict do nothing`,
  );
  await linkKnown(tx, seen);
}

async function insertImages(tx: Store, records: readonly ImageRecord[]): Promise<void> {
  // Manifests of 4 MiB are rare and allowed: few of them to a statement.
  for (const chunk of inChunks(records, 50)) {
    await tx.bulk(
      {
        digest: "text",
        media: "text",
        kind: "text",
        artifact: "text",
        bytes: "bytea",
        config: "bytea",
        facts: "text",
        annotations: "text",
        observed: "bigint",
      },
      chunk.map((record) => [
        record.digest,
        record.mediaType,
        record.kind,
        record.artifactType,
        record.bytes,
        record.config,
        asJson(record.facts),
        asJson(record.annotations),
        record.observedAt,
      ]),
      `insert into images (digest, catalog_id, media_type, kind, artifact_type, bytes, config, facts, annotations,
         observed_at)
       select digest, 1, media, kind, artifact, bytes, config, facts, annotations, observed from v where true
       on conflict do nothing`,
    );
  }
}

async function insertEntries(tx: Store, records: readonly ImageRecord[]): Promise<void> {
  await tx.bulk(
    {
      parent: "text",
      position: "bigint",
      os: "text",
      architecture: "text",
      variant: "text",
      digest: "text",
      media: "text",
      size: "bigint",
      role: "text",
      zstd: "boolean",
    },
    records.flatMap(({ digest, entries }) =>
      entries.map((entry, position) => [
        digest,
        position,
        entry.platform?.os || null,
        entry.platform?.architecture || null,
        entry.platform?.variant || null,
        entry.digest,
        entry.mediaType,
        entry.size,
        entry.role,
        entry.zstd,
      ]),
    ),
    `insert into image_platforms (index_digest, position, os, architecture, variant, digest, media_type, size_bytes,
       role, zstd)
     select parent, position, os, architecture, variant, digest, media, size, role, zstd from v where true
     on conflict do nothing`,
  );
}

/** Known images come into a repository with everything below them that this repository may borrow. */
async function linkKnown(tx: Store, seen: readonly SeenImages[]): Promise<void> {
  const rows = seen.flatMap((each) =>
    each.known.map((digest) => [each.repositoryId, digest, each.at, each.private] as const),
  );
  await tx.bulk(
    { repository: "bigint", digest: "text", seen: "bigint", hidden: "boolean" },
    rows,
    `, tree(repository, digest, seen, hidden) as (
       select v.repository, i.digest, v.seen, v.hidden from v join images i on i.digest = v.digest
       union
       select t.repository, p.digest, t.seen, t.hidden from image_platforms p join tree t on p.index_digest = t.digest
     )
     insert into repository_images (repository_id, digest, first_seen_at, named)
     select repository, digest, min(seen), false from tree
     where exists (
       select 1 from repository_images ri join repositories r on r.id = ri.repository_id
       where ri.digest = tree.digest and (tree.hidden or not r.private)
     )
     group by repository, digest
     on conflict do nothing`,
  );
}

/**
 * Notes that a tag or a question named these images, and gives those that nothing in their repository had named
 * before: each is told of once (`image.indexed`), by the transaction that wins. No image twice in one call.
 */
export async function nameImages(
  tx: Store,
  images: readonly { readonly repositoryId: number; readonly digest: string; readonly at: number }[],
): Promise<{ repositoryId: number; digest: string }[]> {
  const rows = await tx.bulk<{ repository: number | string; digest: string }>(
    { repository: "bigint", digest: "text", seen: "bigint" },
    images.map(({ repositoryId, digest, at }) => [repositoryId, digest, at]),
    `insert into repository_images (repository_id, digest, first_seen_at, named)
     select repository, digest, seen, true from v where true
     on conflict (repository_id, digest) do update set named = true where not repository_images.named
     returning repository_id as repository, digest`,
  );
  return rows.map(({ repository, digest }) => ({ repositoryId: Number(repository), digest }));
}

/** Somebody asked for the image by its digest, and it was looked at. */
export async function observeImage(tx: Store, repositoryId: number, digest: string, at: number): Promise<void> {
  const { repositoryImages } = tx.t;
  await tx.db
    .update(repositoryImages)
    .set({ observedAt: at })
    .where(and(eq(repositoryImages.repositoryId, repositoryId), eq(repositoryImages.digest, digest)));
}

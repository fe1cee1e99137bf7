// Channels: the followed tags of repositories with what their images say, from which listings are made.
import { and, asc, eq, inArray, isNotNull } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import { inChunks } from "./bulk.ts";
import type { Facets, ImageKind } from "./schema.ts";
import type { Store } from "./store.ts";

export type ChannelRow = {
  readonly repositoryId: number;
  readonly name: string;
  readonly digest: string;
  readonly since: number | null;
  readonly facets: Facets | null;
};

export type ImageSummary = {
  readonly digest: string;
  readonly kind: ImageKind;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** Of an index, in its order. */
  readonly entries: readonly EntrySummary[];
};

export type EntrySummary = {
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
};

/** The channels that are there and name an image that was inspected. */
export async function readChannels(tx: Store, repositoryIds: readonly number[]): Promise<ChannelRow[]> {
  if (repositoryIds.length === 0) return [];
  const { tags } = tx.t;
  const rows = await tx.db
    .select({
      repositoryId: tags.repositoryId,
      name: tags.name,
      digest: tags.digest,
      since: tags.since,
      facets: tags.facets,
    })
    .from(tags)
    .where(
      and(
        inArray(tags.repositoryId, [...repositoryIds]),
        eq(tags.followed, true),
        eq(tags.present, true),
        isNotNull(tags.digest),
      ),
    );
  return rows.flatMap(({ digest, ...row }) => (digest === null ? [] : [{ ...row, digest }]));
}

/** Images by digest; what is not in the store is left out. */
export async function readSummaries(tx: Store, digests: Iterable<string>): Promise<Map<string, ImageSummary>> {
  const { images, imagePlatforms } = tx.t;
  const found = new Map<string, ImageSummary & { readonly entries: EntrySummary[] }>();
  for (const chunk of inChunks([...new Set(digests)])) {
    const rows = await tx.db
      .select({ digest: images.digest, kind: images.kind, facts: images.facts, annotations: images.annotations })
      .from(images)
      .where(inArray(images.digest, chunk));
    for (const row of rows) found.set(row.digest, { ...row, entries: [] });
    const indexes = rows.filter((row) => row.kind === "index").map((row) => row.digest);
    if (indexes.length === 0) continue;
    const entries = await tx.db
      .select({
        index: imagePlatforms.indexDigest,
        digest: imagePlatforms.digest,
        os: imagePlatforms.os,
        architecture: imagePlatforms.architecture,
        variant: imagePlatforms.variant,
        role: imagePlatforms.role,
      })
      .from(imagePlatforms)
      .where(inArray(imagePlatforms.indexDigest, indexes))
      .orderBy(asc(imagePlatforms.indexDigest), asc(imagePlatforms.position));
    for (const { index, ...entry } of entries) found.get(index)?.entries.push(entry);
  }
  return found;
}

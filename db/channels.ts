// Channels: the followed tags of repositories with what their images say, from which listings are made.
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import { fromJson, type RawNumber, toNumber, toNumberOrNull } from "./bulk.ts";
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
  const rows = await tx.bulk<RawChannel>(
    { repository: "bigint" },
    repositoryIds.map((id) => [id]),
    `select t.repository_id, t.name, t.digest, t.since, t.facets from v
     join tags t on t.repository_id = v.repository
     where t.followed and t.present and t.digest is not null`,
  );
  return rows.map((raw) => ({
    repositoryId: toNumber(raw.repository_id),
    name: raw.name,
    digest: raw.digest,
    since: toNumberOrNull(raw.since),
    facets: fromJson<Facets>(raw.facets),
  }));
}

type RawChannel = {
  readonly repository_id: RawNumber;
  readonly name: string;
  readonly digest: string;
  readonly since: RawNumber | null;
  readonly facets: string | null;
};

/** Images by digest; what is not in the store is left out. */
export async function readSummaries(tx: Store, digests: Iterable<string>): Promise<Map<string, ImageSummary>> {
  const found = new Map<string, ImageSummary & { readonly entries: EntrySummary[] }>();
  const images = await tx.bulk<RawImage>(
    { digest: "text" },
    [...new Set(digests)].map((digest) => [digest]),
    "select i.digest, i.kind, i.facts, i.annotations from v join images i on i.digest = v.digest",
  );
  for (const { digest, kind, facts, annotations } of images) {
    found.set(digest, {
      digest,
      kind,
      facts: fromJson<ImageFacts>(facts),
      annotations: fromJson<Readonly<Record<string, string>>>(annotations),
      entries: [],
    });
  }
  const entries = await tx.bulk<EntrySummary & { readonly parent: string }>(
    { digest: "text" },
    images.filter(({ kind }) => kind === "index").map(({ digest }) => [digest]),
    `select p.index_digest as parent, p.digest, p.os, p.architecture, p.variant, p.role
     from v join image_platforms p on p.index_digest = v.digest
     order by p.index_digest, p.position`,
  );
  for (const { parent, ...entry } of entries) found.get(parent)?.entries.push(entry);
  return found;
}

type RawImage = {
  readonly digest: string;
  readonly kind: ImageKind;
  readonly facts: string | null;
  readonly annotations: string | null;
};

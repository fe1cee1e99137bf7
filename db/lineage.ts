// Lineage: images with everything that tells of their bases, and the images and repositories that stand above and below.
import { aliasedTable, and, asc, desc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { BaseEvidence } from "../policies/lineage/choose-base.ts";
import type { FoundEvidence } from "../policies/trust/found-evidence.ts";
import { type RawNumber, toNumber } from "./bulk.ts";
import type { Store } from "./store.ts";

/** Who asks: strangers see what a public repository holds, and nothing else. */
export type Viewer = { readonly store: Store; readonly seesPrivate: boolean };

export type LineageHolder = {
  readonly id: number;
  /** `host/path`. */
  readonly name: string;
  readonly kind: string;
  readonly official: boolean;
};

export type LineageImage = {
  readonly digest: string;
  readonly kind: "index" | "image";
  readonly bytes: Buffer;
  readonly config: Buffer | null;
  /** The likeliest home first: official, then bases, then where it was seen first. At least one. */
  readonly holders: readonly LineageHolder[];
};

const holdersMax = 100;
const indexesMax = 100;

/** Undefined where this viewer may not see that anybody holds it. */
export async function findLineageImage(viewer: Viewer, digest: string): Promise<LineageImage | undefined> {
  const { db, t } = viewer.store;
  const { images, repositoryImages: held, repositories: r } = t;
  const holders = await db
    .select({ id: r.id, name: r.name, kind: r.kind, official: r.official })
    .from(held)
    .innerJoin(r, eq(r.id, held.repositoryId))
    .where(and(eq(held.digest, digest), isVisible(viewer)))
    .orderBy(...byLikelihood(viewer))
    .limit(holdersMax);
  if (holders.length === 0) return undefined;
  const [image] = await db
    .select({ digest: images.digest, kind: images.kind, bytes: images.bytes, config: images.config })
    .from(images)
    .where(eq(images.digest, digest));
  if (image === undefined || image.kind === "artifact") return undefined;
  return { ...image, kind: image.kind, holders };
}

export type IndexWith = { readonly digest: string; readonly annotations: Readonly<Record<string, string>> };

/** The indexes that have a manifest among their entries. */
export async function indexesWith(viewer: Viewer, digest: string): Promise<IndexWith[]> {
  const { db, t } = viewer.store;
  const { images, imagePlatforms: p, repositoryImages: held, repositories: r } = t;
  const rows = await db
    .selectDistinct({ digest: images.digest, annotations: images.annotations })
    .from(p)
    .innerJoin(images, eq(images.digest, p.indexDigest))
    .innerJoin(held, eq(held.digest, images.digest))
    .innerJoin(r, eq(r.id, held.repositoryId))
    .where(and(eq(p.digest, digest), isVisible(viewer)))
    .orderBy(asc(images.digest))
    .limit(indexesMax);
  return rows.map((row) => ({ digest: row.digest, annotations: row.annotations ?? {} }));
}

/** What an index leads to, for the choice of a platform. */
export async function lineageEntries({ store: { db, t } }: Viewer, indexDigest: string) {
  const { os, architecture, variant, digest, zstd, role } = t.imagePlatforms;
  const rows = await db
    .select({ os, architecture, variant, digest, zstd, role })
    .from(t.imagePlatforms)
    .where(eq(t.imagePlatforms.indexDigest, indexDigest))
    .orderBy(asc(t.imagePlatforms.position));
  return rows.filter((row) => row.role === "image");
}

/** Images that consist of one of these runs of layers, the tallest first, and of one height the likeliest base. */
export async function imagesOfChains(viewer: Viewer, chains: readonly number[], limit: number): Promise<string[]> {
  if (chains.length === 0) return [];
  const { db, t } = viewer.store;
  const { imageChains: chain, repositoryImages: held, repositories: r } = t;
  const rows = await db
    .select({ digest: chain.digest })
    .from(chain)
    .innerJoin(held, eq(held.digest, chain.digest))
    .innerJoin(r, eq(r.id, held.repositoryId))
    .where(and(inArray(chain.chain, [...chains]), isVisible(viewer)))
    .orderBy(desc(chain.layers), ...byLikelihood(viewer), asc(chain.digest))
    .limit(limit);
  return [...new Set(rows.map(({ digest }) => digest))];
}

/** What is known of the signatures of a manifest in a repository. */
export async function findLineageEvidence(
  { store: { db, t } }: Viewer,
  repositoryId: number,
  digests: readonly string[],
): Promise<{ readonly digest: string; readonly found: readonly FoundEvidence[] }[]> {
  const look = t.signatureLooks;
  const rows = await db
    .select({ digest: look.digest, found: look.found })
    .from(look)
    .where(and(eq(look.repositoryId, repositoryId), inArray(look.digest, [...digests])));
  return rows.map(({ digest, found }) => ({ digest, found: found ?? [] }));
}

export type ChannelRow = {
  readonly tag: string;
  readonly digest: string;
  readonly from: number;
  readonly to: number | null;
  readonly isDefault: boolean;
};

const historyMax = 5_000;

/** The histories of those channels of a repository, and of `tag`, that named one of these digests: the newest rows. */
export async function historiesNaming(
  { store: { db, t } }: Viewer,
  repositoryId: number,
  digests: readonly string[],
  tag: string | null,
): Promise<ChannelRow[]> {
  const { tagHistory: history, tags, repositories: r } = t;
  const named = aliasedTable(history, "named");
  const rows = await db
    .select({
      tag: history.tag,
      digest: history.digest,
      from: history.from,
      to: history.to,
      defaultTag: r.defaultTag,
    })
    .from(history)
    .innerJoin(tags, and(eq(tags.repositoryId, history.repositoryId), eq(tags.name, history.tag)))
    .innerJoin(r, eq(r.id, history.repositoryId))
    .where(
      and(
        eq(history.repositoryId, repositoryId),
        or(eq(tags.followed, true), tag === null ? undefined : eq(tags.name, tag)),
        inArray(
          history.tag,
          db
            .select({ tag: named.tag })
            .from(named)
            .where(and(eq(named.repositoryId, repositoryId), inArray(named.digest, [...digests]))),
        ),
      ),
    )
    .orderBy(desc(history.from), desc(history.id))
    .limit(historyMax);
  return rows.map(({ defaultTag, ...row }) => ({ ...row, isDefault: row.tag === defaultTag }));
}

/** What a tag named, the newest first. */
export async function buildsOfTag(
  { store: { db, t } }: Viewer,
  repositoryId: number,
  tag: string,
  limit: number,
): Promise<string[]> {
  const { tagHistory: history } = t;
  const rows = await db
    .select({ digest: history.digest })
    .from(history)
    .where(and(eq(history.repositoryId, repositoryId), eq(history.tag, tag)))
    .orderBy(desc(history.from), desc(history.id))
    .limit(limit);
  return rows.map(({ digest }) => digest);
}

/** Of each index the manifests for an architecture. */
export async function manifestsOf(
  { store: { db, t } }: Viewer,
  indexDigests: readonly string[],
  architecture: string,
): Promise<string[]> {
  if (indexDigests.length === 0) return [];
  const { imagePlatforms: p } = t;
  const rows = await db
    .select({ digest: p.digest })
    .from(p)
    .where(and(inArray(p.indexDigest, [...indexDigests]), eq(p.architecture, architecture), eq(p.role, "image")));
  return rows.map(({ digest }) => digest);
}

export type DerivedImage = {
  readonly digest: string;
  readonly evidence: BaseEvidence;
  /** In whose repository it is said; 0: in the image's own bytes. */
  readonly repositoryId: number;
  /** The base as it is said to be; "": by its name alone. */
  readonly baseDigest: string;
};

/** Images that say that they were built on one of these digests, or on this name. */
export async function imagesClaiming(
  { store: { db, t } }: Viewer,
  base: { readonly digests: readonly string[]; readonly repository: string; readonly tag: string | null },
  limit: number,
): Promise<DerivedImage[]> {
  const { baseClaims: claim } = t;
  return db
    .select({
      digest: claim.digest,
      evidence: claim.evidence,
      repositoryId: claim.repositoryId,
      baseDigest: claim.baseDigest,
    })
    .from(claim)
    .where(
      or(
        inArray(claim.baseDigest, [...base.digests]),
        base.tag === null ? undefined : and(eq(claim.baseRepository, base.repository), eq(claim.baseTag, base.tag)),
      ),
    )
    .orderBy(asc(claim.digest))
    .limit(limit);
}

/** Images whose lowest layers are all the layers of one of these. */
export async function imagesAbove({ store }: Viewer, digests: readonly string[], limit: number): Promise<string[]> {
  if (digests.length === 0) return [];
  const wanted = sql.join(
    digests.map((digest) => sql`${digest}`),
    sql`, `,
  );
  const rows = await store.rows<{ readonly digest: string }>(sql`
    with recursive above(chain) as (
      select l.chain from layer_chains l join image_chains i on l.parent = i.chain where i.digest in (${wanted})
      union
      select l.chain from layer_chains l join above a on l.parent = a.chain
    ), cut(chain) as (select chain from above limit ${limit * 10})
    select distinct i.digest as digest from cut c join image_chains i on i.chain = c.chain limit ${limit}`);
  return rows.map(({ digest }) => digest);
}

/** Which of these images the viewer may know of at all, whether a tag names them now or not. */
export async function imagesSeen({ store, seesPrivate }: Viewer, digests: readonly string[]): Promise<string[]> {
  const visible = seesPrivate ? "r.active" : "r.active and not r.private";
  const rows = await store.bulk<{ digest: string }>(
    { digest: "text" },
    digests.map((digest) => [digest]),
    `select distinct v.digest as digest from v join repository_images i on i.digest = v.digest
     join repositories r on r.id = i.repository_id where ${visible}`,
  );
  return rows.map(({ digest }) => digest);
}

export type HeldNow = { readonly digest: string; readonly repositoryId: number; readonly repository: string };

/** Which of these images a tag names now, by itself or in an index, and in which repositories. */
export async function repositoriesNaming(
  { store, seesPrivate }: Viewer,
  digests: readonly string[],
): Promise<HeldNow[]> {
  const visible = seesPrivate ? "r.active" : "r.active and not r.private";
  const rows = await store.bulk<{ digest: string; id: RawNumber; name: string }>(
    { digest: "text" },
    digests.map((digest) => [digest]),
    `, tops(digest, top) as (
       select v.digest, v.digest from v
       union
       select v.digest, p.index_digest from v join image_platforms p on p.digest = v.digest
     )
     select distinct n.digest as digest, r.id as id, r.name as name
     from tops n join tags t on t.digest = n.top and t.present join repositories r on r.id = t.repository_id
     where ${visible} and r.state = 'listed'`,
  );
  return rows.map(({ digest, id, name }) => ({ digest, repositoryId: toNumber(id), repository: name }));
}

function isVisible({ store: { t }, seesPrivate }: Viewer): SQL | undefined {
  return and(eq(t.repositories.active, true), seesPrivate ? undefined : eq(t.repositories.private, false));
}

function byLikelihood({ store: { t } }: Viewer): SQL[] {
  return [
    desc(t.repositories.official),
    desc(sql`case when ${t.repositories.kind} = 'base' then 1 else 0 end`),
    asc(t.repositoryImages.firstSeenAt),
    asc(t.repositories.name),
  ];
}

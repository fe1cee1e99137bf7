// Tags: a repository's channels, all its tags by pages, and which digest a tag was from when to when.
import { and, asc, desc, eq, exists, gt, gte, inArray, isNull, lt, lte, not, or, type SQL, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type TagRow = Awaited<ReturnType<typeof channelsOf>>[number];

/** The followed tags that are there, by name. */
export async function channelsOf({ db, t }: Store, repositoryId: number, limit: number) {
  return db
    .select(columns(t.tags))
    .from(t.tags)
    .where(and(eq(t.tags.repositoryId, repositoryId), eq(t.tags.followed, true), eq(t.tags.present, true)))
    .orderBy(asc(t.tags.name))
    .limit(limit);
}

/** Whoever asks for a digest need not know all of them. */
const maxNaming = 100;

/**
 * The followed tags that name a digest or did: it, or an index that has it. A tag that is not followed is none of those
 * for which curated facets are written.
 */
export async function channelsNaming(
  { db, t }: Store,
  { repository, digest }: { readonly repository: string; readonly digest: string },
): Promise<string[]> {
  const { repositories: r, tags, tagHistory: h, imagePlatforms: p } = t;
  const indexes = db.select({ digest: p.indexDigest }).from(p).where(eq(p.digest, digest));
  const named = (column: typeof tags.digest | typeof h.digest) => or(eq(column, digest), inArray(column, indexes));
  const before = db
    .select({ one: sql`1` })
    .from(h)
    .where(and(eq(h.repositoryId, tags.repositoryId), eq(h.tag, tags.name), named(h.digest)));
  const rows = await db
    .select({ name: tags.name })
    .from(tags)
    .innerJoin(r, eq(r.id, tags.repositoryId))
    .where(and(eq(r.name, repository), eq(tags.followed, true), or(named(tags.digest), exists(before))))
    .orderBy(asc(tags.name))
    .limit(maxNaming);
  return rows.map(({ name }) => name);
}

export type TagPage = {
  readonly repositoryId: number;
  /** Tags that start with it; "" for all. */
  readonly prefix: string;
  /** Whether tags that carry signatures and the like are listed too. */
  readonly artefacts: boolean;
  /** The last name of the page before. */
  readonly after: string | null;
  readonly limit: number;
};

/** The tags that are there, by name. */
export async function pageOfTags({ db, t }: Store, page: TagPage): Promise<TagRow[]> {
  const { name } = t.tags;
  return db
    .select(columns(t.tags))
    .from(t.tags)
    .where(
      and(
        eq(t.tags.repositoryId, page.repositoryId),
        eq(t.tags.present, true),
        // "{" is the character after "z", the last that a tag can hold.
        page.prefix === "" ? undefined : and(gte(name, page.prefix), lt(name, `${page.prefix}{`)),
        page.after === null ? undefined : gt(name, page.after),
        page.artefacts ? undefined : not(isArtefact(name)),
      ),
    )
    .orderBy(asc(name))
    .limit(page.limit);
}

/** isArtefactTag (policies/words) in SQL that both databases read alike. */
function isArtefact(name: Store["t"]["tags"]["name"]): SQL {
  const ending = (length: number) => sql`substr(${name}, length(${name}) - ${sql.raw(String(length - 1))})`;
  const stem = sql`case
    when ${ending(4)} in ('.sig', '.att') then substr(${name}, 1, length(${name}) - 4)
    when ${ending(5)} = '.sbom' then substr(${name}, 1, length(${name}) - 5)
    else ${name} end`;
  return sql`(substr(${name}, 1, 7) in ('sha256-', 'sha384-', 'sha512-')
    and length(${stem}) between 71 and 135
    and ltrim(substr(${stem}, 8), '0123456789abcdef') = '')`;
}

function columns(tags: Store["t"]["tags"]) {
  return {
    name: tags.name,
    digest: tags.digest,
    followed: tags.followed,
    since: tags.since,
    observedAt: tags.observedAt,
    failingSince: tags.failingSince,
    failureCode: tags.failureCode,
    failureReason: tags.failureReason,
    facets: tags.facets,
    olderThan: tags.olderThan,
  };
}

export type HistoryPage = {
  readonly repositoryId: number;
  /** Null: of all tags. */
  readonly tag: string | null;
  /** Only what was so at this moment; null: at any. */
  readonly at: number | null;
  /** The last row of the page before. */
  readonly after: { readonly from: number; readonly id: number } | null;
  readonly limit: number;
};

/** The newest first. */
export async function pageOfHistory({ db, t }: Store, page: HistoryPage) {
  const { id, repositoryId, tag, digest, from, to } = t.tagHistory;
  return db
    .select({ id, tag, digest, from, to })
    .from(t.tagHistory)
    .where(
      and(
        eq(repositoryId, page.repositoryId),
        page.tag === null ? undefined : eq(tag, page.tag),
        page.at === null ? undefined : and(lte(from, page.at), or(isNull(to), gt(to, page.at))),
        page.after === null
          ? undefined
          : or(lt(from, page.after.from), and(eq(from, page.after.from), lt(id, page.after.id))),
      ),
    )
    .orderBy(desc(from), desc(id))
    .limit(page.limit);
}

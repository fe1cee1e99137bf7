// Target rows: the one query that gives all a switch plan is made from.
import { aliasedTable, and, eq, exists, type SQL, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

/** PostgreSQL is told the type of a parameter that is compared with nothing but expressions. */
const parameter = (name: string) => sql<string | null>`cast(${sql.placeholder(name)} as text)`;

/** One row for each entry of the image (and of `from`), one where there is none. */
export function targetRows({ db, t }: Store) {
  const { repositories: r, tags, repositoryImages: seen, images, imagePlatforms: p, wishes, signatureLooks: look } = t;
  const entryImage = aliasedTable(images, "entry_image");
  const from = aliasedTable(images, "from_image");
  const fromEntry = aliasedTable(p, "from_entry");
  const fromImage = aliasedTable(images, "from_entry_image");
  const entryLook = aliasedTable(look, "entry_look");
  const asked = parameter("from");
  const withManifests = sql`${parameter("manifests")} is not null`;
  const signaturesOf = (of: typeof look, wanted: SQL) => ({
    digest: of.digest,
    /** As JSON. Null as well where it is not wanted of this row. */
    found: sql<string | null>`case when ${wanted} then ${of.found} end`,
    checkedAt: of.checkedAt,
    recheckAt: of.recheckAt,
    failingSince: of.failingSince,
    failureReason: of.failureReason,
  });
  const manifestOf = (image: typeof images, wanted: SQL) =>
    sql<Buffer | null>`case when ${wanted} and ${image.kind} = 'image' then ${image.bytes} end`;
  const ofArchitecture = sql`${withManifests} and ${p.architecture} = ${parameter("architecture")}`;
  return db
    .select({
      repository: {
        id: r.id,
        name: r.name,
        sourceId: r.sourceId,
        kind: r.kind,
        official: r.official,
        distribution: r.distribution,
        project: r.project,
        private: r.private,
        active: r.active,
        state: r.state,
        removedAt: r.removedAt,
        shownAt: r.shownAt,
        failingSince: r.failingSince,
        failureReason: r.failureReason,
        defaultDigest: r.defaultDigest,
      },
      tag: {
        name: tags.name,
        digest: tags.digest,
        followed: tags.followed,
        present: tags.present,
        removedAt: tags.removedAt,
        since: tags.since,
        observedAt: tags.observedAt,
        lookedAt: tags.lookedAt,
        failingSince: tags.failingSince,
        failureCode: tags.failureCode,
        failureReason: tags.failureReason,
        facets: tags.facets,
        olderThan: tags.olderThan,
      },
      wish: { state: wishes.state, dueAt: wishes.dueAt, answeredAt: wishes.answeredAt, reason: wishes.reason },
      // The first column of each part is one that is never null: by it drizzle tells that a join found nothing.
      seen: { firstSeenAt: seen.firstSeenAt, observedAt: seen.observedAt },
      image: {
        digest: images.digest,
        kind: images.kind,
        facts: images.facts,
        annotations: images.annotations,
        bytes: manifestOf(images, withManifests),
      },
      entry: {
        position: p.position,
        digest: p.digest,
        os: p.os,
        architecture: p.architecture,
        variant: p.variant,
        role: p.role,
        zstd: p.zstd,
      },
      // A row for each entry would carry the index's again and again.
      signatures: signaturesOf(look, sql`(${p.position} is null or ${p.position} = 0)`),
      entrySignatures: signaturesOf(
        entryLook,
        sql`(${p.architecture} is null or ${p.architecture} = '' or ${p.architecture} = ${parameter("architecture")})`,
      ),
      entryImage: { digest: entryImage.digest, facts: entryImage.facts, bytes: manifestOf(entryImage, ofArchitecture) },
      from: {
        digest: from.digest,
        kind: from.kind,
        facts: from.facts,
        annotations: from.annotations,
        bytes: manifestOf(from, sql`${asked} is not null`),
      },
      fromEntry: {
        position: fromEntry.position,
        digest: fromEntry.digest,
        os: fromEntry.os,
        architecture: fromEntry.architecture,
        variant: fromEntry.variant,
        role: fromEntry.role,
        zstd: fromEntry.zstd,
      },
      fromImage: {
        digest: fromImage.digest,
        facts: fromImage.facts,
        bytes: manifestOf(fromImage, sql`${asked} is not null`),
      },
    })
    .from(r)
    .leftJoin(tags, and(eq(tags.repositoryId, r.id), eq(tags.name, parameter("tag"))))
    .leftJoin(wishes, and(eq(wishes.repository, r.name), eq(wishes.reference, parameter("reference"))))
    .leftJoin(
      seen,
      and(eq(seen.repositoryId, r.id), eq(seen.digest, sql`coalesce(${parameter("digest")}, ${tags.digest})`)),
    )
    .leftJoin(images, eq(images.digest, seen.digest))
    .leftJoin(p, eq(p.indexDigest, images.digest))
    .leftJoin(entryImage, eq(entryImage.digest, p.digest))
    .leftJoin(look, and(eq(look.repositoryId, r.id), eq(look.digest, images.digest)))
    .leftJoin(entryLook, and(eq(entryLook.repositoryId, r.id), eq(entryLook.digest, p.digest)))
    .leftJoin(from, and(eq(from.digest, asked), isPublic(db, t, asked)))
    .leftJoin(
      fromEntry,
      and(
        eq(fromEntry.indexDigest, from.digest),
        eq(fromEntry.os, "linux"),
        eq(fromEntry.architecture, parameter("architecture")),
      ),
    )
    .leftJoin(fromImage, eq(fromImage.digest, fromEntry.digest))
    .where(eq(r.name, parameter("repository")));
}

/** What a delta tells of an image's layers is for those who may see that image. */
function isPublic(db: Store["db"], { repositoryImages, repositories }: Store["t"], digest: SQL): SQL {
  const holder = aliasedTable(repositories, "holder");
  const held = aliasedTable(repositoryImages, "held");
  return exists(
    db
      .select({ one: sql`1` })
      .from(held)
      .innerJoin(holder, eq(holder.id, held.repositoryId))
      .where(and(eq(held.digest, digest), eq(holder.private, false))),
  );
}

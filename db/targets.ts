// Targets: everything a switch plan is made from, in one prepared query.
import { aliasedTable, and, eq, exists, type SQL, sql } from "drizzle-orm";
import type { ImageFacts } from "../policies/images/image-facts.ts";
import type { IndexEntry } from "../policies/images/manifest.ts";
import type { Facets, ImageKind, OlderThan } from "./schema.ts";
import type { Store } from "./store.ts";

export type TargetQuestion = {
  /** `host/path`. */
  readonly repository: string;
  /** Exactly one of the two is given. */
  readonly tag: string | null;
  readonly digest: string | null;
  /** OCI's name. Where `from` is given, manifests of this architecture alone are read. */
  readonly architecture: string;
  readonly from: string | null;
};

export type TargetImage = {
  readonly digest: string;
  readonly kind: ImageKind;
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** The manifest; null where the question has no `from`. */
  readonly bytes: Buffer | null;
  /** When somebody asked for it by digest and it was last looked at; null for what tags led to. */
  readonly observedAt: number | null;
  readonly firstSeenAt: number | null;
  readonly entries: readonly TargetEntry[];
};

export type TargetEntry = {
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
  readonly zstd: boolean;
  /** Null where that image was not inspected. */
  readonly facts: ImageFacts | null;
  readonly bytes: Buffer | null;
};

export type TargetTag = {
  readonly name: string;
  readonly digest: string | null;
  readonly followed: boolean;
  readonly present: boolean;
  readonly removedAt: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureReason: string | null;
  readonly facets: Facets | null;
  readonly olderThan: OlderThan | null;
};

export type TargetRepository = {
  readonly id: number;
  readonly name: string;
  readonly sourceId: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly private: boolean;
  readonly active: boolean;
  readonly state: "expected" | "listed" | "removed";
  readonly removedAt: number | null;
  readonly failureReason: string | null;
  readonly defaultDigest: string | null;
};

export type TargetWish = {
  readonly state: "open" | "found" | "absent" | "failed";
  readonly waiting: boolean;
  readonly answeredAt: number | null;
  readonly reason: string | null;
};

export type Target = {
  readonly repository: TargetRepository;
  /** Null: no tag was asked for, or the repository was never seen to have it. */
  readonly tag: TargetTag | null;
  /** What the tag names, or the digest asked for; null where this repository was not seen to hold it. */
  readonly image: TargetImage | null;
  /** What came of the question when it was wished for; null: never. */
  readonly wish: TargetWish | null;
  /** The image of `from`, where a public repository holds it. */
  readonly from: TargetImage | null;
};

/** Undefined: no such repository is known. What is private is given as well: the caller decides who may see it. */
export async function findTarget(store: Store, question: TargetQuestion): Promise<Target | undefined> {
  const rows = await store
    .prepared("find_target", targetRows)
    .execute({ ...question, reference: question.tag ?? question.digest });
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    repository: first.repository,
    tag: first.tag,
    image:
      first.image === null || first.seen === null ? null : { ...first.image, ...first.seen, entries: entriesOf(rows) },
    wish: first.wish === null ? null : wishOf(first.wish),
    from:
      first.from === null ? null : { ...first.from, firstSeenAt: null, observedAt: null, entries: fromEntriesOf(rows) },
  };
}

type Row = Awaited<ReturnType<ReturnType<typeof targetRows>["execute"]>>[number];

/** Each entry stands in as many rows as `from` has entries of the architecture, and the other way round. */
function entriesOf(rows: readonly Row[]): TargetEntry[] {
  const byPosition = new Map<number, TargetEntry>();
  for (const { entry, entryImage } of rows) {
    if (entry === null) continue;
    const { position, ...rest } = entry;
    byPosition.set(position, { ...rest, facts: entryImage?.facts ?? null, bytes: entryImage?.bytes ?? null });
  }
  return inOrder(byPosition);
}

function fromEntriesOf(rows: readonly Row[]): TargetEntry[] {
  const byPosition = new Map<number, TargetEntry>();
  for (const { fromEntry, fromImage } of rows) {
    if (fromEntry === null) continue;
    const { position, ...rest } = fromEntry;
    byPosition.set(position, { ...rest, facts: fromImage?.facts ?? null, bytes: fromImage?.bytes ?? null });
  }
  return inOrder(byPosition);
}

function inOrder<Entry>(byPosition: ReadonlyMap<number, Entry>): Entry[] {
  return [...byPosition].toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
}

function wishOf({ dueAt, ...wish }: NonNullable<Row["wish"]>): TargetWish {
  return { ...wish, waiting: dueAt !== null };
}

/** PostgreSQL is told the type of a parameter that is compared with nothing but expressions. */
const parameter = (name: string) => sql<string | null>`cast(${sql.placeholder(name)} as text)`;

/** One row for each entry of the image (and of `from`), one where there is none. */
function targetRows({ db, t }: Store) {
  const { repositories: r, tags, repositoryImages: seen, images, imagePlatforms: p, wishes } = t;
  const entryImage = aliasedTable(images, "entry_image");
  const from = aliasedTable(images, "from_image");
  const fromEntry = aliasedTable(p, "from_entry");
  const fromImage = aliasedTable(images, "from_entry_image");
  const asked = parameter("from");
  const manifestOf = (image: typeof images, wanted: SQL) =>
    sql<Buffer | null>`case when ${wanted} and ${image.kind} = 'image' then ${image.bytes} end`;
  const ofArchitecture = sql`${asked} is not null and ${p.architecture} = ${parameter("architecture")}`;
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
        failureReason: r.failureReason,
        defaultDigest: r.defaultDigest,
      },
      tag: {
        name: tags.name,
        digest: tags.digest,
        followed: tags.followed,
        present: tags.present,
        removedAt: tags.removedAt,
        observedAt: tags.observedAt,
        failingSince: tags.failingSince,
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
        bytes: manifestOf(images, sql`${asked} is not null`),
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

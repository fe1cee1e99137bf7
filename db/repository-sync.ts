// Repository sync: what a worker reads of the repositories it leased, and how it stores what came of them.
import { and, eq, inArray, sql } from "drizzle-orm";
import { asJson } from "./bulk.ts";
import type { Lease } from "./leases.ts";
import type { Facets } from "./schema.ts";
import type { Store } from "./store.ts";

/** What a look needs to know before it asks the registry. */
export type RepositoryToLookAt = {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly sourceId: string;
  readonly state: "expected" | "listed" | "removed";
  readonly private: boolean;
  readonly listing: string | null;
  readonly historyWatermark: number | null;
  readonly failing: boolean;
  readonly attempts: number;
  readonly runId: number | null;
  readonly followed: readonly KnownChannel[];
};

export type KnownChannel = {
  readonly name: string;
  readonly digest: string | null;
  readonly present: boolean;
  readonly failing: boolean;
  /** Whether the image it names is in the store, seen in this repository. */
  readonly inspected: boolean;
};

/** Two queries, whatever the number of repositories. */
export async function readToLookAt(store: Store, ids: readonly number[]): Promise<RepositoryToLookAt[]> {
  if (ids.length === 0) return [];
  const { repositories, repositoryImages, tags } = store.t;
  const rows = await store.db
    .select({
      id: repositories.id,
      name: repositories.name,
      host: repositories.host,
      path: repositories.path,
      sourceId: repositories.sourceId,
      state: repositories.state,
      private: repositories.private,
      listing: repositories.listing,
      suspectListing: repositories.suspectListing,
      historyWatermark: repositories.historyWatermark,
      failingSince: repositories.failingSince,
      attempts: repositories.attempts,
      runId: repositories.runId,
    })
    .from(repositories)
    .where(inArray(repositories.id, [...ids]));
  const channels = await store.db
    .select({
      repositoryId: tags.repositoryId,
      name: tags.name,
      digest: tags.digest,
      present: tags.present,
      failingSince: tags.failingSince,
      imageDigest: repositoryImages.digest,
    })
    .from(tags)
    .leftJoin(
      repositoryImages,
      and(eq(repositoryImages.repositoryId, tags.repositoryId), eq(repositoryImages.digest, tags.digest)),
    )
    .where(and(inArray(tags.repositoryId, [...ids]), eq(tags.followed, true)));
  const byRepository = Map.groupBy(channels, (channel) => channel.repositoryId);
  return rows.map(({ failingSince, suspectListing, ...row }) => ({
    ...row,
    failing: failingSince !== null || suspectListing !== null,
    followed: (byRepository.get(row.id) ?? []).map((channel) => ({
      name: channel.name,
      digest: channel.digest,
      present: channel.present,
      failing: channel.failingSince !== null,
      inspected: channel.imageDigest !== null,
    })),
  }));
}

/** A leased repository as it is in the transaction that stores a look at it. */
export type HeldRepository = {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly sourceId: string;
  readonly private: boolean;
  readonly state: "expected" | "listed" | "removed";
  readonly addedAt: number | null;
  readonly removedAt: number | null;
  readonly observedAt: number | null;
  readonly failingSince: number | null;
  readonly failureCode: string | null;
  readonly failureReason: string | null;
  readonly attempts: number;
  readonly runId: number | null;
  readonly runWaits: boolean;
  readonly shownAt: number | null;
  readonly listing: string | null;
  readonly suspectListing: string | null;
  readonly historyWatermark: number | null;
};

/**
 * The fence for many: locks the rows and gives those whose lease is still the caller's. One statement, and the first
 * of its transaction: what is locked later (runs, then sources, registries and the clock) is locked in the same order
 * everywhere, so that writers wait for each other and do not deadlock.
 */
export async function holdRepositories(
  tx: Store,
  leases: readonly Lease<number>[],
): Promise<Map<number, HeldRepository>> {
  const tokens = new Map(leases.map(({ id, token }) => [id, token]));
  const { repositories } = tx.t;
  const rows = await tx.db
    .update(repositories)
    .set({ leaseToken: sql`${repositories.leaseToken}` })
    .where(
      inArray(
        repositories.id,
        [...tokens.keys()].sort((a, b) => a - b),
      ),
    )
    .returning({
      id: repositories.id,
      token: repositories.leaseToken,
      name: repositories.name,
      host: repositories.host,
      path: repositories.path,
      sourceId: repositories.sourceId,
      private: repositories.private,
      state: repositories.state,
      addedAt: repositories.addedAt,
      removedAt: repositories.removedAt,
      observedAt: repositories.observedAt,
      failingSince: repositories.failingSince,
      failureCode: repositories.failureCode,
      failureReason: repositories.failureReason,
      attempts: repositories.attempts,
      runId: repositories.runId,
      runWaits: repositories.runWaits,
      shownAt: repositories.shownAt,
      listing: repositories.listing,
      suspectListing: repositories.suspectListing,
      historyWatermark: repositories.historyWatermark,
    });
  const held = rows.filter((row) => tokens.get(row.id) === row.token);
  return new Map(held.map(({ token: _, ...row }) => [row.id, row]));
}

/** A look that found everything as it was. */
export type QuietLook = {
  readonly id: number;
  readonly at: number;
  readonly dueAt: number;
  /** When `observedAt` last moved in answers. */
  readonly shownAt: number | null;
};

/** Two statements for all of them: nothing but times and the lease. */
export async function storeQuietLooks(tx: Store, looks: readonly QuietLook[]): Promise<void> {
  const columns = { id: "bigint", looked: "bigint", due: "bigint", shown: "bigint" } as const;
  const rows = looks.map((look) => [look.id, look.at, look.dueAt, look.shownAt]);
  await tx.bulk(
    columns,
    rows,
    `update repositories
     set looked_at = v.looked, observed_at = v.looked, due_at = v.due, shown_at = v.shown, attempts = 0,
       run_waits = false, lease_owner = null, lease_until = null
     from v where repositories.id = v.id`,
  );
  await tx.bulk(
    columns,
    rows,
    `update tags set looked_at = v.looked, observed_at = v.looked
     from v where tags.repository_id = v.id and tags.followed and tags.present`,
  );
}

/** Everything a look may change in the repository's own row, but for what its channels show (see writeShown). */
export type LookedAtRow = Pick<
  HeldRepository,
  | "id"
  | "state"
  | "addedAt"
  | "removedAt"
  | "observedAt"
  | "failingSince"
  | "failureCode"
  | "failureReason"
  | "attempts"
  | "shownAt"
  | "listing"
  | "suspectListing"
  | "historyWatermark"
> & { readonly lookedAt: number; readonly dueAt: number | null };

export async function storeLookedAt(tx: Store, rows: readonly LookedAtRow[]): Promise<void> {
  await tx.bulk(
    {
      id: "bigint",
      state: "text",
      added: "bigint",
      removed: "bigint",
      looked: "bigint",
      observed: "bigint",
      failing: "bigint",
      code: "text",
      reason: "text",
      attempts: "bigint",
      shown: "bigint",
      listing: "text",
      suspect: "text",
      watermark: "bigint",
      due: "bigint",
    },
    rows.map((row) => [
      row.id,
      row.state,
      row.addedAt,
      row.removedAt,
      row.lookedAt,
      row.observedAt,
      row.failingSince,
      row.failureCode,
      row.failureReason,
      row.attempts,
      row.shownAt,
      row.listing,
      row.suspectListing,
      row.historyWatermark,
      row.dueAt,
    ]),
    `update repositories
     set state = v.state, added_at = v.added, removed_at = v.removed, looked_at = v.looked, observed_at = v.observed,
       failing_since = v.failing, failure_code = v.code, failure_reason = v.reason, attempts = v.attempts,
       shown_at = v.shown, listing = v.listing, suspect_listing = v.suspect, history_watermark = v.watermark,
       due_at = v.due, run_waits = false, lease_owner = null, lease_until = null
     from v where repositories.id = v.id`,
  );
}

/** What listings show of a repository: derived from its channels and their images. */
export type ShownRow = {
  readonly id: number;
  readonly facets: Facets;
  readonly architectures: readonly string[];
  readonly defaultTag: string | null;
  readonly defaultDigest: string | null;
  readonly title: string | null;
  /** Its default channel's image's: shown where the registry itself says nothing. */
  readonly description: string | null;
  readonly version: string | null;
  readonly updatedAt: number | null;
};

export async function storeShown(tx: Store, rows: readonly ShownRow[]): Promise<void> {
  await tx.bulk(
    {
      id: "bigint",
      facets: "text",
      architectures: "text",
      tag: "text",
      digest: "text",
      title: "text",
      about: "text",
      version: "text",
      updated: "bigint",
    },
    rows.map((row) => [
      row.id,
      asJson(row.facets),
      asJson(row.architectures),
      row.defaultTag,
      row.defaultDigest,
      row.title,
      row.description,
      row.version,
      row.updatedAt,
    ]),
    `update repositories
     set facets = v.facets, architectures = v.architectures, default_tag = v.tag, default_digest = v.digest,
       title = v.title, description = coalesce(repositories.listed_description, v.about), version = v.version,
       updated_at = v.updated
     from v where repositories.id = v.id`,
  );
}

/** What a wish needs to know of its repository. */
export type NamedRepository = {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly state: "expected" | "listed" | "removed";
  readonly private: boolean;
  readonly active: boolean;
};

const namedColumns = ({ t: { repositories } }: Store) => ({
  id: repositories.id,
  name: repositories.name,
  path: repositories.path,
  state: repositories.state,
  private: repositories.private,
  active: repositories.active,
});

export async function readNamed(store: Store, name: string): Promise<NamedRepository | undefined> {
  const [row] = await store.db
    .select(namedColumns(store))
    .from(store.t.repositories)
    .where(eq(store.t.repositories.name, name));
  return row;
}

/** The same, locked until the end of the transaction: a look that is stored meanwhile waits. */
export async function holdNamed(tx: Store, name: string): Promise<NamedRepository | undefined> {
  const { repositories } = tx.t;
  const [row] = await tx.db
    .update(repositories)
    .set({ leaseToken: repositories.leaseToken })
    .where(eq(repositories.name, name))
    .returning(namedColumns(tx));
  return row;
}

/** Somebody met the repository outside of its own looks. */
export async function storeMet(
  tx: Store,
  id: number,
  row: {
    readonly dueAt: number;
    readonly state?: "listed";
    readonly addedAt?: number;
    readonly removedAt?: null;
  },
): Promise<void> {
  await tx.db.update(tx.t.repositories).set(row).where(eq(tx.t.repositories.id, id));
}

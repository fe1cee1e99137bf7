// Repository sync: what a worker reads of the repositories it leased, and how it stores what came of them.
import { eq } from "drizzle-orm";
import { asJson, type RawBoolean, type RawNumber, toBoolean, toNumber, toNumberOrNull } from "./bulk.ts";
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
  /** Whether `tag.added` told of it. */
  readonly announced: boolean;
  /** Whether the image it names is in the store, seen in this repository. */
  readonly inspected: boolean;
};

/** Two statements, whatever the number of repositories. */
export async function readToLookAt(store: Store, ids: readonly number[]): Promise<RepositoryToLookAt[]> {
  const wanted = ids.map((id) => [id]);
  const rows = await store.bulk<RawToLookAt>(
    { id: "bigint" },
    wanted,
    `select r.id, r.name, r.host, r.path, r.source_id, r.state, r.private, r.listing, r.history_watermark, r.attempts,
       r.run_id, (r.failing_since is not null or r.suspect_listing is not null) as failing
     from v join repositories r on r.id = v.id`,
  );
  const channels = await store.bulk<RawKnownChannel>(
    { id: "bigint" },
    wanted,
    `select t.repository_id, t.name, t.digest, t.present, t.announced, (t.failing_since is not null) as failing,
       (i.digest is not null) as inspected
     from v join tags t on t.repository_id = v.id
     left join repository_images i on i.repository_id = t.repository_id and i.digest = t.digest
     where t.followed`,
  );
  const byRepository = Map.groupBy(channels, (channel) => toNumber(channel.repository_id));
  return rows.map((raw) => ({
    id: toNumber(raw.id),
    name: raw.name,
    host: raw.host,
    path: raw.path,
    sourceId: raw.source_id,
    state: raw.state,
    private: toBoolean(raw.private),
    listing: raw.listing,
    historyWatermark: toNumberOrNull(raw.history_watermark),
    failing: toBoolean(raw.failing),
    attempts: toNumber(raw.attempts),
    runId: toNumberOrNull(raw.run_id),
    followed: (byRepository.get(toNumber(raw.id)) ?? []).map((channel) => ({
      name: channel.name,
      digest: channel.digest,
      present: toBoolean(channel.present),
      failing: toBoolean(channel.failing),
      announced: toBoolean(channel.announced),
      inspected: toBoolean(channel.inspected),
    })),
  }));
}

type RawToLookAt = {
  readonly id: RawNumber;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly source_id: string;
  readonly state: RepositoryToLookAt["state"];
  readonly private: RawBoolean;
  readonly listing: string | null;
  readonly history_watermark: RawNumber | null;
  readonly attempts: RawNumber;
  readonly run_id: RawNumber | null;
  readonly failing: RawBoolean;
};

type RawKnownChannel = {
  readonly repository_id: RawNumber;
  readonly name: string;
  readonly digest: string | null;
  readonly present: RawBoolean;
  readonly announced: RawBoolean;
  readonly failing: RawBoolean;
  readonly inspected: RawBoolean;
};

/** A leased repository as it is in the transaction that stores a look at it. */
export type HeldRepository = {
  readonly id: number;
  /** Of the lease that holds it: a look that was made under another one is not to be stored. */
  readonly token: number;
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
  const rows = await tx.bulk<RawHeld>(
    { id: "bigint", token: "bigint" },
    leases.toSorted((a, b) => a.id - b.id).map(({ id, token }) => [id, token]),
    `update repositories set lease_token = repositories.lease_token
     from v where repositories.id = v.id and repositories.lease_token = v.token
     returning repositories.id, lease_token, name, host, path, source_id, private, state, added_at, removed_at, observed_at, failing_since,
       failure_code, failure_reason, attempts, run_id, run_waits, shown_at, listing, suspect_listing,
       history_watermark`,
  );
  return new Map(
    rows.map((raw) => [
      toNumber(raw.id),
      {
        id: toNumber(raw.id),
        token: toNumber(raw.lease_token),
        name: raw.name,
        host: raw.host,
        path: raw.path,
        sourceId: raw.source_id,
        private: toBoolean(raw.private),
        state: raw.state,
        addedAt: toNumberOrNull(raw.added_at),
        removedAt: toNumberOrNull(raw.removed_at),
        observedAt: toNumberOrNull(raw.observed_at),
        failingSince: toNumberOrNull(raw.failing_since),
        failureCode: raw.failure_code,
        failureReason: raw.failure_reason,
        attempts: toNumber(raw.attempts),
        runId: toNumberOrNull(raw.run_id),
        runWaits: toBoolean(raw.run_waits),
        shownAt: toNumberOrNull(raw.shown_at),
        listing: raw.listing,
        suspectListing: raw.suspect_listing,
        historyWatermark: toNumberOrNull(raw.history_watermark),
      },
    ]),
  );
}

type RawHeld = Omit<RawToLookAt, "failing"> & {
  readonly lease_token: RawNumber;
  readonly added_at: RawNumber | null;
  readonly removed_at: RawNumber | null;
  readonly observed_at: RawNumber | null;
  readonly failing_since: RawNumber | null;
  readonly failure_code: string | null;
  readonly failure_reason: string | null;
  readonly run_waits: RawBoolean;
  readonly shown_at: RawNumber | null;
  readonly suspect_listing: string | null;
};

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

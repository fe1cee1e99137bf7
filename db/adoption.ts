// Adoption: the rows that follow from policy documents, read and written when new documents come into force.
import { and, asc, eq, gt, inArray, notInArray, or, sql } from "drizzle-orm";
import { asJson, inChunks } from "./bulk.ts";
import type { Facets } from "./schema.ts";
import type { Store } from "./store.ts";

/** One process adopts at a time: the others wait for its commit, and then find that there is nothing to do. */
export async function lockAdoption(tx: Store): Promise<void> {
  const { catalogs } = tx.t;
  await tx.db.update(catalogs).set({ name: catalogs.name }).where(eq(catalogs.id, 1));
}

export type DeclaredRegistry = { readonly host: string; readonly dialect: string; readonly private: boolean };

export async function storeRegistries(tx: Store, declared: readonly DeclaredRegistry[]): Promise<void> {
  const { registries } = tx.t;
  for (const chunk of inChunks(declared)) {
    await tx.db
      .insert(registries)
      .values(chunk.map((registry) => ({ ...registry, active: true })))
      .onConflictDoUpdate({
        target: registries.host,
        set: { dialect: sql`excluded.dialect`, private: sql`excluded.private`, active: true },
      });
  }
  const hosts = declared.map(({ host }) => host);
  await tx.db
    .update(registries)
    .set({ active: false, failingSince: null, failureCode: null, failureReason: null })
    .where(and(eq(registries.active, true), hosts.length === 0 ? undefined : notInArray(registries.host, hosts)));
}

export type DeclaredSource = {
  readonly id: string;
  readonly registry: string;
  readonly namespace: string | null;
  readonly private: boolean;
};

/** Upserts what is declared; what is not declared any more is not looked at again. Neither touches health. */
export async function storeSources(tx: Store, declared: readonly DeclaredSource[]): Promise<void> {
  const { sources } = tx.t;
  for (const chunk of inChunks(declared)) {
    await tx.db
      .insert(sources)
      .values(chunk.map((source) => ({ ...source, active: true })))
      .onConflictDoUpdate({
        target: sources.id,
        set: {
          registry: sql`excluded.registry`,
          namespace: sql`excluded.namespace`,
          private: sql`excluded.private`,
          active: true,
        },
      });
  }
  const ids = declared.map(({ id }) => id);
  await tx.db
    .update(sources)
    .set({ active: false, dueAt: null, leaseOwner: null, leaseUntil: null, leaseToken: sql`${sources.leaseToken} + 1` })
    .where(and(eq(sources.active, true), ids.length === 0 ? undefined : notInArray(sources.id, ids)));
}

/** Sources that are looked at and that the documents do not have. */
export async function undeclaredSources(tx: Store, declared: readonly string[]): Promise<string[]> {
  const { sources } = tx.t;
  const rows = await tx.db
    .select({ id: sources.id })
    .from(sources)
    .where(and(eq(sources.active, true), declared.length === 0 ? undefined : notInArray(sources.id, [...declared])));
  return rows.map(({ id }) => id);
}

/** A source whose namespace or registry is another one now has not been listed. */
export async function forgetListings(tx: Store, sourceIds: readonly string[]): Promise<void> {
  if (sourceIds.length === 0) return;
  await tx.db
    .update(tx.t.sources)
    .set({ listedAt: null })
    .where(inArray(tx.t.sources.id, [...sourceIds]));
}

/** What documents say of a repository. */
export type DeclaredColumns = {
  readonly sourceId: string;
  readonly kind: string;
  readonly official: boolean;
  readonly distribution: string | null;
  readonly project: string | null;
  readonly confirmed: boolean;
  readonly private: boolean;
  readonly active: boolean;
};

export type AdoptedRepository = DeclaredColumns & {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly state: "expected" | "listed" | "removed";
};

/** Pages by id: all repositories of a catalog do not have to be in memory at once. */
export async function repositoriesAfter(tx: Store, after: number, limit: number): Promise<AdoptedRepository[]> {
  const { repositories } = tx.t;
  return tx.db
    .select({
      id: repositories.id,
      name: repositories.name,
      path: repositories.path,
      state: repositories.state,
      sourceId: repositories.sourceId,
      kind: repositories.kind,
      official: repositories.official,
      distribution: repositories.distribution,
      project: repositories.project,
      confirmed: repositories.confirmed,
      private: repositories.private,
      active: repositories.active,
    })
    .from(repositories)
    .where(gt(repositories.id, after))
    .orderBy(asc(repositories.id))
    .limit(limit);
}

/** Of rows that changed: what is declared, and the lease, so that no look made under the old documents is stored. */
export async function storeDeclared(
  tx: Store,
  rows: readonly (DeclaredColumns & { readonly id: number; readonly dueAt: number | null })[],
): Promise<void> {
  await tx.bulk(
    {
      id: "bigint",
      source: "text",
      kind: "text",
      official: "boolean",
      distribution: "text",
      project: "text",
      confirmed: "boolean",
      hidden: "boolean",
      active: "boolean",
      due: "bigint",
    },
    rows.map((row) => [
      row.id,
      row.sourceId,
      row.kind,
      row.official,
      row.distribution,
      row.project,
      row.confirmed,
      row.private,
      row.active,
      row.dueAt,
    ]),
    `update repositories
     set source_id = v.source, kind = v.kind, official = v.official, distribution = v.distribution,
       project = v.project, confirmed = v.confirmed, private = v.hidden, active = v.active, due_at = v.due,
       run_waits = false, lease_owner = null, lease_until = null, lease_token = repositories.lease_token + 1
     from v where repositories.id = v.id`,
  );
}

/** Repositories that documents name and nobody has seen. Those that are known already stay as they are. */
export async function expectRepositories(
  tx: Store,
  rows: readonly (DeclaredColumns & { readonly name: string; readonly host: string; readonly path: string })[],
): Promise<void> {
  await tx.bulk(
    {
      name: "text",
      host: "text",
      path: "text",
      source: "text",
      kind: "text",
      official: "boolean",
      distribution: "text",
      project: "text",
      confirmed: "boolean",
      hidden: "boolean",
    },
    rows.map((row) => [
      row.name,
      row.host,
      row.path,
      row.sourceId,
      row.kind,
      row.official,
      row.distribution,
      row.project,
      row.confirmed,
      row.private,
    ]),
    `insert into repositories (catalog_id, name, host, path, source_id, kind, official, distribution, project,
       confirmed, private, active, state, facets, architectures, revision)
     select 1, name, host, path, source, kind, official, distribution, project, confirmed, hidden, true, 'expected',
       '{}', '[]', 0
     from v where true
     on conflict do nothing`,
  );
}

/** Locks repositories that keep their columns but whose tags are judged anew; their looks under way are void. */
export async function takeRepositories(tx: Store, sourceIds: readonly string[], now: number): Promise<number[]> {
  if (sourceIds.length === 0) return [];
  const { repositories } = tx.t;
  const rows = await tx.db
    .update(repositories)
    .set({
      dueAt: now,
      runWaits: false,
      leaseOwner: null,
      leaseUntil: null,
      leaseToken: sql`${repositories.leaseToken} + 1`,
    })
    .where(and(inArray(repositories.sourceId, [...sourceIds]), eq(repositories.active, true)))
    .returning({ id: repositories.id });
  return rows.map(({ id }) => id);
}

export type JudgedTag = {
  readonly repositoryId: number;
  readonly name: string;
  readonly followed: boolean;
  readonly facets: Facets | null;
};

export async function tagsOfRepositories(tx: Store, repositoryIds: readonly number[]): Promise<JudgedTag[]> {
  if (repositoryIds.length === 0) return [];
  const { tags } = tx.t;
  return tx.db
    .select({ repositoryId: tags.repositoryId, name: tags.name, followed: tags.followed, facets: tags.facets })
    .from(tags)
    .where(inArray(tags.repositoryId, [...repositoryIds]));
}

/** A tag that is not followed any more was announced to nobody: followed again, it is told of again. */
export async function storeJudgedTags(tx: Store, rows: readonly JudgedTag[]): Promise<void> {
  await tx.bulk(
    { repository: "bigint", name: "text", followed: "boolean", facets: "text" },
    rows.map((row) => [row.repositoryId, row.name, row.followed, asJson(row.facets)]),
    `update tags
     set followed = v.followed, announced = tags.announced and v.followed, facets = v.facets,
       failing_since = case when v.followed then tags.failing_since else null end,
       failure_code = case when v.followed then tags.failure_code else null end,
       failure_reason = case when v.followed then tags.failure_reason else null end
     from v where tags.repository_id = v.repository and tags.name = v.name`,
  );
}

/** What became private was never public to whoever asks from now on; what becomes public keeps its past to itself. */
export async function hideEvents(tx: Store, names: readonly string[]): Promise<void> {
  const { events } = tx.t;
  for (const name of names) {
    await tx.db
      .update(events)
      .set({ private: true })
      .where(
        or(
          eq(events.subject, name),
          // Every reference of the repository, and nothing of one whose name only begins alike: `;` follows `:`.
          and(gt(events.subject, `${name}:`), sql`${events.subject} < ${`${name};`}`),
          and(gt(events.subject, `${name}@`), sql`${events.subject} < ${`${name}A`}`),
        ),
      );
  }
}

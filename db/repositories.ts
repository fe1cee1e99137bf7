// Repositories: what the catalog says of one, or of the few on a page.
import { eq, inArray, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

export type RepositoryRow = Awaited<ReturnType<typeof repositoriesById>>[number];

/** What is private or no longer declared is given as well: the caller decides who may see it. */
export async function findRepository(store: Store, name: string): Promise<RepositoryRow | undefined> {
  const statement = store.prepared("find_repository", ({ db, t }) =>
    db
      .select(columns(t.repositories))
      .from(t.repositories)
      .where(eq(t.repositories.name, sql.placeholder("name")))
      .limit(1),
  );
  const [row] = await statement.execute({ name });
  return row;
}

/** In no order; those that do not exist are left out. */
export async function repositoriesById(store: Store, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const { repositories } = store.t;
  return store.db
    .select(columns(repositories))
    .from(repositories)
    .where(inArray(repositories.id, [...ids]));
}

function columns(t: Store["t"]["repositories"]) {
  return {
    id: t.id,
    name: t.name,
    host: t.host,
    path: t.path,
    sourceId: t.sourceId,
    kind: t.kind,
    official: t.official,
    distribution: t.distribution,
    project: t.project,
    confirmed: t.confirmed,
    private: t.private,
    active: t.active,
    state: t.state,
    addedAt: t.addedAt,
    removedAt: t.removedAt,
    observedAt: t.observedAt,
    shownAt: t.shownAt,
    failingSince: t.failingSince,
    failureCode: t.failureCode,
    failureReason: t.failureReason,
    description: t.description,
    popularity: t.popularity,
    popularityAsOf: t.popularityAsOf,
    facets: t.facets,
    architectures: t.architectures,
    defaultTag: t.defaultTag,
    defaultDigest: t.defaultDigest,
    title: t.title,
    version: t.version,
    updatedAt: t.updatedAt,
    verdict: t.verdict,
  };
}

// Verifications: what is known of the signatures of one digest in one repository, for who asks for exactly that.
import { and, eq, sql } from "drizzle-orm";
import type { ManifestEvidence } from "../policies/trust/found-evidence.ts";
import { type RawNumber, toNumber } from "./bulk.ts";
import type { Store } from "./store.ts";

export type StoredVerification = {
  readonly repository: {
    readonly id: number;
    readonly name: string;
    readonly private: boolean;
    readonly active: boolean;
  };
  readonly evidence: ManifestEvidence;
};

/** Undefined: the repository was not seen to hold it. What is private is given as well: the caller decides who may see it. */
export async function findVerification(
  store: Store,
  repository: string,
  digest: string,
): Promise<StoredVerification | undefined> {
  const [row] = await store
    .prepared("find_verification", ({ db, t: { repositories: r, repositoryImages: seen, signatureLooks: look } }) =>
      db
        .select({
          repository: { id: r.id, name: r.name, private: r.private, active: r.active },
          look: {
            id: look.id,
            found: look.found,
            lookedAt: look.lookedAt,
            checkedAt: look.checkedAt,
            recheckAt: look.recheckAt,
            failingSince: look.failingSince,
            failure: look.failureReason,
          },
        })
        .from(r)
        .innerJoin(seen, and(eq(seen.repositoryId, r.id), eq(seen.digest, sql.placeholder("digest"))))
        .leftJoin(look, and(eq(look.repositoryId, r.id), eq(look.digest, seen.digest)))
        .where(eq(r.name, sql.placeholder("repository"))),
    )
    .execute({ repository, digest });
  if (row === undefined) return undefined;
  const { look } = row;
  if (look === null || look.lookedAt === null) {
    return { repository: row.repository, evidence: { digest, found: [], look: null } };
  }
  const { checkedAt, recheckAt, failingSince, failure, found } = look;
  return {
    repository: row.repository,
    evidence: { digest, found: found ?? [], look: { checkedAt, recheckAt, failingSince, failure } },
  };
}

/** The public repositories that hold a digest: what a question without a repository is told of. */
export async function repositoriesHolding(store: Store, digest: string, limit: number): Promise<string[]> {
  const rows = await store
    .prepared("repositories_holding", ({ db, t: { repositories: r, repositoryImages: seen } }) =>
      db
        .select({ name: r.name })
        .from(seen)
        .innerJoin(r, eq(r.id, seen.repositoryId))
        .where(and(eq(seen.digest, sql.placeholder("digest")), eq(r.private, false), eq(r.active, true)))
        .orderBy(r.name)
        .limit(sql.placeholder("limit")),
    )
    .execute({ digest, limit });
  return rows.map(({ name }) => name);
}

/** How many bytes each stored piece of evidence has: an answer is bounded before anything is read for it. */
export async function evidenceSizes(store: Store, digests: readonly string[]): Promise<Map<string, number>> {
  const rows = await store.bulk<{ readonly digest: string; readonly size: RawNumber }>(
    { digest: "text" },
    [...new Set(digests)].map((digest) => [digest]),
    "select b.digest, length(b.bytes) as size from v join evidence_blobs b on b.digest = v.digest",
  );
  return new Map(rows.map(({ digest, size }) => [digest, toNumber(size)]));
}

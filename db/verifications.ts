// Verifications: what is known of the signatures of one digest in one repository, for who asks for exactly that.
import { and, eq, sql } from "drizzle-orm";
import type { ManifestEvidence } from "../policies/trust/found-evidence.ts";
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

// Policy sets: the documents in force and all that were before, kept so that every process answers by the same.
import { desc, eq } from "drizzle-orm";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import type { PublicGoodRoot } from "../policies/trust/trust-rules.ts";
import type { Store } from "./store.ts";

export type PolicySetInForce = {
  /** Counts up with each set that comes into force. */
  readonly revision: number;
  readonly inForceAt: number;
  readonly set: PolicySet;
  /** The public-good trust root in force with it; null: none. */
  readonly publicGood: PublicGoodRoot | null;
  /** The version of the checks by which everything was verified when it came into force. */
  readonly checks: number;
};

/** The revision in force, without its documents: a cheap question to ask often. */
export async function policyRevision(store: Store): Promise<number | undefined> {
  const statement = store.prepared("policy_revision", ({ db, t }) =>
    db.select({ revision: t.policySets.revision }).from(t.policySets).orderBy(desc(t.policySets.revision)).limit(1),
  );
  const [row] = await statement.execute();
  return row?.revision;
}

/** The documents by which the catalog answers; undefined before the first were adopted. */
export async function policySetInForce(store: Store): Promise<PolicySetInForce | undefined> {
  const { policySets, trustRoots } = store.t;
  const [row] = await store.db
    .select({
      revision: policySets.revision,
      inForceAt: policySets.inForceAt,
      body: policySets.body,
      checks: policySets.checks,
      root: { digest: trustRoots.digest, content: trustRoots.content },
    })
    .from(policySets)
    .leftJoin(trustRoots, eq(trustRoots.digest, policySets.publicGood))
    .orderBy(desc(policySets.revision))
    .limit(1);
  if (row === undefined) return undefined;
  const { revision, inForceAt, checks, root } = row;
  return { revision, inForceAt, set: row.body as PolicySet, publicGood: root, checks };
}

/**
 * Puts a set in force as the last step of its adoption (worker/adoption.ts), in the same transaction as everything
 * that follows from it. Returns its revision.
 */
export async function putInForce(
  tx: Store,
  now: number,
  set: PolicySet,
  { publicGood = null, checks = 0 }: Partial<Pick<PolicySetInForce, "publicGood" | "checks">> = {},
): Promise<number> {
  const { policySets, trustRoots } = tx.t;
  if (publicGood !== null) await tx.db.insert(trustRoots).values(publicGood).onConflictDoNothing();
  const [row] = await tx.db
    .insert(policySets)
    .values({ digest: set.digest, body: set, inForceAt: now, publicGood: publicGood?.digest ?? null, checks })
    .returning({ revision: policySets.revision });
  if (row === undefined) throw new Error("the policy set was not stored");
  return row.revision;
}

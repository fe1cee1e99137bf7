// Lineage rows: what is kept of an image so that its bases find it, written with the image or filled in afterwards.
import { eq, gt, inArray, lt } from "drizzle-orm";
import type { BaseClaim } from "../policies/lineage/base-claim.ts";
import type { BaseEvidence } from "../policies/lineage/choose-base.ts";
import type { ImageLineage } from "../policies/lineage/image-lineage.ts";
import type { BulkValue } from "./bulk.ts";
import type { Store } from "./store.ts";

export type LineageRecord = { readonly digest: string; readonly lineage: ImageLineage };

/** All of it may be there already. The images have to be. */
export async function storeLineage(tx: Store, records: readonly LineageRecord[]): Promise<void> {
  const links = new Map<number, number | null>();
  const chains: BulkValue[][] = [];
  for (const { digest, lineage } of records) {
    for (const chain of lineage.chains) {
      for (const [i, each] of chain.entries()) links.set(each, chain[i - 1] ?? null);
      chains.push([digest, chain.at(-1) ?? 0, chain.length]);
    }
  }
  // In one order everywhere: two workers that store images of one base wait for each other and do not deadlock.
  const sorted = [...links].toSorted(([a], [b]) => a - b);
  await tx.bulk(
    { chain: "bigint", parent: "bigint" },
    sorted,
    "insert into layer_chains (chain, parent) select chain, parent from v where true on conflict do nothing",
  );
  await tx.bulk(
    { digest: "text", chain: "bigint", layers: "bigint" },
    chains,
    `insert into image_chains (digest, chain, layers) select digest, chain, layers from v where true
     on conflict do nothing`,
  );
  await storeBaseClaims(
    tx,
    records.flatMap(({ digest, lineage: { annotation, label } }) => [
      ...(annotation === null ? [] : [{ digest, evidence: weaken(annotation), repositoryId: null, claim: annotation }]),
      ...(label === null ? [] : [{ digest, evidence: "labels" as const, repositoryId: null, claim: label }]),
    ]),
  );
}

/** An annotation that names no digest is worth no more than a label. */
function weaken({ digest }: BaseClaim): BaseEvidence {
  return digest === null ? "labels" : "annotation";
}

export type BaseClaimRow = {
  readonly digest: string;
  readonly evidence: BaseEvidence;
  /** In whose repository it is said; null: in the image's own bytes. */
  readonly repositoryId: number | null;
  readonly claim: BaseClaim;
};

export async function storeBaseClaims(tx: Store, claims: readonly BaseClaimRow[]): Promise<void> {
  await tx.bulk(
    { digest: "text", evidence: "text", repository: "bigint", base: "text", base_repository: "text", tag: "text" },
    claims.map(({ digest, evidence, repositoryId, claim }) => [
      ...[digest, evidence, repositoryId ?? 0, claim.digest ?? "", claim.repository ?? "", claim.tag ?? ""],
    ]),
    `insert into base_claims (digest, evidence, repository_id, base_digest, base_repository, base_tag)
     select digest, evidence, repository, base, base_repository, tag from v where true
     on conflict do nothing`,
  );
}

export type UnreadImage = { readonly digest: string; readonly bytes: Buffer; readonly config: Buffer | null };

const fillId = 1;

/** The next images that may have been stored before lineage was kept; undefined once all of them were read. */
export async function nextForLineage(store: Store, limit: number): Promise<readonly UnreadImage[] | undefined> {
  const { db, t } = store;
  const [fill] = await db
    .select({ after: t.lineageFill.after })
    .from(t.lineageFill)
    .where(eq(t.lineageFill.id, fillId));
  if (fill !== undefined && fill.after === null) return undefined;
  const digests = await db
    .select({ digest: t.images.digest })
    .from(t.images)
    .where(gt(t.images.digest, fill?.after ?? ""))
    .orderBy(t.images.digest)
    .limit(limit);
  if (digests.length === 0) return [];
  return db
    .select({ digest: t.images.digest, bytes: t.images.bytes, config: t.images.config })
    .from(t.images)
    .where(
      inArray(
        t.images.digest,
        digests.map(({ digest }) => digest),
      ),
    )
    .orderBy(t.images.digest);
}

/** Notes how far they were read: `after` null says that nothing is left. Two workers that do the same do no harm. */
export async function noteLineageRead(tx: Store, after: string | null): Promise<void> {
  const { lineageFill } = tx.t;
  const write = tx.db.insert(lineageFill).values({ id: fillId, after });
  if (after === null) {
    await write.onConflictDoUpdate({ target: lineageFill.id, set: { after } });
    return;
  }
  // The slower of two must not send the faster one back.
  await write.onConflictDoUpdate({ target: lineageFill.id, set: { after }, setWhere: lt(lineageFill.after, after) });
}

// Refreshes of the public-good trust root: what its repository said last, and when it is asked again.
import { and, eq, lte } from "drizzle-orm";
import type { PublicGoodRoot } from "../policies/trust/trust-rules.ts";
import type { Store } from "./store.ts";

/** TUF's metadata by file: what was verified last, and what anything newer is held against. */
export type RootMetadata = Readonly<Record<string, string>>;

export type RootRefreshRow = {
  readonly metadata: RootMetadata | null;
  /** The newest root that was fetched; null: none was. */
  readonly root: PublicGoodRoot | null;
  readonly dueAt: number;
  readonly refreshedAt: number | null;
  readonly failingSince: number | null;
};

const name = "public-good";

/** undefined: it never was due. */
export async function readRootRefresh(store: Store): Promise<RootRefreshRow | undefined> {
  const { trustRootRefreshes: refreshes, trustRoots } = store.t;
  const [row] = await store.db
    .select({
      metadata: refreshes.metadata,
      root: { digest: trustRoots.digest, content: trustRoots.content },
      dueAt: refreshes.dueAt,
      refreshedAt: refreshes.refreshedAt,
      failingSince: refreshes.failingSince,
    })
    .from(refreshes)
    .leftJoin(trustRoots, eq(trustRoots.digest, refreshes.root))
    .where(eq(refreshes.name, name));
  return row === undefined ? undefined : { ...row, metadata: row.metadata as RootMetadata | null };
}

/** The first time anybody asks, it is due at `firstAt`. */
export async function expectRootRefresh(store: Store, firstAt: number): Promise<void> {
  if ((await readRootRefresh(store)) !== undefined) return;
  await store.transaction((tx) =>
    tx.db.insert(tx.t.trustRootRefreshes).values({ name, dueAt: firstAt }).onConflictDoNothing(),
  );
}

/** Whether it is this worker's to do: no other takes it before `untilAt`. */
export async function claimRootRefresh(store: Store, now: number, untilAt: number): Promise<boolean> {
  return store.transaction(async (tx) => {
    const { trustRootRefreshes: refreshes } = tx.t;
    const claimed = await tx.db
      .update(refreshes)
      .set({ dueAt: untilAt })
      .where(and(eq(refreshes.name, name), lte(refreshes.dueAt, now)))
      .returning({ name: refreshes.name });
    return claimed.length > 0;
  });
}

/** `metadata` null: nothing of it was verified, and what is kept stays. */
export async function storeRootRefresh(
  store: Store,
  refresh: {
    readonly metadata: RootMetadata | null;
    readonly root: PublicGoodRoot | null;
    readonly dueAt: number;
    readonly refreshedAt: number | null;
    readonly failingSince: number | null;
    readonly failure: { readonly code: string; readonly reason: string } | null;
  },
): Promise<void> {
  const { metadata, root, dueAt, refreshedAt, failingSince, failure } = refresh;
  await store.transaction(async (tx) => {
    const { trustRootRefreshes: refreshes, trustRoots } = tx.t;
    if (root !== null) await tx.db.insert(trustRoots).values(root).onConflictDoNothing();
    await tx.db
      .update(refreshes)
      .set({
        ...(metadata === null ? {} : { metadata }),
        ...(root === null ? {} : { root: root.digest }),
        ...(refreshedAt === null ? {} : { refreshedAt }),
        dueAt,
        failingSince,
        failureCode: failure?.code ?? null,
        failureReason: failure?.reason ?? null,
      })
      .where(eq(refreshes.name, name));
  });
}

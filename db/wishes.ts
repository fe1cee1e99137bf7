// Wishes: questions about declared repositories that nobody had looked at, which the worker takes before anything else.
import { and, asc, count, eq, gt, inArray, isNotNull, isNull, lt, lte, sql } from "drizzle-orm";
import type { Store } from "./store.ts";

/** A tag or a digest of a repository (`host/path`). */
export type Wish = { readonly repository: string; readonly reference: string };

export type WishState = "open" | "found" | "absent" | "failed";

/**
 * `state` is the stored answer: `open` until there was one. A wish that is wished for again keeps its answer while
 * it waits (`waiting`), so that nobody gets a worse answer than before because somebody else asked.
 */
export type WishRow = Wish & {
  readonly id: number;
  readonly state: WishState;
  readonly waiting: boolean;
  readonly askedAt: number;
  readonly answeredAt: number | null;
  readonly code: string | null;
  readonly reason: string | null;
};

export type WishLimits = {
  /** Wishes that may wait at once: what strangers ask for must not become an endless queue. */
  readonly wishes: number;
  /** Of these, for one repository: nobody fills the queue through one name. */
  readonly wishesPerRepository: number;
  /** How old an answer is before the next question makes the worker look again, in milliseconds. */
  readonly wishRepeatMs: number;
};

/** What has been wished for, and the stored answer. One prepared query. */
export async function findWish(store: Store, wish: Wish): Promise<WishRow | undefined> {
  const statement = store.prepared("find_wish", ({ db, t }) =>
    db
      .select({
        id: t.wishes.id,
        repository: t.wishes.repository,
        reference: t.wishes.reference,
        state: t.wishes.state,
        dueAt: t.wishes.dueAt,
        askedAt: t.wishes.askedAt,
        answeredAt: t.wishes.answeredAt,
        code: t.wishes.code,
        reason: t.wishes.reason,
      })
      .from(t.wishes)
      .where(
        and(
          eq(t.wishes.repository, sql.placeholder("repository")),
          eq(t.wishes.reference, sql.placeholder("reference")),
        ),
      )
      .limit(1),
  );
  const [row] = await statement.execute({ repository: wish.repository, reference: wish.reference });
  if (row === undefined) return undefined;
  const { dueAt, ...rest } = row;
  return { ...rest, waiting: dueAt !== null };
}

/**
 * Notes the question. `already`: it waits, or was answered so lately that the stored answer stands (see `findWish`).
 * `full`: too many wait, and this one was not noted.
 */
export async function askFor(
  store: Store,
  now: number,
  wish: Wish,
  limits: WishLimits,
): Promise<"asked" | "already" | "full"> {
  const stands = (known: WishRow | undefined) =>
    known !== undefined &&
    (known.waiting || (known.answeredAt !== null && known.answeredAt > now - limits.wishRepeatMs));
  // Most questions end here, without a writing transaction.
  if (stands(await findWish(store, wish))) return "already";
  return store.transaction(async (tx) => {
    if (stands(await findWish(tx, wish))) return "already";
    const { wishes } = tx.t;
    const [waiting] = await tx.db
      .select({
        all: count(),
        here: sql<number>`coalesce(sum(case when ${wishes.repository} = ${wish.repository} then 1 else 0 end), 0)`,
      })
      .from(wishes)
      .where(isNotNull(wishes.dueAt));
    if (waiting !== undefined && waiting.all >= limits.wishes) return "full";
    if (waiting !== undefined && Number(waiting.here) >= limits.wishesPerRepository) return "full";
    await tx.db
      .insert(wishes)
      .values({ ...wish, askedAt: now, dueAt: now, state: "open" })
      .onConflictDoUpdate({ target: [wishes.repository, wishes.reference], set: { askedAt: now, dueAt: now } });
    return "asked";
  });
}

/** How many wishes wait that were noted by then. */
export async function countWaiting({ db, t }: Store, askedBy: number): Promise<number> {
  const { wishes } = t;
  const [waiting] = await db
    .select({ all: count() })
    .from(wishes)
    .where(and(isNotNull(wishes.dueAt), lte(wishes.askedAt, askedBy)));
  return waiting?.all ?? 0;
}

/** What a worker needs to know of the wishes it leased. */
export async function readWishes(store: Store, ids: readonly number[]): Promise<(Wish & { readonly id: number })[]> {
  if (ids.length === 0) return [];
  const { wishes } = store.t;
  return store.db
    .select({ id: wishes.id, repository: wishes.repository, reference: wishes.reference })
    .from(wishes)
    .where(inArray(wishes.id, [...ids]))
    .orderBy(asc(wishes.id));
}

export type WishAnswer =
  | { readonly state: "found" }
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "failed"; readonly code: string; readonly reason: string };

/** Stores what came of it. The caller holds the wish's lease in this transaction (see db/leases.ts). */
export async function answerWish(tx: Store, now: number, id: number, answer: WishAnswer): Promise<void> {
  const { wishes } = tx.t;
  await tx.db
    .update(wishes)
    .set({
      state: answer.state,
      code: answer.state === "failed" ? answer.code : null,
      reason: answer.state === "found" ? null : answer.reason,
      answeredAt: now,
      dueAt: null,
      leaseOwner: null,
      leaseUntil: null,
      attempts: answer.state === "failed" ? sql`${wishes.attempts} + 1` : 0,
    })
    .where(eq(wishes.id, id));
}

/**
 * Forgets answers that nobody asked for again: those before `before`, and of the others all but the newest `keep`,
 * so that strangers who ask for a million names fill no disk.
 */
export async function forgetAnsweredWishes(tx: Store, before: number, keep: number): Promise<void> {
  const { wishes } = tx.t;
  await tx.db.delete(wishes).where(and(isNull(wishes.dueAt), lt(wishes.answeredAt, before)));
  const [oldest] = await tx.db
    .select({ answeredAt: wishes.answeredAt })
    .from(wishes)
    .where(and(isNull(wishes.dueAt), gt(wishes.answeredAt, 0)))
    .orderBy(sql`${wishes.answeredAt} desc`)
    .offset(keep)
    .limit(1);
  if (oldest?.answeredAt == null) return;
  await tx.db.delete(wishes).where(and(isNull(wishes.dueAt), sql`${wishes.answeredAt} <= ${oldest.answeredAt}`));
}

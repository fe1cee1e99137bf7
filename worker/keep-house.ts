// Housekeeping: forgets what nobody will ask for again, so that strangers' questions fill no disk.
import type { Store } from "../db/store.ts";
import { forgetAnsweredWishes } from "../db/wishes.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export async function keepHouse(
  store: Store,
  now: number,
  limits: Pick<WorkerLimits, "answeredWishes" | "answeredWishMs">,
): Promise<void> {
  await store.transaction((tx) => forgetAnsweredWishes(tx, now - limits.answeredWishMs, limits.answeredWishes));
}

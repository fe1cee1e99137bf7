// The store queue: finished work waits a moment for more, and is stored together in one transaction.
import type { SeenImages } from "../db/image-store.ts";
import type { FinishedLook, StoredLook } from "./store-looks.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type StoreQueue = {
  /** Resolves when there is room for more, not when it is stored: what is queued first is stored first, or together. */
  keepImages(images: SeenImages): Promise<void>;
  /** Resolves when it is stored; rejects where it cannot be, and then no other look fails with it. */
  storeLook(look: FinishedLook): Promise<StoredLook>;
  /** Resolves when everything that was queued so far is stored. */
  drain(): Promise<void>;
};

export type StoreBatch = (
  images: readonly SeenImages[],
  looks: readonly FinishedLook[],
) => Promise<readonly StoredLook[]>;

/** Bytes of manifests and configs that may wait: beyond it, whoever brings more waits for the store. */
const roomBytes = 32 * 1024 * 1024;

type WaitingLook = {
  readonly look: FinishedLook;
  readonly resolve: (stored: StoredLook) => void;
  readonly reject: (error: unknown) => void;
};

export function createStoreQueue(
  storeBatch: StoreBatch,
  limits: Pick<WorkerLimits, "storeLingerMs" | "storeGroup">,
): StoreQueue {
  let images: SeenImages[] = [];
  let looks: WaitingLook[] = [];
  let bytes = 0;
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (flushing !== undefined) return;
    if (looks.length >= limits.storeGroup || bytes >= roomBytes) flush();
    else timer ??= setTimeout(flush, limits.storeLingerMs);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (flushing !== undefined || images.length + looks.length === 0) return;
    // Images come before the looks that name them: all that wait now go first, or in the same transaction.
    const batch = { images, looks: looks.slice(0, limits.storeGroup) };
    images = [];
    looks = looks.slice(limits.storeGroup);
    bytes = 0;
    flushing = store(batch.images, batch.looks).finally(() => {
      flushing = undefined;
      if (images.length + looks.length > 0) schedule();
    });
  }

  async function store(batchImages: readonly SeenImages[], batchLooks: readonly WaitingLook[]): Promise<void> {
    try {
      const stored = await storeBatch(
        batchImages,
        batchLooks.map(({ look }) => look),
      );
      for (const [i, waiting] of batchLooks.entries()) settle(waiting, stored[i]);
    } catch (error) {
      if (batchImages.length === 0 && batchLooks.length === 1) for (const waiting of batchLooks) waiting.reject(error);
      else await storeOneByOne(batchImages, batchLooks);
    }
  }

  /** Something of it cannot be stored: each repository for itself, so that the others are not lost with it. */
  async function storeOneByOne(batchImages: readonly SeenImages[], batchLooks: readonly WaitingLook[]): Promise<void> {
    const byRepository = Map.groupBy(batchImages, ({ repositoryId }) => repositoryId);
    for (const { look } of batchLooks) if (!byRepository.has(look.lease.id)) byRepository.set(look.lease.id, []);
    for (const [id, own] of byRepository) {
      const waiting = batchLooks.filter(({ look }) => look.lease.id === id);
      try {
        const stored = await storeBatch(
          own,
          waiting.map(({ look }) => look),
        );
        for (const [i, each] of waiting.entries()) settle(each, stored[i]);
      } catch (error) {
        // Where the look is still under way, it cannot be stored either when it comes, and says so then.
        for (const each of waiting) each.reject(error);
      }
    }
  }

  return {
    async keepImages(seen) {
      images.push(seen);
      for (const record of seen.records) bytes += record.bytes.length + (record.config?.length ?? 0);
      schedule();
      if (bytes >= roomBytes) await flushing;
    },
    storeLook(look) {
      return new Promise((resolve, reject) => {
        looks.push({ look, resolve, reject });
        schedule();
      });
    },
    async drain() {
      while (flushing !== undefined || images.length + looks.length > 0) {
        if (flushing === undefined) flush();
        await flushing;
      }
    },
  };
}

function settle(waiting: WaitingLook, stored: StoredLook | undefined): void {
  if (stored === undefined) waiting.reject(new Error("a look was not stored"));
  else waiting.resolve(stored);
}

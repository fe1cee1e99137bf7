// Batches: what is finished waits a moment for more, and is stored together; what cannot be stored fails alone.

export type Batcher<Item, Result> = {
  /** Resolves when it is stored. */
  store(item: Item): Promise<Result>;
  drain(): Promise<void>;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

export function createBatcher<Item, Result>(
  storeBatch: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: { readonly storeLingerMs: number; readonly storeGroup: number },
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (flushing !== undefined) return;
    if (waiting.length >= limits.storeGroup) flush();
    else timer ??= setTimeout(flush, limits.storeLingerMs);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (flushing !== undefined || waiting.length === 0) return;
    const batch = waiting.slice(0, limits.storeGroup);
    waiting = waiting.slice(limits.storeGroup);
    flushing = storeTogether(batch).finally(() => {
      flushing = undefined;
      if (waiting.length > 0) schedule();
    });
  }

  async function storeTogether(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await storeBatch(batch.map(({ item }) => item));
      for (const [i, { resolve, reject }] of batch.entries()) {
        const result = results[i];
        if (result === undefined) reject(new Error("nothing came of what was stored"));
        else resolve(result);
      }
    } catch (error) {
      const [only] = batch;
      if (only !== undefined && batch.length === 1) only.reject(error);
      else for (const each of batch) await storeTogether([each]);
    }
  }

  return {
    store(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        schedule();
      });
    },
    async drain() {
      while (flushing !== undefined || waiting.length > 0) {
        if (flushing === undefined) flush();
        await flushing;
      }
    },
  };
}

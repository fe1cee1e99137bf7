// Filling lineage: reads images that were stored before lineage was kept, a few at a time, until none is left.
import { nextForLineage, noteLineageRead, storeLineage } from "../db/lineage-rows.ts";
import type { Store } from "../db/store.ts";
import { imageLineage, readStoredLineage } from "../policies/lineage/image-lineage.ts";

/** One transaction: some 3 MB of manifests and configs. */
const imagesAtOnce = 50;

/** Every page is a transaction of its own: whoever goes on after a killed worker begins where it ended. */
export async function fillLineage(store: Store, signal: AbortSignal, atOnce = imagesAtOnce): Promise<void> {
  while (!signal.aborted) {
    const images = await nextForLineage(store, atOnce);
    if (images === undefined) return;
    const records = images.flatMap(({ digest, bytes, config }) => {
      const read = readStoredLineage(bytes, config);
      const lineage = read === undefined ? null : imageLineage(read);
      return lineage === null ? [] : [{ digest, lineage }];
    });
    const after = images.at(-1)?.digest ?? null;
    await store.transaction(async (tx) => {
      await storeLineage(tx, records);
      await noteLineageRead(tx, after);
    });
  }
}

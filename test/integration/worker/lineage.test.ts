// Lineage in the worker: kept with each image, whatever comes first, and filled in for what was there before.
import { asc } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { imagesAbove, imagesOfChains } from "../../../db/lineage.ts";
import { nextForLineage, noteLineageRead } from "../../../db/lineage-rows.ts";
import type { Store } from "../../../db/store.ts";
import { readStoredLineage } from "../../../policies/lineage/image-lineage.ts";
import { layerChains } from "../../../policies/lineage/layer-chains.ts";
import { fillLineage } from "../../../worker/fill-lineage.ts";
import { type BuiltImage, buildImage, writeCatalog } from "../../kit/catalog.ts";
import { openTestStore, storeKinds } from "../../kit/stores.ts";

const repository = "registry.example/team/os";
const layers = ["a", "b", "c", "d"].map((name) => [name, 1] as const);
const stack = layers.map((_, i) => buildImage({ seed: `${i}`, layers: layers.slice(0, i + 1) }));
const apart = buildImage({
  layers: [
    ["a", 1],
    ["x", 1],
  ],
});

describe.each(storeKinds)("%s", (kind) => {
  async function storeOf(images: readonly BuiltImage[]) {
    const store = await openTestStore(kind);
    onTestFinished(() => store.close());
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(repository);
      for (const image of images) await catalog.image(repository, image);
    });
    return store;
  }
  const digestsOf = (images: readonly BuiltImage[]) => images.map(({ digest }) => digest);
  const above = async (store: Store, image: BuiltImage | undefined, limit = 100) =>
    (await imagesAbove({ store, seesPrivate: false }, [image?.digest ?? ""], limit)).toSorted();

  test("bases and derived images find each other, whichever came first", async () => {
    for (const images of [
      [...stack, apart],
      [apart, ...stack.toReversed()],
    ]) {
      const store = await storeOf(images);
      const read = readStoredLineage(stack[3]?.bytes ?? Buffer.of(), stack[3]?.config ?? null);
      const chains = (read?.layers ?? []).flatMap((list) => layerChains(list).slice(0, -1));
      expect(await imagesOfChains({ store, seesPrivate: false }, chains, 100)).toEqual(
        digestsOf([stack[2], stack[1], stack[0]].filter((each) => each !== undefined)),
      );
      expect(await above(store, stack[1])).toEqual(digestsOf(stack.slice(2)).toSorted());
      expect(await above(store, stack[0])).toEqual(digestsOf([...stack.slice(1), apart]).toSorted());
      expect(await above(store, stack[0], 2)).toHaveLength(2);
      expect(await above(store, stack[3])).toEqual([]);
    }
  });

  test("images that were stored before are read page by page, once", async () => {
    const store = await storeOf([...stack, apart]);
    const rows = async () => ({
      chains: await store.db.select().from(store.t.layerChains).orderBy(asc(store.t.layerChains.chain)),
      images: await store.db.select().from(store.t.imageChains).orderBy(asc(store.t.imageChains.chain)),
    });
    const before = await rows();
    await store.transaction(async ({ db, t }) => {
      await db.delete(t.imageChains);
      await db.delete(t.layerChains);
    });
    await fillLineage(store, AbortSignal.abort());
    expect((await rows()).images).toEqual([]);
    await fillLineage(store, new AbortController().signal, 2);
    expect(await rows()).toEqual(before);
    expect(await nextForLineage(store, 2)).toBeUndefined();
  });

  test("the slower of two workers does not send the faster one back", async () => {
    const store = await storeOf([]);
    const note = (after: string | null) => store.transaction((tx) => noteLineageRead(tx, after));
    const place = async () => (await store.db.select().from(store.t.lineageFill))[0]?.after;
    await note("sha256:b");
    await note("sha256:a");
    expect(await place()).toBe("sha256:b");
    await note(null);
    await note("sha256:c");
    expect(await place()).toBeNull();
  });
});

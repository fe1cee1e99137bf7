// The store queue: what is ready is stored together, in order, and one that cannot be stored fails alone.
import { expect, test } from "vitest";
import { SourceDocument } from "../../../policies/documents/source-document.ts";
import type { FinishedLook, StoredLook } from "../../../worker/store-looks.ts";
import { createStoreQueue, type StoreBatch } from "../../../worker/store-queue.ts";

const source = SourceDocument.parse({ id: "os", registry: "r.example", repositories: ["a"], kind: "base" });
const look = (id: number): FinishedLook => ({
  lease: { id, token: 1 },
  source,
  look: { outcome: "absent", lookedAt: 0 },
});
const images = (repositoryId: number) => ({
  repositoryId,
  private: false,
  records: [],
  known: [`of ${repositoryId}`],
  at: 0,
});
const stored = (id: number): StoredLook => ({ id, outcome: "unchanged", images: 0, failures: [], run: null });

function recording(fails: (ids: readonly number[]) => boolean = () => false) {
  const batches: string[] = [];
  const store: StoreBatch = async (imagesOfBatch, looks) => {
    const ids = looks.map(({ lease }) => lease.id);
    batches.push(`${imagesOfBatch.map(({ repositoryId }) => repositoryId).join(",")}|${ids.join(",")}`);
    await Promise.resolve();
    if (fails(ids)) throw new Error(`cannot store ${ids.join(",")}`);
    return ids.map(stored);
  };
  return { batches, store };
}

const limits = { storeLingerMs: 5, storeGroup: 3 };

test("what comes together is stored in one batch, images before the looks that name them", async () => {
  const { batches, store } = recording();
  const queue = createStoreQueue(store, limits);
  await queue.keepImages(images(1));
  const results = await Promise.all([queue.storeLook(look(1)), queue.storeLook(look(2))]);
  expect(results.map(({ id }) => id)).toEqual([1, 2]);
  expect(batches).toEqual(["1|1,2"]);
});

test("a full group does not wait, and what comes meanwhile is the next one", async () => {
  const { batches, store } = recording();
  const queue = createStoreQueue(store, { ...limits, storeLingerMs: 1_000_000 });
  const results = [1, 2, 3, 4, 5, 6].map((id) => queue.storeLook(look(id)));
  await Promise.all(results);
  expect(batches).toEqual(["|1,2,3", "|4,5,6"]);
});

test("one that cannot be stored fails alone, and keeps its own images", async () => {
  const { batches, store } = recording((ids) => ids.includes(2));
  const queue = createStoreQueue(store, limits);
  await queue.keepImages(images(2));
  await queue.keepImages(images(9));
  const results = await Promise.allSettled([1, 2, 3].map((id) => queue.storeLook(look(id))));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(batches).toEqual(["2,9|1,2,3", "2|2", "9|", "|1", "|3"]);
});

test("two looks at one repository are both answered, whatever fails", async () => {
  const { store } = recording((ids) => ids.includes(3));
  const queue = createStoreQueue(store, limits);
  const results = await Promise.allSettled([
    queue.storeLook(look(1)),
    queue.storeLook(look(1)),
    queue.storeLook(look(3)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

test("draining stores what waits, at once", async () => {
  const { batches, store } = recording();
  const queue = createStoreQueue(store, { ...limits, storeLingerMs: 1_000_000 });
  const result = queue.storeLook(look(1));
  await queue.keepImages(images(4));
  await queue.drain();
  expect(await result).toEqual(stored(1));
  expect(batches).toEqual(["4|1"]);
});

test("whoever brings more than there is room for waits for the store", async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const store: StoreBatch = async () => {
    await held;
    return [];
  };
  const queue = createStoreQueue(store, { ...limits, storeLingerMs: 1_000_000 });
  const record = {
    digest: "d",
    mediaType: "m",
    kind: "image" as const,
    artifactType: null,
    bytes: Buffer.alloc(40 * 1024 * 1024),
    config: null,
    facts: null,
    annotations: null,
    observedAt: 0,
    lineage: null,
    entries: [],
  };
  let kept = false;
  const large = queue.keepImages({ ...images(1), records: [record] });
  const next = queue.keepImages({ ...images(2), records: [record] }).then(() => {
    kept = true;
  });
  await large;
  expect(kept).toBe(false);
  release();
  await queue.drain();
  await next;
  expect(kept).toBe(true);
});

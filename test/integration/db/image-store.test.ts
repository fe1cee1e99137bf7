// The image store: kept once, linked where it was seen, and lent only to who may have it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findKnownImages, type ImageRecord, nameImages, observeImage, storeImages } from "../../../db/image-store.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";
import { insertRepositories } from "./rows.ts";

const record = (digest: string, children: readonly string[] = []): ImageRecord => ({
  digest,
  mediaType: "application/vnd.oci.image.index.v1+json",
  kind: children.length > 0 ? "index" : "image",
  artifactType: null,
  bytes: Buffer.from(digest),
  config: null,
  facts: null,
  annotations: null,
  observedAt: 1,
  lineage: null,
  entries: children.map((child) => ({
    digest: child,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    size: 1,
    artifactType: null,
    annotations: {},
    platform: { os: "linux", architecture: "amd64", variant: null },
    role: "image",
    zstd: false,
  })),
});

describe.each(storeKinds)("%s", (kind) => {
  let store: TestStore;
  let ids: readonly [open: number, other: number, hidden: number];
  beforeEach(async () => {
    store = await openTestStore(kind);
    const [open = 0, other = 0, hidden = 0] = await insertRepositories(store, 3);
    ids = [open, other, hidden];
    await store.transaction((tx) =>
      tx.bulk(
        { id: "bigint" },
        [[hidden]],
        "update repositories set private = true from v where repositories.id = v.id",
      ),
    );
  });
  afterEach(() => store.close());

  const keep = (repositoryId: number, records: readonly ImageRecord[], known: readonly string[] = []) =>
    store.transaction((tx) =>
      storeImages(tx, [{ repositoryId, private: repositoryId === ids[2], records, known, at: 5 }]),
    );
  const linksOf = async (repositoryId: number) => {
    const rows = await store.db.select().from(store.t.repositoryImages);
    return rows
      .filter((row) => row.repositoryId === repositoryId)
      .map(({ digest }) => digest)
      .toSorted();
  };
  const known = async (repositoryId: number, ...digests: string[]) =>
    Object.fromEntries(await findKnownImages(store, { digests, repositoryId, private: repositoryId === ids[2] }));

  test("an image is kept once, with its entries, however often it comes", async () => {
    const [open, other] = ids;
    const all = [record("child"), record("index", ["child", "missing"])];
    await keep(open, all);
    await keep(open, all);
    await keep(other, all);
    expect(await store.db.select().from(store.t.images)).toHaveLength(2);
    expect(await store.db.select().from(store.t.imagePlatforms)).toMatchObject([
      { indexDigest: "index", position: 0, digest: "child", role: "image", zstd: false, os: "linux" },
      { indexDigest: "index", position: 1, digest: "missing" },
    ]);
    expect([await linksOf(open), await linksOf(other)]).toEqual([
      ["child", "index"],
      ["child", "index"],
    ]);
  });

  test("what is public is lent to anybody, what is private to the private alone", async () => {
    const [open, other, hidden] = ids;
    await keep(open, [record("shown")]);
    await keep(hidden, [record("secret")]);
    expect(await known(open, "shown", "secret", "none")).toEqual({ shown: "here" });
    expect(await known(other, "shown", "secret", "none")).toEqual({ shown: "elsewhere" });
    expect(await known(hidden, "shown", "secret", "none")).toEqual({ shown: "elsewhere", secret: "here" });
  });

  test("a borrowed index brings what it leads to, but nothing that only private repositories hold", async () => {
    const [open, other, hidden] = ids;
    await keep(hidden, [record("secret"), record("inner", ["secret"])]);
    await keep(open, [record("shown"), record("index", ["shown", "inner", "secret"])]);
    await keep(other, [], ["index"]);
    expect(await linksOf(other)).toEqual(["index", "shown"]);
    await keep(hidden, [], ["index"]);
    expect(await linksOf(hidden)).toEqual(["index", "inner", "secret", "shown"]);
  });

  test("an image is named once in each repository, and what an index led to can still be", async () => {
    const [open, other] = ids;
    await keep(open, [record("child"), record("index", ["child"])]);
    await keep(other, [], ["index"]);
    const name = (repositoryId: number, ...digests: string[]) =>
      store.transaction((tx) =>
        nameImages(
          tx,
          digests.map((digest) => ({ repositoryId, digest, at: 6 })),
        ),
      );
    expect(await name(open, "index")).toEqual([{ repositoryId: open, digest: "index" }]);
    expect(await name(open, "index", "child")).toEqual([{ repositoryId: open, digest: "child" }]);
    expect(await name(other, "index")).toEqual([{ repositoryId: other, digest: "index" }]);
    expect(await name(other, "index")).toEqual([]);
  });

  test("when somebody asked for a digest is kept, in that repository alone", async () => {
    const [open, other] = ids;
    await keep(open, [record("one")]);
    await keep(other, [], ["one"]);
    await store.transaction((tx) => observeImage(tx, open, "one", 77));
    const rows = await store.db.select().from(store.t.repositoryImages);
    expect(rows.map(({ repositoryId, observedAt }) => [repositoryId, observedAt]).toSorted()).toEqual([
      [open, 77],
      [other, null],
    ]);
  });
});

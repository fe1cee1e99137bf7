// Targets: what one query gives of a repository, its tag, the image and the image it is compared with.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findTarget, type TargetQuestion } from "../../../db/targets.ts";
import { buildImage, buildIndex, catalogTime, writeCatalog } from "../../kit/catalog.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const repository = "registry.example/team/os";
const amd64 = buildImage({ architecture: "amd64" });
const arm64 = buildImage({ architecture: "arm64" });
const index = buildIndex([amd64, arm64], { "org.opencontainers.image.version": "44" });
const older = buildIndex([buildImage({ seed: "older" }), buildImage({ architecture: "arm64", seed: "older" })]);
const single = buildImage({ seed: "single" });
const secret = buildImage({ seed: "secret" });

const question = (given: Partial<TargetQuestion>): TargetQuestion => ({
  repository,
  tag: null,
  digest: null,
  architecture: "amd64",
  from: null,
  ...given,
});

describe.each(storeKinds)("findTarget on %s", (kind) => {
  let store: TestStore;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(repository, { project: "os", defaultDigest: index.digest });
      await catalog.channel(repository, "stable", index, { facets: { desktop: ["kde"] } });
      await catalog.channel(repository, "single", single);
      await catalog.tag(repository, "known-by-name", { digest: null, followed: false, observedAt: null });
      await catalog.image(repository, older);
      await catalog.repository("private.example/a", { private: true });
      await catalog.channel("private.example/a", "latest", secret);
    });
  });
  afterEach(() => store.close());

  test("a tag of an index comes with every entry in order and moves no manifest", async () => {
    const target = await findTarget(store, question({ tag: "stable" }));
    expect(target?.repository).toMatchObject({ name: repository, project: "os", private: false, active: true });
    expect(target?.tag).toMatchObject({
      name: "stable",
      digest: index.digest,
      present: true,
      facets: { desktop: ["kde"] },
    });
    expect(target?.image).toMatchObject({
      digest: index.digest,
      kind: "index",
      bytes: null,
      firstSeenAt: catalogTime,
      observedAt: null,
      annotations: { "org.opencontainers.image.version": "44" },
    });
    expect(target?.image?.entries.map(({ digest, architecture, bytes }) => [digest, architecture, bytes])).toEqual([
      [amd64.digest, "amd64", null],
      [arm64.digest, "arm64", null],
    ]);
    expect(target?.image?.entries[0]?.facts).toEqual(amd64.facts);
    expect(target?.wish).toBeNull();
    expect(target?.from).toBeNull();
  });

  test("with `from`, manifests of the architecture alone are read, of both images", async () => {
    const target = await findTarget(store, question({ tag: "stable", from: older.digest }));
    expect(target?.image?.entries.map(({ bytes }) => bytes)).toEqual([amd64.bytes, null]);
    expect(target?.from).toMatchObject({ digest: older.digest, kind: "index" });
    expect(target?.from?.entries.map(({ digest, bytes }) => [digest, bytes])).toEqual([
      [older.images[0]?.digest, older.images[0]?.bytes],
    ]);
  });

  test("an image without an index brings its own manifest, asked for by tag or by digest", async () => {
    const byTag = await findTarget(store, question({ tag: "single", from: single.digest }));
    expect(byTag?.image).toMatchObject({ digest: single.digest, kind: "image", entries: [], facts: single.facts });
    expect(byTag?.image?.bytes).toEqual(single.bytes);
    expect(byTag?.from?.bytes).toEqual(single.bytes);
    const byDigest = await findTarget(store, question({ digest: arm64.digest }));
    expect(byDigest?.tag).toBeNull();
    expect(byDigest?.image?.digest).toBe(arm64.digest);
  });

  test("manifests are given without `from` where they are wanted", async () => {
    const target = await findTarget(store, question({ tag: "stable", manifests: true }));
    expect(target?.image?.entries.map(({ bytes }) => bytes)).toEqual([amd64.bytes, null]);
    expect(target?.from).toBeNull();
  });

  test("what is only held elsewhere, or privately, is not given", async () => {
    const elsewhere = await findTarget(store, question({ digest: secret.digest }));
    expect(elsewhere?.image).toBeNull();
    const from = await findTarget(store, question({ tag: "stable", from: secret.digest }));
    expect(from?.from).toBeNull();
    expect(from?.image?.digest).toBe(index.digest);
  });

  test("a tag known by name, one never seen and an unknown repository are three answers", async () => {
    const byName = await findTarget(store, question({ tag: "known-by-name" }));
    expect(byName).toMatchObject({ tag: { name: "known-by-name", digest: null }, image: null });
    expect(await findTarget(store, question({ tag: "never" }))).toMatchObject({ tag: null, image: null });
    expect(await findTarget(store, question({ repository: "registry.example/none", tag: "x" }))).toBeUndefined();
  });

  test("the stored answer to a wish comes along", async () => {
    await writeCatalog(store, async ({ tx }) => {
      await tx.db.insert(tx.t.wishes).values({
        repository,
        reference: "gone",
        askedAt: 1,
        answeredAt: 2,
        state: "failed",
        reason: "timeout",
      });
    });
    const target = await findTarget(store, question({ tag: "gone" }));
    expect(target?.wish).toEqual({ state: "failed", waiting: false, answeredAt: 2, reason: "timeout" });
  });
});

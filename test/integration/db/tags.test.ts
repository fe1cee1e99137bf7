// Tags: which are artefacts, told by SQL on each database as by the policies' own word.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channelsNaming, pageOfTags } from "../../../db/tags.ts";
import { isArtefactTag } from "../../../policies/words/artefact-tag.ts";
import { buildImage, buildIndex, catalogTime, writeCatalog } from "../../kit/catalog.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const repository = "registry.example/a";
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const ending = fc.constantFrom("", ".sig", ".att", ".sbom", ".SIG", ".sbom2", ".sig.sig", "-sig");
const algorithm = fc.constantFrom("sha256-", "sha384-", "sha512-", "sha1-", "SHA256-", "sha256_");
const nearly = fc
  .tuple(algorithm, fc.constantFrom(63, 64, 65, 70, 110, 118), fc.constantFrom("", "g", "A"), ending)
  .chain(([start, length, odd, end]) => hex(length).map((digits) => `${start}${digits}${odd}${end}`.slice(0, 128)));
const plain = fc.string({ unit: fc.constantFrom(..."abz019._-"), minLength: 1, maxLength: 20 });

describe.each(storeKinds)("pageOfTags on %s", (kind) => {
  let store: TestStore;
  let repositoryId = 0;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      repositoryId = await catalog.repository(repository);
    });
  });
  afterAll(() => store.close());

  test("hides exactly the artefact tags", async () => {
    const property = fc.asyncProperty(fc.uniqueArray(fc.oneof(nearly, plain), { maxLength: 40 }), async (names) => {
      await store.transaction(async (tx) => void (await tx.db.delete(tx.t.tags)));
      await writeCatalog(store, async (catalog) => {
        for (const name of names) await catalog.tag(repository, name);
      });
      const page = { repositoryId, prefix: "", after: null, limit: 100 };
      const shown = await pageOfTags(store, { ...page, artefacts: false });
      expect(shown.map(({ name }) => name)).toEqual(names.filter((name) => !isArtefactTag(name)).sort());
      const all = await pageOfTags(store, { ...page, artefacts: true });
      expect(all.map(({ name }) => name)).toEqual([...names].sort());
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test("begins where a prefix begins and ends where it ends", async () => {
    const property = fc.asyncProperty(
      fc.uniqueArray(plain, { maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(..."abz019._-"), maxLength: 2 }),
      async (names, prefix) => {
        await store.transaction(async (tx) => void (await tx.db.delete(tx.t.tags)));
        await writeCatalog(store, async (catalog) => {
          for (const name of names) await catalog.tag(repository, name);
        });
        const page = await pageOfTags(store, { repositoryId, prefix, artefacts: false, after: null, limit: 100 });
        expect(page.map(({ name }) => name)).toEqual(names.filter((name) => name.startsWith(prefix)).sort());
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

describe.each(storeKinds)("channelsNaming on %s", (kind) => {
  let store: TestStore;
  const image = buildImage({ seed: "named" });
  const index = buildIndex([image]);
  const other = buildImage({ seed: "other" });
  const older = `sha256:${"1".repeat(64)}`;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(repository);
      await catalog.channel(repository, "stable", index);
      await catalog.channel(repository, "latest", index);
      await catalog.channel(repository, "testing", other);
      await catalog.tag(repository, "44.1", { digest: index.digest, followed: false });
      await catalog.history(repository, "testing", index.digest, catalogTime - 9, catalogTime - 5);
      await catalog.history(repository, "stable", older, catalogTime - 9, catalogTime - 5);
      await catalog.history(repository, "44.0", older, catalogTime - 9, null);
      await catalog.repository("registry.example/b");
      await catalog.channel("registry.example/b", "beta", index);
    });
  });
  afterAll(() => store.close());

  test.each([
    { title: "an index", digest: index.digest, is: ["latest", "stable", "testing"] },
    { title: "an image of an index", digest: image.digest, is: ["latest", "stable", "testing"] },
    { title: "an image that one of them names now", digest: other.digest, is: ["testing"] },
    { title: "what one of them named once", digest: older, is: ["stable"] },
    { title: "what none ever named", digest: `sha256:${"2".repeat(64)}`, is: [] },
  ])("finds the followed tags that name $title, or did", async ({ digest, is }) => {
    expect(await channelsNaming(store, { repository, digest })).toEqual(is);
  });

  test("finds none of another repository", async () => {
    expect(await channelsNaming(store, { repository: "registry.example/b", digest: index.digest })).toEqual(["beta"]);
    expect(await channelsNaming(store, { repository: "registry.example/c", digest: index.digest })).toEqual([]);
  });
});

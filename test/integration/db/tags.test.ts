// Tags: which are artefacts, told by SQL on each database as by the policies' own word.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageOfTags } from "../../../db/tags.ts";
import { isArtefactTag } from "../../../policies/words/artefact-tag.ts";
import { writeCatalog } from "../../kit/catalog.ts";
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

// Choices as rows: what is offered to anybody, with each architecture's own image, on each database.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChoicesWanted, readChoices } from "../../../db/choices.ts";
import { buildImage, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, fedora, fedoraIndex, seed } from "../../kit/seeded-catalog.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const odd = `ghcr.io/ublue-os/odd`;
const wanted: ChoicesWanted = { verdict: null, architecture: "amd64", use: null };

describe.each(storeKinds)("choices on %s", (kind) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    await writeCatalog(store, async (catalog) => {
      const image = buildImage({ seed: "odd" });
      const facets = { use: ['a "quoted" use', "100%"] };
      // What the listing says is of all its channels together, and of the architecture that most hosts have.
      const shown = { facets: { ...facets, firmware: ["bios", "uefi"] }, defaultTag: "stable" };
      await catalog.repository(odd, { sourceId: "ublue", verdict: "unsigned", ...shown, defaultDigest: image.digest });
      await catalog.channel(odd, "stable", image, { facets });
      await catalog.verdict(odd, image.digest, "verified");
    });
  });
  afterEach(() => store.close());

  test("are public, listed and have an image, in the order of names", async () => {
    const rows = await readChoices(store, wanted);
    expect(rows.map(({ name, tag, digest }) => [name, tag, digest])).toEqual([
      [bazzite, "stable", bazziteIndex.digest],
      [odd, "stable", expect.stringMatching(/^sha256:/)],
      [fedora, "44", fedoraIndex.digest],
    ]);
    expect(rows[1]).toMatchObject({
      imageKind: "image",
      entries: [],
      verdict: "verified",
      facts: { bootable: true, layerBytes: 1e9 },
    });
    expect(rows[1]?.facets).toEqual({ use: ['a "quoted" use', "100%"] });
    expect(rows[2]?.entries.map(({ architecture, facts }) => [architecture, facts?.architecture])).toEqual([
      ["amd64", "amd64"],
    ]);
  });

  test("have the verdicts of each manifest, and are found by any of them", async () => {
    const amd64 = fedoraIndex.images.find(({ facts }) => facts?.architecture === "amd64")?.digest ?? "";
    await writeCatalog(store, (catalog) => catalog.verdict(fedora, amd64, "verified"));
    const rows = await readChoices(store, { ...wanted, verdict: "verified" });
    expect(rows.map(({ name }) => name)).toEqual([odd, fedora]);
    expect(rows[1]).toMatchObject({ verdict: null, entries: [{ digest: amd64, verdict: "verified" }] });
  });

  test.each<{ asked: Partial<ChoicesWanted>; names: readonly string[] }>([
    { asked: { verdict: "verified" }, names: [odd] },
    { asked: { architecture: "arm64" }, names: [fedora] },
    { asked: { architecture: "arm6" }, names: [] },
    { asked: { use: "gaming" }, names: [bazzite] },
    { asked: { use: 'a "quoted" use' }, names: [odd] },
    { asked: { use: "100%" }, names: [odd] },
    { asked: { use: "%" }, names: [] },
    { asked: { use: "\\'; drop table repositories; --" }, names: [] },
  ])("$asked", async ({ asked, names }) => {
    expect((await readChoices(store, { ...wanted, ...asked })).map(({ name }) => name)).toEqual(names);
  });
});

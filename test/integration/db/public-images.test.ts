// Public images: what is known by a digest alone, and nothing of what private repositories alone hold.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestsHeldBy, findPublicImage } from "../../../db/public-images.ts";
import { buildImage, buildIndex, writeCatalog } from "../../kit/catalog.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const repository = "registry.example/team/os";
const hidden = "private.example/team/os";
const single = buildImage({ seed: "single" });
const both = buildImage({ seed: "both" });
const secret = buildImage({ seed: "secret" });
const arm64 = buildImage({ architecture: "arm64" });
const index = buildIndex([arm64]);

describe.each(storeKinds)("public images on %s", (kind) => {
  let store: TestStore;
  let [shown, kept] = [0, 0];
  beforeAll(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      shown = await catalog.repository(repository);
      kept = await catalog.repository(hidden, { private: true });
      for (const image of [single, both, index]) await catalog.image(repository, image);
      for (const image of [both, secret]) await catalog.image(hidden, image);
    });
  });
  afterAll(() => store.close());

  test("are those that some public repository holds", async () => {
    for (const image of [single, both, arm64]) {
      const found = await findPublicImage(store, image.digest);
      expect(found).toMatchObject({ digest: image.digest, kind: "image", repositoryId: shown, facts: image.facts });
      expect(Buffer.from(found?.bytes ?? "")).toEqual(image.bytes);
    }
    expect(await findPublicImage(store, index.digest)).toMatchObject({ kind: "index", facts: null });
  });

  test("are none of a private repository's own, nor of nobody's", async () => {
    expect(await findPublicImage(store, secret.digest)).toBeUndefined();
    expect(await findPublicImage(store, `sha256:${"0".repeat(64)}`)).toBeUndefined();
  });

  test("are told of by the repositories that hold them", async () => {
    const held = [single, both, arm64, index].map(({ digest }) => digest).sort();
    expect((await digestsHeldBy(store, [shown])).sort()).toEqual(held);
    expect((await digestsHeldBy(store, [kept])).sort()).toEqual([both.digest, secret.digest].sort());
    expect(await digestsHeldBy(store, [])).toEqual([]);
  });
});

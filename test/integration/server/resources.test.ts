// Images, sources, policies: each route against the schema of the document.
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentDigest } from "../../../policies/documents/policy-digest.ts";
import { Image, LabelList, LayerList, PlatformList } from "../../../server/api/image-schemas.ts";
import { Document, Policies } from "../../../server/api/policy-routes.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { RegistryList, RunDetail, RunPage, Source, SourceList } from "../../../server/api/source-schemas.ts";
import { bootcLabels, buildImage, buildIndex, catalogTime, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, documents, fedora, fedoraOlder, secretImage, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const incomplete = buildIndex([buildImage({ seed: "read" }), buildImage({ seed: "unread", architecture: "arm64" })]);

describe.each(storeKinds)("resources on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;
  let run: number;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    await writeCatalog(store, async (catalog) => {
      await catalog.image(fedora, incomplete);
      await catalog.tx.db
        .delete(catalog.tx.t.repositoryImages)
        .where(isDigest(catalog.tx, incomplete.images[1]?.digest));
      const { imageChains, images } = catalog.tx.t;
      await catalog.tx.db.delete(imageChains).where(eq(imageChains.digest, incomplete.images[1]?.digest ?? ""));
      await catalog.tx.db.delete(images).where(isImage(catalog.tx, incomplete.images[1]?.digest));
      run = await catalog.run("ublue", { startedAt: catalogTime, endedAt: null, trigger: "start", failures: 120 });
      for (let i = 0; i < 120; i++) {
        await catalog.failure(run, "ublue", {
          repository: bazzite,
          tag: `t${i}`,
          stage: "inspect",
          code: "timeout",
          reason: "too slow",
          at: catalogTime + i,
        });
      }
      for (let i = 0; i < 5; i++) await catalog.run("ublue", { repositories: i });
    });
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  const immutable = "public, max-age=31536000, immutable";

  test("an image says what it is, who holds it and by which tags", async () => {
    const response = await server.get(`/api/v1/images/${bazziteIndex.digest}`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    const image = await bodyOf(Image, response);
    expect(image).toMatchObject({
      kind: "index",
      size: bazziteIndex.bytes.byteLength,
      facts: null,
      repositories: [{ name: bazzite, tags: ["stable"] }],
      repositoryCount: 1,
    });
    expect(image.platforms.map(({ architecture, variant }) => [architecture, variant])).toEqual([
      ["amd64", null],
      ["amd64", "v3"],
    ]);
  });

  test("an image that a private repository holds too is shown without it", async () => {
    const image = await bodyOf(Image, await server.get(`/api/v1/images/${fedoraOlder.digest}`));
    expect(image.repositories.map(({ name }) => name)).toEqual([fedora]);
    expect(image).toMatchObject({
      kind: "image",
      repositoryCount: 1,
      facts: { version: "44.20261120.0", bootable: true },
    });
  });

  test("the manifest comes as the registry sent it, for ever", async () => {
    const response = await server.get(`/api/v1/images/${bazziteIndex.digest}/manifest`);
    expect(response.headers.get("content-type")).toBe(bazziteIndex.mediaType);
    expect(response.headers.get("cache-control")).toBe(immutable);
    expect(response.headers.get("docker-content-digest")).toBe(bazziteIndex.digest);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bazziteIndex.bytes);
  });

  test("platforms, labels and layers of an index are those of its entries, for ever", async () => {
    const path = `/api/v1/images/${bazziteIndex.digest}`;
    const platforms = await server.get(`${path}/platforms`);
    expect(platforms.headers.get("cache-control")).toBe(immutable);
    expect((await bodyOf(PlatformList, platforms)).items.map(({ digest }) => digest)).toEqual(
      bazziteIndex.images.map(({ digest }) => digest),
    );
    const labels = await server.get(`${path}/labels`);
    expect(labels.headers.get("cache-control")).toBe(immutable);
    expect((await bodyOf(LabelList, labels)).items[0]?.labels).toEqual({ ...bootcLabels, seed: "bazzite" });
    const layers = await server.get(`${path}/layers`);
    expect(layers.headers.get("cache-control")).toBe(immutable);
    const [first] = (await bodyOf(LayerList, layers)).items;
    expect(first).toMatchObject({ architecture: "amd64", size: 1_000_000_000 });
    expect(first?.layers?.map(({ size }) => size)).toEqual([900_000_000, 100_000_000]);
  });

  test("those of an image are its own", async () => {
    const { digest } = fedoraOlder;
    const { items } = await bodyOf(PlatformList, await server.get(`/api/v1/images/${digest}/platforms`));
    expect(items).toMatchObject([{ digest, os: "linux", architecture: "amd64", role: "image" }]);
  });

  test("an entry that was not read is unknown, and the answer not for ever", async () => {
    const response = await server.get(`/api/v1/images/${incomplete.digest}/labels`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    const { items } = await bodyOf(LabelList, response);
    expect(items[1]).toMatchObject({
      labels: null,
      annotations: null,
      unknown: [{ field: "labels" }, { field: "annotations" }],
    });
    const layers = await bodyOf(LayerList, await server.get(`/api/v1/images/${incomplete.digest}/layers`));
    expect(layers.items[1]).toMatchObject({ layers: null, size: null });
  });

  test.each(["", "/manifest", "/platforms", "/labels", "/layers"])(
    "/images/DIGEST%s of what only private repositories hold is as unknown as any other",
    async (part) => {
      const hidden = await server.get(`/api/v1/images/${secretImage.digest}${part}`);
      const strange = `sha256:${"7".repeat(64)}`;
      const unknown = await server.get(`/api/v1/images/${strange}${part}`);
      expect([hidden.status, unknown.status]).toEqual([404, 404]);
      expect((await hidden.text()).replaceAll(secretImage.digest, strange)).toBe(await unknown.text());
      expect((await server.get(`/api/v1/images/sha256:no${part}`)).status).toBe(400);
    },
  );

  test("registries are shown with their budgets, private ones not at all", async () => {
    const { items } = await bodyOf(RegistryList, await server.get("/api/v1/registries"));
    expect(items.map(({ host, dialect, requestsPerSecond }) => [host, dialect, requestsPerSecond])).toEqual([
      ["ghcr.io", "oci", 10],
      ["quay.io", "quay", 4],
    ]);
    expect(items[0]?.unknown?.map(({ field }) => field)).toEqual(["lookedAt", "observedAt"]);
  });

  test("sources are shown with their last run, private ones not at all", async () => {
    const { items } = await bodyOf(SourceList, await server.get("/api/v1/sources"));
    expect(items.map(({ id, listed }) => [id, listed])).toEqual([
      ["fedora", 1],
      ["ublue", 1],
    ]);
    const source = await bodyOf(Source, await server.get("/api/v1/sources/fedora"));
    expect(source).toEqual(items[0]);
    expect(source).toMatchObject({
      repositories: ["fedora/fedora-bootc", "fedora/gone", "fedora/soon"],
      namespace: null,
      official: true,
      run: { trigger: "due", repositories: 2, done: 2, failed: 1 },
    });
  });

  test("a run shows what failed, page by page", async () => {
    const seen: (string | null)[] = [];
    let next: string | null = null;
    do {
      const cursor: string = next === null ? "" : `&cursor=${next}`;
      const page = await bodyOf(RunDetail, await server.get(`/api/v1/sources/ublue/runs/${run}?limit=50${cursor}`));
      expect(page).toMatchObject({ id: String(run), source: "ublue", endedAt: null, failed: 120 });
      seen.push(...page.failures.map(({ tag }) => tag));
      next = page.next;
    } while (next !== null);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `t${i}`));
    const first = await bodyOf(RunDetail, await server.get(`/api/v1/sources/ublue/runs/${run}?limit=1`));
    expect(first.failures).toEqual([
      {
        source: "ublue",
        repository: bazzite,
        tag: "t0",
        stage: "inspect",
        code: "timeout",
        reason: "too slow",
        at: "2026-11-20T10:00:00Z",
      },
    ]);
  });

  test("pages of runs meet, the newest first", async () => {
    const walk = async (limit: number) => {
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const cursor: string = next === null ? "" : `&cursor=${next}`;
        const page = await bodyOf(RunPage, await server.get(`/api/v1/sources/ublue/runs?limit=${limit}${cursor}`));
        seen.push(...page.items.map(({ id }) => id));
        next = page.next;
      } while (next !== null);
      return seen;
    };
    const all = await walk(200);
    expect(all).toHaveLength(6);
    expect(all).toEqual([...all].sort((a, b) => Number(b) - Number(a)));
    for (const limit of [1, 2, 4]) expect(await walk(limit)).toEqual(all);
  });

  test.each([
    "/api/v1/sources/none",
    "/api/v1/sources/none/runs",
    "/api/v1/sources/ublue/runs/999999",
    "/api/v1/policies/trust/none",
    "/api/v1/policies/registries/none.example",
  ])("%s: 404", async (path) => {
    const response = await server.get(path);
    expect(response.status).toBe(404);
    expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/not-found");
  });

  test("a run is found under its own source alone", async () => {
    expect((await server.get(`/api/v1/sources/fedora/runs/${run}`)).status).toBe(404);
  });

  test("documents are shown as they are, with their digests", async () => {
    const body = await bodyOf(Policies, await server.get("/api/v1/policies"));
    expect(body).toMatchObject({ digest: documents.digest, revision: 1, inForceAt: "2026-11-20T10:00:00Z" });
    expect(body.registries.map(({ id }) => id)).toEqual(["ghcr.io", "quay.io"]);
    expect(body.sources.map(({ id }) => id)).toEqual(["ublue", "fedora"]);
    expect(body.trust.map(({ id }) => id)).toEqual(["universal-blue"]);
    expect(body.projects.map(({ id }) => id)).toEqual(["bazzite", "fedora"]);
    expect(body.releases.map(({ id }) => id)).toEqual(["fedora-44"]);
    const [, source] = documents.sources;
    expect(body.sources[1]?.document).toEqual(JSON.parse(JSON.stringify(source)));
    if (source !== undefined) expect(body.sources[1]?.digest).toBe(documentDigest(source));
  });

  test("one document is found by its kind and id, a host with its port too", async () => {
    const one = await bodyOf(Document, await server.get("/api/v1/policies/trust/universal-blue"));
    expect(one.document.scopes).toEqual(["ghcr.io/ublue-os"]);
    expect((await server.get("/api/v1/policies/releases/fedora-44")).status).toBe(200);
    expect((await server.get("/api/v1/policies/nonsense/x")).status).toBe(400);
  });
});

function isDigest({ t }: Pick<TestStore, "t">, digest = "") {
  return eq(t.repositoryImages.digest, digest);
}

function isImage({ t }: Pick<TestStore, "t">, digest = "") {
  return eq(t.images.digest, digest);
}

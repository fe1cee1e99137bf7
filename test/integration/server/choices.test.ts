// Choices over a real catalog: public and default channels alone, small, from memory, and fresh after each change.
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Verdict } from "../../../policies/plan/switch-plan.ts";
import { Choices } from "../../../server/api/choices-route.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { buildImage, buildIndex, writeCatalog } from "../../kit/catalog.ts";
import { bazzite, bazziteIndex, fedora, fedoraIndex, secret, secretImage, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

describe.each(storeKinds)("choices on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  const read = async (query: string) => bodyOf(Choices, await server.get(`/api/v1/choices${query}`));

  async function judge(name: string, digest: string, verdict: Verdict): Promise<void> {
    await writeCatalog(store, (catalog) => catalog.verdict(name, digest, verdict));
    await server.refresh();
  }

  test("nothing is offered that is not verified, unless all of it is wanted", async () => {
    expect((await read("?arch=amd64")).items).toEqual([]);
    expect((await read("?arch=amd64&all=true")).items.map(({ ref }) => ref)).toEqual([
      `${bazzite}:stable`,
      `${fedora}:44`,
    ]);
    await judge(bazzite, bazziteIndex.digest, "verified");
    expect((await read("?arch=amd64")).items).toEqual([
      {
        ref: `${bazzite}:stable`,
        title: "Bazzite",
        summary: "A gaming remix",
        use: "gaming",
        official: false,
        kind: "remix",
        level: null,
        verdict: "verified",
        bytes: 1_000_000_000,
        digest: bazziteIndex.digest,
        logo: null,
        media: null,
      },
    ]);
  });

  test.each([
    { query: "?arch=aarch64&all=true", expected: [`${fedora}:44`] },
    { query: "?use=gaming&all=true", expected: [`${bazzite}:stable`] },
    { query: "?use=iot&all=true", expected: [] },
    { query: "?arch=&firmware=&use=&all=true", expected: [`${bazzite}:stable`, `${fedora}:44`] },
    { query: "?arch=arm64&firmware=bios&all=true", expected: [] },
    { query: "?arch=s390x&all=true", expected: [] },
  ])("$query", async ({ query, expected }) => {
    expect((await read(query)).items.map(({ ref }) => ref)).toEqual(expected);
  });

  test.each(["?firmware=coreboot", "?all=perhaps", "?sort=name", "?arch=a&arch=b"])("refuses %s", async (query) => {
    const response = await server.get(`/api/v1/choices${query}`);
    expect(response.status).toBe(400);
    expect((await bodyOf(ProblemSchema, response)).type).toContain("/invalid-parameter");
  });

  test("an architecture that is none is one that is missing", async () => {
    const problem = await bodyOf(ProblemSchema, await server.get("/api/v1/choices?arch=%00"));
    expect(problem.type).toContain("/missing-architecture");
  });

  test("what is private is never in it", async () => {
    await writeCatalog(store, async (catalog) => {
      await catalog.repository(secret, {
        sourceId: "secret-source",
        private: true,
        verdict: "verified",
        defaultTag: "latest",
        defaultDigest: secretImage.digest,
      });
    });
    await server.refresh();
    expect(JSON.stringify(await read("?all=true"))).not.toContain("private.example");
  });

  test("is answered from memory with a strong ETag, and made again when one of its images changes", async () => {
    const first = await server.get("/api/v1/choices?all=true");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    const again = await server.get("/api/v1/choices?all=true", { "if-none-match": etag });
    expect(again.status).toBe(304);

    const next = buildIndex([buildImage({ seed: "next" })]);
    await writeCatalog(store, async (catalog) => {
      await catalog.image(fedora, next);
      const { repositories } = catalog.tx.t;
      const rows = await catalog.tx.db
        .update(repositories)
        .set({ defaultDigest: next.digest })
        .where(eq(repositories.name, fedora))
        .returning();
      for (const { id } of rows) catalog.change.touch(id);
    });
    await server.refresh();
    const later = await server.get("/api/v1/choices?all=true", { "if-none-match": etag });
    expect(later.status).toBe(200);
    const digests = (await bodyOf(Choices, later)).items.map(({ digest }) => digest);
    expect(digests).toContain(next.digest);
    expect(digests).not.toContain(fedoraIndex.digest);
  });

  test("a hundred are at most 30 kB", async () => {
    await writeCatalog(store, async (catalog) => {
      for (let i = 0; i < 98; i++) {
        const name = `ghcr.io/ublue-os/bazzite-${i}`;
        const image = buildImage({ seed: name });
        await catalog.repository(name, {
          sourceId: "ublue",
          title: `Bazzite for machine ${i}`,
          description: "A gaming remix of Fedora for desktops and handhelds, with everything that players want",
          facets: { use: ["gaming"] },
          defaultTag: "stable",
          defaultDigest: image.digest,
        });
        await catalog.channel(name, "stable", image);
      }
    });
    await server.refresh();
    const response = await server.get("/api/v1/choices?arch=amd64&all=true");
    const bytes = await response.clone().arrayBuffer();
    expect((await bodyOf(Choices, response)).items).toHaveLength(100);
    expect(bytes.byteLength).toBeLessThanOrEqual(30_000);
  });
});

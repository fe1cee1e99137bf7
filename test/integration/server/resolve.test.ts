// Resolve: the plan of a reference, each refusal of the contract, and the wishes that questions leave behind.
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitChange } from "../../../db/changes.ts";
import { findWish } from "../../../db/wishes.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildImage, catalogTime, writeCatalog } from "../../kit/catalog.ts";
import {
  bazzite,
  bazziteIndex,
  day,
  fedora,
  fedoraIndex,
  fedoraOlder,
  gone,
  secret,
  secretImage,
  seed,
} from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const minute = 60_000;
const nowhere = `sha256:${"9".repeat(64)}`;

describe.each(storeKinds)("resolve on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  const resolve = (ref: string, rest = "&arch=amd64") =>
    server.get(`/api/v1/resolve?ref=${encodeURIComponent(ref)}${rest}`);
  const wishes = async () => store.db.select().from(store.t.wishes);

  test("a followed tag has a plan that fits the schema and may be kept for a minute", async () => {
    const response = await resolve(`${bazzite}:stable`, "&arch=x86_64");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(response.headers.get("etag")).toMatch(/^"[\w-]{27}"$/);
    const plan = await bodyOf(SwitchPlanSchema, response);
    expect(plan.target).toMatchObject({
      ref: `${bazzite}:stable`,
      digest: bazziteIndex.digest,
      pin: "tag",
      architectures: ["amd64", "amd64/v3"],
      platform: { architecture: "amd64", digest: bazziteIndex.images[0]?.digest },
    });
    expect(plan.trust).toMatchObject({ verdict: "pending", policy: "universal-blue" });
    expect(plan.observedAt).toBe("2026-11-20T10:00:00Z");
    expect(await wishes()).toEqual([]);
  });

  test("a reference is read in every spelling of a host", async () => {
    for (const ref of [
      `docker://${bazzite}:stable`,
      `ostree-image-signed:docker://${bazzite}:stable`,
      `ostree-unverified-registry:${bazzite}:stable`,
    ]) {
      const plan = await bodyOf(SwitchPlanSchema, await resolve(ref));
      expect(plan.target.ref).toBe(`${bazzite}:stable`);
    }
  });

  test("a digest that the repository holds has a plan, whatever tag led to it", async () => {
    const plan = await bodyOf(SwitchPlanSchema, await resolve(`${fedora}@${fedoraOlder.digest}`));
    expect(plan.target).toMatchObject({ tag: null, pin: "digest", digest: fedoraOlder.digest });
  });

  test("with `from` it says what is left to download, unless only private repositories hold that image", async () => {
    const shared = await bodyOf(
      SwitchPlanSchema,
      await resolve(`${fedora}:44`, `&arch=amd64&from=${fedoraOlder.digest}`),
    );
    expect(shared.delta).toMatchObject({
      layersShared: 1,
      layersNew: 1,
      bytesShared: 900_000_000,
      bytesNew: 100_000_000,
    });
    const hidden = await bodyOf(
      SwitchPlanSchema,
      await resolve(`${fedora}:44`, `&arch=amd64&from=${secretImage.digest}`),
    );
    const strange = await bodyOf(SwitchPlanSchema, await resolve(`${fedora}:44`, `&arch=amd64&from=${nowhere}`));
    expect(hidden.delta).toEqual({ ...strange.delta, from: secretImage.digest });
  });

  test("absent hazards are listed when asked for, and only then", async () => {
    const short = await bodyOf(SwitchPlanSchema, await resolve(`${bazzite}:stable`));
    const long = await bodyOf(SwitchPlanSchema, await resolve(`${bazzite}:stable`, "&arch=amd64&verbose=true"));
    expect(short.hazards.every(({ status }) => status !== "absent")).toBe(true);
    expect(long.hazards.some(({ status }) => status === "absent")).toBe(true);
  });

  test("an architecture that the image is not for is a plan that blocks", async () => {
    const plan = await bodyOf(SwitchPlanSchema, await resolve(`${bazzite}:stable`, "&arch=riscv64"));
    expect(plan.decision).toBe("block");
    expect(plan.target.platform.digest).toBeNull();
    expect(Object.values(plan.commands).every((command) => command === null)).toBe(true);
  });

  test("an unknown parameter is named", async () => {
    const problem = await bodyOf(ProblemSchema, await resolve(bazzite, "&arch=amd64&nope=1&other=2"));
    expect(problem.errors?.map(({ field }) => field)).toEqual(["nope", "other"]);
  });

  test("an unknown reference comes with known ones that look like it", async () => {
    const problem = await bodyOf(
      ProblemSchema,
      await resolve("ghcr.io/ublue-os/bazite:stable".replace("ublue-os", "ublue-oss")),
    );
    expect(problem.candidates).toContain(bazzite);
  });

  test("whoever asks for many unknown ones is answered without candidates, others with them", async () => {
    server = testServer(store, { limits: { rateMax: 2, proxyHops: 1 } });
    await server.refresh();
    const ask = async (name: string, from: string) => {
      const path = `/api/v1/resolve?ref=ghcr.io/${name}/bazzite:stable&arch=amd64`;
      return bodyOf(ProblemSchema, await server.get(path, { "x-forwarded-for": from }));
    };
    for (const name of ["a", "b"]) expect((await ask(name, "10.0.0.1")).candidates).toEqual([bazzite]);
    expect(await ask("c", "10.0.0.1")).toMatchObject({ status: 404, candidates: [] });
    // What was compared before costs nothing.
    expect((await ask("a", "10.0.0.1")).candidates).toEqual([bazzite]);
    expect((await ask("c", "10.0.0.2")).candidates).toEqual([bazzite]);
  });

  test("what was removed says when, what it was last, and where to go", async () => {
    const tag = await bodyOf(ProblemSchema, await resolve(`${bazzite}:withdrawn`));
    expect(tag).toMatchObject({
      removedAt: "2026-11-19T10:00:00Z",
      lastDigest: `sha256:${"3".repeat(64)}`,
      successor: null,
    });
    const repository = await bodyOf(ProblemSchema, await resolve(`${gone}:44`));
    expect(repository).toMatchObject({
      removedAt: "2026-11-18T10:00:00Z",
      lastDigest: `sha256:${"5".repeat(64)}`,
      successor: fedora,
    });
  });

  test("why the last look failed is said", async () => {
    const problem = await bodyOf(ProblemSchema, await resolve("quay.io/fedora/soon:44"));
    expect(problem.reason).toBe("quay.io did not answer");
  });

  describe("a followed tag that its registry lists and denies", () => {
    const denied = "the registry lists the tag, but says that it has none";
    const dangling = { digest: null, observedAt: null, failureCode: "tag-dangling", failureReason: denied };
    beforeEach(async () => {
      const failing = { ...dangling, failingSince: catalogTime - day };
      await writeCatalog(store, (catalog) => catalog.tag(bazzite, "testing", failing));
      await server.refresh();
    });

    test("is unknown at once, with reason, since when, and other channels", async () => {
      const response = await resolve(`${bazzite}:testing`);
      expect(response.status).toBe(404);
      expect(await bodyOf(ProblemSchema, response)).toMatchObject({
        type: "/problems/unknown-reference",
        reason: denied,
        since: "2026-11-19T10:00:00Z",
        detail: expect.stringContaining("since 2026-11-19T10:00:00Z"),
      });
      expect(await wishes()).toEqual([]);
    });

    test("is wished for when that look is ten minutes old, and unknown meanwhile", async () => {
      server.clock.now = catalogTime + 10 * minute;
      expect((await resolve(`${bazzite}:testing`)).status).toBe(404);
      expect(await wishes()).toMatchObject([{ repository: bazzite, reference: "testing" }]);
      await store.transaction(async (tx) => {
        const answeredAt = catalogTime + 10 * minute;
        await tx.db.update(tx.t.wishes).set({ state: "absent", reason: "none", answeredAt, dueAt: null });
      });
      expect(await bodyOf(ProblemSchema, await resolve(`${bazzite}:testing`))).toMatchObject({
        type: "/problems/unknown-reference",
        since: "2026-11-19T10:00:00Z",
      });
    });

    test("was not looked at where a later question found it, and could not read it", async () => {
      const wish = { repository: bazzite, reference: "testing", askedAt: catalogTime, code: "malformed" };
      await store.transaction(async (tx) => {
        const answer = { state: "failed", reason: "no manifest", answeredAt: catalogTime + minute } as const;
        await tx.db.insert(tx.t.wishes).values({ ...wish, ...answer, dueAt: null });
      });
      server.clock.now = catalogTime + 2 * minute;
      const response = await resolve(`${bazzite}:testing`);
      expect(response.status).toBe(503);
      expect((await bodyOf(ProblemSchema, response)).reason).toBe("no manifest");
    });

    test("keeps the plan of what it named before, and says since when", async () => {
      const failing = { failingSince: catalogTime - day, failureCode: "tag-dangling", failureReason: denied };
      await writeCatalog(store, (catalog) => catalog.channel(bazzite, "stable", bazziteIndex, failing));
      await server.refresh();
      expect(await bodyOf(SwitchPlanSchema, await resolve(`${bazzite}:stable`))).toMatchObject({
        staleSince: "2026-11-19T10:00:00Z",
      });
    });
  });

  test.each([
    ["another 404 is none of the tag's", { failureCode: "not-found", failureReason: "no such config" }],
    ["a failed look is no answer", { failureCode: "timeout", failureReason: "slow" }],
  ])("%s: not looked at yet", async (_, failure) => {
    const failing = { digest: null, observedAt: null, failingSince: catalogTime - day, ...failure };
    await writeCatalog(store, (catalog) => catalog.tag(bazzite, "testing", failing));
    await server.refresh();
    const response = await resolve(`${bazzite}:testing`);
    expect(response.status).toBe(503);
    expect((await bodyOf(ProblemSchema, response)).reason).toBe(failure.failureReason);
  });

  test("a repository that a complete listing did not show is unknown, and not wished for", async () => {
    await commitChange(store, catalogTime, async (tx, change) => {
      await tx.db.update(tx.t.sources).set({ listedAt: catalogTime }).where(eq(tx.t.sources.id, "ublue"));
      change.touchCatalog();
    });
    await server.refresh();
    expect((await resolve("ghcr.io/ublue-os/new:1")).status).toBe(404);
    expect(await wishes()).toEqual([]);
  });

  describe("wishes", () => {
    const answer = async (
      values: { state: "found" | "absent" | "failed"; reason?: string; code?: string },
      answeredAt: number,
    ) => {
      await store.transaction(async (tx) => {
        await tx.db.update(tx.t.wishes).set({ ...values, answeredAt, dueAt: null });
      });
    };

    test("what the registry denied is unknown, with the repository's channels, until ten minutes have gone", async () => {
      await resolve(`${bazzite}:stabel`);
      await answer({ state: "absent", reason: "MANIFEST_UNKNOWN" }, catalogTime);
      const denied = await resolve(`${bazzite}:stabel`);
      expect(denied.status).toBe(404);
      expect((await bodyOf(ProblemSchema, denied)).candidates).toEqual([`${bazzite}:stable`]);
      expect(await findWish(store, { repository: bazzite, reference: "stabel" })).toMatchObject({ waiting: false });

      server.clock.now = catalogTime + 10 * minute;
      expect((await resolve(`${bazzite}:stabel`)).status).toBe(404);
      expect(await findWish(store, { repository: bazzite, reference: "stabel" })).toMatchObject({
        waiting: true,
        state: "absent",
      });
    });

    test("a failed look gives its reason, and when it is tried again", async () => {
      await resolve(`${bazzite}:next`);
      await answer({ state: "failed", code: "timeout", reason: "ghcr.io did not answer in time" }, catalogTime);
      server.clock.now = catalogTime + minute;
      const response = await resolve(`${bazzite}:next`);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe(String(9 * 60));
      expect((await bodyOf(ProblemSchema, response)).reason).toBe("ghcr.io did not answer in time");
      server.clock.now = catalogTime + 10 * minute;
      await resolve(`${bazzite}:next`);
      expect(await findWish(store, { repository: bazzite, reference: "next" })).toMatchObject({ waiting: true });
    });

    test("what was wished for is answered from the store, and wished for again after ten minutes", async () => {
      const image = buildImage({ seed: "wished" });
      await writeCatalog(store, async (catalog) => {
        await catalog.channel(bazzite, "pr-7", image, { followed: false, observedAt: catalogTime });
      });
      await server.refresh();
      expect((await resolve(`${bazzite}:pr-7`)).status).toBe(200);
      expect(await wishes()).toEqual([]);
      server.clock.now = catalogTime + 10 * minute;
      expect((await resolve(`${bazzite}:pr-7`)).status).toBe(200);
      expect(await findWish(store, { repository: bazzite, reference: "pr-7" })).toMatchObject({ waiting: true });
    });

    test("a digest that the registry does not have any more was removed", async () => {
      await store.transaction(async (tx) => {
        await tx.db.insert(tx.t.wishes).values({
          repository: fedora,
          reference: fedoraOlder.digest,
          askedAt: catalogTime,
          answeredAt: catalogTime,
          state: "absent",
        });
      });
      const problem = await bodyOf(ProblemSchema, await resolve(`${fedora}@${fedoraOlder.digest}`));
      expect(problem).toMatchObject({ type: "/problems/removed", lastDigest: fedoraOlder.digest });
    });

    test("too many wishes for one repository, or in all, are not noted", async () => {
      server = testServer(store, { limits: { wishesPerRepositoryMax: 2, wishesMax: 3 } });
      await server.refresh();
      for (const tag of ["a", "b", "c"]) expect((await resolve(`${bazzite}:${tag}`)).status).toBe(503);
      for (const tag of ["a", "b"]) expect((await resolve(`${fedora}:${tag}`)).status).toBe(503);
      expect((await wishes()).map(({ reference }) => reference).sort()).toEqual(["a", "a", "b"]);
      expect((await resolve(`${fedora}:b`)).headers.get("retry-after")).toBe("60");
    });

    test("a question waits for the worker of the same process and gets what it found", async () => {
      const image = buildImage({ seed: "just in time" });
      const asked: string[] = [];
      server = testServer(store, {
        waitForWish: async (repository, reference, timeoutMs) => {
          asked.push(`${repository}:${reference} ${timeoutMs}`);
          await writeCatalog(store, async (catalog) => {
            await catalog.channel(repository, reference, image, { followed: false });
          });
        },
      });
      await server.refresh();
      const [one, two] = await Promise.all([resolve(`${bazzite}:pr-8`), resolve(`${bazzite}:pr-8`)]);
      expect([one.status, two.status]).toEqual([200, 200]);
      expect(asked).toEqual([`${bazzite}:pr-8 200`]);
    });

    test("a question that waited in vain is told to come back", async () => {
      server = testServer(store, { waitForWish: async () => {} });
      await server.refresh();
      const response = await resolve(`${bazzite}:pr-9`);
      expect(response.status).toBe(503);
      expect(response.headers.get("ratelimit")).toMatch(/^"default";r=\d+;t=\d+$/);
    });

    test("whoever asks for too much is told so, and others are not", async () => {
      server = testServer(store, { limits: { rateMax: 2, proxyHops: 1 } });
      await server.refresh();
      const ask = (tag: string, from: string) =>
        server.get(`/api/v1/resolve?ref=${bazzite}:${tag}&arch=amd64`, { "x-forwarded-for": `6.6.6.6, ${from}` });
      expect((await ask("a", "10.0.0.1")).status).toBe(503);
      expect((await ask("b", "10.0.0.1")).status).toBe(503);
      const refused = await ask("c", "10.0.0.1");
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await ask("c", "10.0.0.2")).status).toBe(503);
      expect(
        (await server.get(`/api/v1/resolve?ref=${bazzite}:stable&arch=amd64`, { "x-forwarded-for": "10.0.0.1" }))
          .status,
      ).toBe(200);
    });
  });

  test("before anything is loaded the server says that it is not ready", async () => {
    const early = testServer(store);
    const response = await early.get(`/api/v1/resolve?ref=${bazzite}:stable&arch=amd64`);
    expect(response.status).toBe(503);
    expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/not-ready");
  });

  test("a plan whose release ends soon is kept no longer than until then", async () => {
    server.clock.now = Date.parse("2027-05-12T00:00:00Z") - 30_000;
    await commitChange(store, server.clock.now, async (tx, change) => {
      await tx.db.update(tx.t.tags).set({ observedAt: server.clock.now });
      change.touch(1);
      change.touch(2);
    });
    await server.refresh();
    const before = await resolve(`${fedora}:44`);
    expect(before.headers.get("cache-control")).toBe("public, max-age=30");
    expect((await bodyOf(SwitchPlanSchema, before)).lifecycle.status).toBe("ends-soon");
    server.clock.now += 30_000;
    const after = await resolve(`${fedora}:44`);
    expect(after.headers.get("cache-control")).toBe("public, max-age=60");
    expect((await bodyOf(SwitchPlanSchema, after)).lifecycle.status).toBe("ended");
  });

  test("the tag that nobody has seen for a week is stale from that moment on", async () => {
    server.clock.now = catalogTime + 7 * day;
    expect((await bodyOf(SwitchPlanSchema, await resolve(`${fedora}:44`))).decisionReasons).not.toContain("STALE");
    server.clock.now += 1;
    expect((await bodyOf(SwitchPlanSchema, await resolve(`${fedora}:44`))).decisionReasons).toContain("STALE");
  });

  test("the image of a moved tag is seen after the commit, and not before", async () => {
    const digestOf = async () => (await bodyOf(SwitchPlanSchema, await resolve(`${fedora}:44`))).target.digest;
    expect(await digestOf()).toBe(fedoraIndex.digest);
    await writeCatalog(store, async (catalog) => {
      await catalog.channel(fedora, "44", fedoraOlder);
    });
    expect(await digestOf()).toBe(fedoraIndex.digest);
    await server.refresh();
    expect(await digestOf()).toBe(fedoraOlder.digest);
  });
});

describe.each(storeKinds)("resolve refuses on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await seed(store);
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.transaction(async (tx) => void (await tx.db.delete(tx.t.wishes))));
  afterAll(() => store.close());

  test.each([
    { title: "no reference", query: "arch=amd64", status: 400, type: "invalid-reference" },
    { title: "an empty reference", query: "ref=&arch=amd64", status: 400, type: "invalid-reference" },
    {
      title: "two references",
      query: `ref=${bazzite}&ref=${fedora}&arch=amd64`,
      status: 400,
      type: "invalid-reference",
    },
    { title: "a reference without a registry", query: "ref=fedora&arch=amd64", status: 400, type: "invalid-reference" },
    {
      title: "a tag and a digest",
      query: `ref=${bazzite}:stable@${nowhere}&arch=amd64`,
      status: 400,
      type: "invalid-reference",
    },
    {
      title: "a reference that never ends",
      query: `ref=${"a".repeat(2_000)}&arch=amd64`,
      status: 400,
      type: "invalid-reference",
    },
    { title: "no architecture", query: `ref=${bazzite}`, status: 400, type: "missing-architecture" },
    { title: "an empty architecture", query: `ref=${bazzite}&arch=`, status: 400, type: "missing-architecture" },
    { title: "no architecture at all", query: `ref=${bazzite}&arch=../etc`, status: 400, type: "missing-architecture" },
    { title: "another parameter", query: `ref=${bazzite}&arch=amd64&nope=1`, status: 400, type: "invalid-parameter" },
    {
      title: "a `from` that is no digest",
      query: `ref=${bazzite}&arch=amd64&from=abc`,
      status: 400,
      type: "invalid-parameter",
    },
    {
      title: "a host that nobody declares",
      query: "ref=nobody.example/a:1&arch=amd64",
      status: 404,
      type: "unknown-reference",
    },
    {
      title: "a repository that nobody declares",
      query: "ref=quay.io/fedora/other:1&arch=amd64",
      status: 404,
      type: "unknown-reference",
    },
    {
      title: "a repository that is not declared any more",
      query: "ref=quay.io/old/undeclared:1&arch=amd64",
      status: 404,
      type: "unknown-reference",
    },
    { title: "a private repository", query: `ref=${secret}:latest&arch=amd64`, status: 404, type: "unknown-reference" },
    { title: "a tag that is gone", query: `ref=${bazzite}:withdrawn&arch=amd64`, status: 404, type: "removed" },
    { title: "a repository that is gone", query: `ref=${gone}:44&arch=amd64`, status: 404, type: "removed" },
    {
      title: "a tag known by its name alone",
      query: `ref=${bazzite}:44-20260101&arch=amd64`,
      status: 503,
      type: "not-yet-indexed",
    },
    {
      title: "a tag that was never seen",
      query: `ref=${bazzite}:new&arch=amd64`,
      status: 503,
      type: "not-yet-indexed",
    },
    {
      title: "a digest that was never seen",
      query: `ref=${bazzite}@${nowhere}&arch=amd64`,
      status: 503,
      type: "not-yet-indexed",
    },
    {
      title: "a repository that was never reached",
      query: "ref=quay.io/fedora/soon:44&arch=amd64",
      status: 503,
      type: "not-yet-indexed",
    },
    {
      title: "a repository of a namespace never listed",
      query: "ref=ghcr.io/ublue-os/new:1&arch=amd64",
      status: 503,
      type: "not-yet-indexed",
    },
  ])("$title: $status /$type", async ({ query, status, type }) => {
    const response = await server.get(`/api/v1/resolve?${query}`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const problem = await bodyOf(ProblemSchema, response);
    expect(problem).toMatchObject({ type: `/problems/${type}`, status });
    expect(problem.instance).toBe(`/api/v1/resolve?${query}`.slice(0, 2_048));
    expect(await store.db.select().from(store.t.wishes)).toHaveLength(status === 503 ? 1 : 0);
    if (status === 503) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

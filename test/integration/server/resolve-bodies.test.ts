// Resolve by POST: hosts and fleets, and bodies that nobody should have sent.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { BatchAnswer } from "../../../server/api/resolve-batch-route.ts";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { bazzite, bazziteIndex, fedora, fedoraOlder, secret, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const host = (architecture: string, imageDigest: string = fedoraOlder.digest) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  metadata: { name: "host" },
  spec: { image: null },
  status: {
    staged: null,
    booted: {
      image: {
        image: { image: `${fedora}:44`, transport: "registry" },
        version: "44",
        timestamp: null,
        imageDigest,
        architecture,
      },
      incompatible: false,
      pinned: false,
    },
    rollback: null,
    type: "bootcHost",
  },
});

describe.each(storeKinds)("POST resolve on %s", (kind) => {
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

  test("the host says its architecture and what it has; the answer is for nobody else", async () => {
    const response = await server.post("/api/v1/resolve", { target: `${fedora}:44`, host: host("arm64") });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("etag")).toBeNull();
    expect(response.headers.get("ratelimit-policy")).toBe('"default";q=1000;w=60');
    const plan = await bodyOf(SwitchPlanSchema, response);
    expect(plan.target.platform.architecture).toBe("arm64");
    expect(plan.delta.from).toBe(fedoraOlder.digest);
    expect(plan.hostHazards).toBe("asked");
  });

  test.each([
    { title: "the body", body: { target: `${fedora}:44`, arch: "aarch64" }, query: "" },
    { title: "the address", body: { target: `${fedora}:44` }, query: "?arch=arm64" },
    { title: "the body before the address", body: { target: `${fedora}:44`, arch: "arm64" }, query: "?arch=amd64" },
    {
      title: "the host before both",
      body: { target: `${fedora}:44`, arch: "amd64", host: host("arm64") },
      query: "?arch=amd64",
    },
  ])("the architecture is taken from $title", async ({ body, query }) => {
    const plan = await bodyOf(SwitchPlanSchema, await server.post(`/api/v1/resolve${query}`, body));
    expect(plan.target.platform.architecture).toBe("arm64");
  });

  const deep = `${'{"a":'.repeat(100)}1${"}".repeat(100)}`;
  test.each([
    { title: "no body", body: "", status: 400, type: "invalid-body" },
    { title: "no JSON", body: "{", status: 400, type: "invalid-body" },
    { title: "a byte that is no UTF-8", body: Uint8Array.of(0x22, 0xff, 0x22), status: 400, type: "invalid-body" },
    {
      title: "a member twice",
      body: `{"target":"${fedora}:44","arch":"amd64","arch":"arm64"}`,
      status: 400,
      type: "invalid-body",
    },
    { title: "JSON that is nested too deep", body: deep, status: 400, type: "invalid-body" },
    {
      title: "a body that is too large",
      body: JSON.stringify({ target: "x".repeat(70_000) }),
      status: 413,
      type: "body-too-large",
    },
    { title: "no object", body: "[]", status: 400, type: "invalid-reference" },
    { title: "null", body: "null", status: 400, type: "invalid-reference" },
    { title: "a target that is no text", body: { target: 5, arch: "amd64" }, status: 400, type: "invalid-reference" },
    { title: "no target", body: { arch: "amd64" }, status: 400, type: "invalid-reference" },
    { title: "no architecture", body: { target: `${fedora}:44` }, status: 400, type: "missing-architecture" },
    {
      title: "a host of another kind",
      body: { target: `${fedora}:44`, host: { kind: "Pod" } },
      status: 400,
      type: "invalid-host",
    },
    { title: "a host that is a list", body: { target: `${fedora}:44`, host: [] }, status: 400, type: "invalid-host" },
    {
      title: "facts that are wrong",
      body: { target: `${fedora}:44`, arch: "amd64", facts: { secureBoot: "yes" } },
      status: 400,
      type: "invalid-host",
    },
    {
      title: "a prototype",
      body: `{"target":"${fedora}:44","__proto__":{"arch":"amd64"}}`,
      status: 400,
      type: "missing-architecture",
    },
    {
      title: "what is private",
      body: { target: `${secret}:latest`, arch: "amd64" },
      status: 404,
      type: "unknown-reference",
    },
    {
      title: "what nobody looked at",
      body: { target: `${bazzite}:new`, arch: "amd64" },
      status: 503,
      type: "not-yet-indexed",
    },
  ])("$title: $status /$type", async ({ body, status, type }) => {
    const response = await server.post("/api/v1/resolve", body);
    expect(response.status).toBe(status);
    expect(await bodyOf(ProblemSchema, response)).toMatchObject({ type: `/problems/${type}`, status });
    expect(server.log.lines).toEqual([]);
  });

  test("the member that is wrong is named", async () => {
    const wrong = host("amd64");
    wrong.status.booted.image.imageDigest = "sha256:no";
    const problem = await bodyOf(
      ProblemSchema,
      await server.post("/api/v1/resolve", { target: `${fedora}:44`, host: wrong }),
    );
    expect(problem.errors?.[0]?.field).toBe("host.status.booted.image.imageDigest");
  });

  test.each([
    { title: "another type", headers: { "content-type": "text/plain" } },
    { title: "a form", headers: { "content-type": "application/x-www-form-urlencoded" } },
    { title: "a content encoding", headers: { "content-encoding": "gzip" } },
  ])("$title: 415", async ({ headers }) => {
    const response = await server.post("/api/v1/resolve", { target: `${fedora}:44`, arch: "amd64" }, headers);
    expect(response.status).toBe(415);
  });

  test("a batch answers each item in its place and counts the decisions", async () => {
    const response = await server.post("/api/v1/resolve/batch?arch=amd64", {
      items: [
        { target: `${bazzite}:stable` },
        { target: `${bazzite}:stable`, host: host("amd64") },
        { target: `${fedora}:44`, arch: "arm64" },
        { target: "nonsense" },
        7,
        { target: `${secret}:latest` },
        { target: `${bazzite}:withdrawn` },
      ],
    });
    expect(response.status).toBe(200);
    const { items, summary } = await bodyOf(BatchAnswer, response);
    expect(items.map((item) => ("type" in item ? item.type : item.target.digest))).toEqual([
      bazziteIndex.digest,
      bazziteIndex.digest,
      expect.stringMatching(/^sha256:/),
      "/problems/invalid-reference",
      "/problems/invalid-reference",
      "/problems/unknown-reference",
      "/problems/removed",
    ]);
    expect(items.flatMap((item) => ("instance" in item ? [item.instance] : []))[0]).toBe(
      "/api/v1/resolve/batch?arch=amd64#/items/3",
    );
    expect(summary.errors).toBe(4);
    expect(summary.allow + summary.warn + summary.block).toBe(3);
    const plans = items.filter((item) => "decision" in item);
    for (const decision of ["allow", "warn", "block"] as const) {
      expect(summary[decision]).toBe(plans.filter((plan) => plan.decision === decision).length);
    }
  });

  test("a batch answers each host for itself, though they ask the same", async () => {
    const target = `${bazzite}:stable`;
    const asked = [{ target }, { target, facts: { freeBytes: 1 } }, { target, facts: { freeBytes: 10 ** 13 } }];
    const response = await server.post("/api/v1/resolve/batch?arch=amd64&verbose=true", { items: asked });
    const { items } = await bodyOf(BatchAnswer, response);
    const plans = items.flatMap((item) => ("hazards" in item ? [item] : []));
    expect(plans.map(({ hostHazards }) => hostHazards)).toEqual(["not-asked", "asked", "asked"]);
    const alone = await Promise.all(
      asked.map(async (item) =>
        bodyOf(SwitchPlanSchema, await server.post("/api/v1/resolve?arch=amd64&verbose=true", item)),
      ),
    );
    expect(plans).toEqual(alone);
    expect(plans[1]?.hazards).not.toEqual(plans[2]?.hazards);
  });

  test.each([
    { title: "no items", body: {}, status: 400, type: "invalid-body" },
    { title: "items that are no list", body: { items: {} }, status: 400, type: "invalid-body" },
    { title: "too many items", body: { items: Array(1_001).fill(1) }, status: 400, type: "invalid-body" },
    {
      title: "a body that is too large",
      body: { items: ["x".repeat(1_100_000)] },
      status: 413,
      type: "body-too-large",
    },
  ])("a batch of $title: $status /$type", async ({ body, status, type }) => {
    const response = await server.post("/api/v1/resolve/batch", body);
    expect(response.status).toBe(status);
    expect((await bodyOf(ProblemSchema, response)).type).toBe(`/problems/${type}`);
  });

  test("a batch of nothing and one of as many as there may be are answered", async () => {
    const none = await bodyOf(BatchAnswer, await server.post("/api/v1/resolve/batch", { items: [] }));
    expect(none).toEqual({ items: [], summary: { allow: 0, warn: 0, block: 0, errors: 0 } });
    const target = { target: `${bazzite}:stable`, arch: "amd64" };
    const all = await server.post("/api/v1/resolve/batch", { items: Array(1_000).fill(target) });
    const { items } = await bodyOf(BatchAnswer, all);
    expect(items).toHaveLength(1_000);
  });

  test("other requests are answered while a batch is worked on", async () => {
    const targets = Array.from({ length: 1_000 }, (_, i) => ({
      target: `${fedora}@sha256:${String(i).padStart(64, "0")}`,
      arch: "amd64",
    }));
    let isDone = false;
    const batch = server.post("/api/v1/resolve/batch", { items: targets }).then(async (response) => {
      isDone = true;
      return response;
    });
    await server.get("/healthz");
    expect(isDone).toBe(false);
    const { summary } = await bodyOf(BatchAnswer, await batch);
    expect(summary.errors).toBe(1_000);
    // Wishes are bounded for each repository, whatever one batch asks for.
    expect(await store.db.select().from(store.t.wishes)).toHaveLength(10);
  });

  test("a batch costs as much as its questions, and too much is refused", async () => {
    const strict = testServer(store, { limits: { rateMax: 5 } });
    await strict.refresh();
    const items = Array(40).fill({ target: `${bazzite}:stable`, arch: "amd64" });
    const first = await strict.post("/api/v1/resolve/batch", { items });
    expect(first.status).toBe(200);
    expect(first.headers.get("ratelimit")).toMatch(/^"default";r=1;t=\d+$/);
    const second = await strict.post("/api/v1/resolve/batch", { items });
    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  });
});

// Resolve: the plan of a reference, each refusal of the contract, and the wishes that questions leave behind.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findWish } from "../../../db/wishes.ts";
import { SwitchPlanSchema } from "../../../server/api/switch-plan-schema.ts";
import { buildImage, buildIndex, policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const repository = "registry.example/team/os";
const index = buildIndex([buildImage({ architecture: "amd64" }), buildImage({ architecture: "arm64" })]);

const documents = policySetOf({
  registries: [
    { host: "registry.example", dialect: "oci" },
    { host: "private.example", dialect: "oci", credentials: { username: "U", password: "P" } },
  ],
  sources: [
    {
      id: "source",
      registry: "registry.example",
      repositories: ["team/os", "team/soon"],
      kind: "remix",
      project: "os",
    },
    { id: "secret", registry: "private.example", namespace: "a", kind: "base" },
  ],
  projects: [{ id: "os", name: "The OS", repositories: { [repository]: { successor: "registry.example/team/next" } } }],
});

describe.each(storeKinds)("resolve on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeEach(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => {
      await catalog.documents(documents);
      await catalog.repository(repository, { project: "os", defaultTag: "stable", defaultDigest: index.digest });
      await catalog.channel(repository, "stable", index);
    });
    server = testServer(store);
    await server.refresh();
  });
  afterEach(() => store.close());

  test("a followed tag has a plan that fits the schema and may be kept by caches", async () => {
    const response = await server.get(`/api/v1/resolve?ref=${repository}:stable&arch=x86_64`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(response.headers.get("etag")).toMatch(/^"[\w-]{27}"$/);
    const plan = await bodyOf(SwitchPlanSchema, response);
    expect(plan.target).toMatchObject({ ref: `${repository}:stable`, digest: index.digest, pin: "tag" });
    expect(plan.target.platform).toMatchObject({ architecture: "amd64", digest: index.images[0]?.digest });
    expect(plan.trust.verdict).toBe("pending");
    expect(plan.lifecycle.successor).toBe("registry.example/team/next");
    expect(plan.observedAt).toBe("2026-11-20T10:00:00Z");
  });

  test("a tag that nobody has looked at is wished for", async () => {
    const response = await server.get(`/api/v1/resolve?ref=${repository}:testing&arch=amd64`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toMatchObject({ type: "/problems/not-yet-indexed", status: 503, reason: null });
    expect(await findWish(store, { repository, reference: "testing" })).toMatchObject({ waiting: true });
  });
});

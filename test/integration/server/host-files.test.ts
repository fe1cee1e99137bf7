// Host files over HTTP: what a trust policy gives a host, what it cannot give, and how long an answer lives.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRootRefresh, storeRootRefresh } from "../../../db/trust-root-refreshes.ts";
import { folderDigest } from "../../../policies/documents/policy-digest.ts";
import type { PolicySet } from "../../../policies/documents/policy-set.ts";
import { formatTimestamp } from "../../../policies/images/timestamp.ts";
import { readContainersPolicy } from "../../../policies/trust/consumers/containers-policy.ts";
import { digestOf } from "../../../policies/words/digest.ts";
import { HostFiles, PolicyJson } from "../../../server/api/host-file-routes.ts";
import { Policies } from "../../../server/api/policy-routes.ts";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { catalogTime, policySetOf, writeCatalog } from "../../kit/catalog.ts";
import { bodyOf, type TestServer, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds, type TestStore } from "../../kit/stores.ts";

const keyOf = () =>
  generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey.export({ type: "spki", format: "pem" }).toString();

const [old, recent] = [keyOf(), keyOf()];
const ends = catalogTime + 30_000;
const email = { issuer: "https://accounts.example", subject: "https://git.example/ci" };

function documents(validUntil: number): PolicySet {
  const set = policySetOf({
    registries: [
      { host: "registry.example", dialect: "oci" },
      { host: "private.example", dialect: "oci", visibility: "private" },
    ],
    trust: [
      {
        id: "two",
        scopes: ["registry.example/two", "private.example/two"],
        signers: [
          { id: "old", key: "old.pub", validUntil: formatTimestamp(validUntil) },
          { id: "recent", key: "recent.pub" },
        ],
      },
      { id: "one", scopes: ["registry.example/one"], signers: [{ id: "recent", key: "recent.pub" }] },
      { id: "workflow", scopes: ["registry.example/workflow"], signers: [{ id: "ci", identity: email }] },
      { id: "hidden", scopes: ["private.example"], signers: [{ id: "recent", key: "recent.pub" }] },
    ],
  });
  const fileOf = (content: string) => ({ sha256: digestOf(content), encoding: "utf8" as const, content });
  const whole = { ...set, files: { "old.pub": fileOf(old), "recent.pub": fileOf(recent) } };
  return { ...whole, digest: folderDigest(whole) };
}

const asked = (id: string, name = "policy.json", client = "") => `/api/v1/policies/trust/${id}/${name}${client}`;

describe.each(storeKinds)("host files on %s", (kind) => {
  let store: TestStore;
  let server: TestServer;

  beforeAll(async () => {
    store = await openTestStore(kind);
    await writeCatalog(store, async (catalog) => catalog.documents(documents(ends)));
    server = testServer(store);
    await server.refresh();
  });
  afterAll(() => store.close());

  test("policy.json is a whole file that the oldest version reads, of the policy's scope and no more", async () => {
    const response = await server.get(asked("one"));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("link")).toBe(`<${asked("one", "host-files")}?client=bootc>; rel="related"`);
    const text = await response.clone().text();
    expect(readContainersPolicy(text, [5, 22]).outcome).toBe("policy");
    const file = await bodyOf(PolicyJson, response);
    expect(file.default).toEqual([{ type: "reject" }]);
    expect(file.transports.docker).toEqual({
      "": [{ type: "insecureAcceptAnything" }],
      "registry.example/one": [
        {
          type: "sigstoreSigned",
          keyPath: "/etc/pki/containers/one.pub",
          signedIdentity: { type: "matchRepository" },
        },
      ],
    });
  });

  test.each([
    { client: "bootc", since: "skopeo 1.13" },
    { client: "podman", since: "containers/image 5.22" },
  ] as const)("host files for $client name their first version, and bring the key", async ({ client, since }) => {
    const body = await bodyOf(HostFiles, await server.get(asked("one", "host-files", `?client=${client}`)));
    expect(body).toMatchObject({ policy: "one", client, since });
    expect(body.hostFiles.map(({ path, merge }) => [path, merge ?? false])).toEqual([
      ["/etc/pki/containers/one.pub", false],
      ["/etc/containers/registries.d/one.yaml", false],
      ["/etc/containers/policy.json", true],
    ]);
    expect(body.hostFiles[0]?.content).toBe(recent);
    expect(JSON.parse(body.hostFiles[2]?.content ?? "")).toEqual({ transports: { docker: body.policyScope } });
  });

  test.each(["policy.json", "host-files"])(
    "%s: a private registry's scopes stay out, and its policies",
    async (name) => {
      const text = await (await server.get(asked("two", name))).text();
      expect(text).toContain("registry.example/two");
      expect(text).not.toContain("private.example");
      const hidden = await server.get(asked("hidden", name));
      const unknown = await server.get(asked("nobody", name));
      expect([hidden.status, unknown.status]).toEqual([404, 404]);
      expect((await hidden.text()).replaceAll("hidden", "nobody")).toBe(await unknown.text());
    },
  );

  test.each(["policy.json", "host-files"])("%s: what no host can enforce says why and what to do", async (name) => {
    const response = await server.get(asked("workflow", name));
    expect(response.status).toBe(409);
    const problem = await bodyOf(ProblemSchema, response);
    expect(problem.type).toBe("/problems/not-enforceable");
    expect(problem.reasons?.map(({ code }) => code)).toEqual(["IDENTITY_INEXPRESSIBLE"]);
    expect(problem.detail).toContain("pin the digest");
  });

  test("a client that reads no policy.json is refused by name", async () => {
    const problem = await bodyOf(ProblemSchema, await server.get(asked("one", "policy.json", "?client=cosign")));
    expect(problem).toMatchObject({ status: 400, errors: [{ field: "client" }] });
  });

  test("an answer ends with the signer that it gives out, and is another one then", async () => {
    const before = await server.get(asked("two", "host-files"));
    expect(before.headers.get("cache-control")).toBe("public, max-age=30");
    const etag = before.headers.get("etag") ?? "";
    const { since, policyScope } = await bodyOf(HostFiles, before);
    expect(since).toBe("skopeo 1.17");
    expect(JSON.stringify(policyScope)).toContain("keyPaths");
    expect((await server.get(asked("two", "host-files"), { "if-none-match": etag })).status).toBe(304);
    server.clock.now = ends;
    const after = await server.get(asked("two", "host-files"), { "if-none-match": etag });
    expect(after.headers.get("cache-control")).toBe("public, max-age=60");
    expect(await bodyOf(HostFiles, after)).toMatchObject({ since: "skopeo 1.13" });
    server.clock.now = catalogTime;
  });

  test("the public-good root in force is shown, with when it was refreshed and since when that fails", async () => {
    const root = { digest: digestOf("root"), content: "root" };
    const shown = async () => (await bodyOf(Policies, await server.get("/api/v1/policies"))).trustRoot;
    expect(await shown()).toEqual({
      ...{ name: "public-good", digest: null, refreshedAt: null, failingSince: null },
      unknown: [{ field: "refreshedAt", reason: expect.stringContaining("came with the program") }],
    });
    await expectRootRefresh(store, catalogTime);
    const refresh = { metadata: null, root, dueAt: catalogTime, refreshedAt: catalogTime, failure: null };
    await storeRootRefresh(store, { ...refresh, failingSince: null });
    server.clock.now += 2_000;
    expect(await shown()).toMatchObject({ refreshedAt: formatTimestamp(catalogTime), failingSince: null });
    await storeRootRefresh(store, { ...refresh, root: null, refreshedAt: null, failingSince: catalogTime + 1_000 });
    server.clock.now += 2_000;
    expect(await shown()).toMatchObject({
      refreshedAt: formatTimestamp(catalogTime),
      failingSince: formatTimestamp(catalogTime + 1_000),
    });
    server.clock.now = catalogTime;
  });

  test("new documents are answered by as soon as they are in force", async () => {
    const fresh = testServer(store);
    await fresh.refresh();
    expect((await fresh.get(asked("two"))).headers.get("cache-control")).toBe("public, max-age=30");
    await writeCatalog(store, async (catalog) => catalog.documents(documents(catalogTime)));
    await fresh.refresh();
    const file = await bodyOf(PolicyJson, await fresh.get(asked("two")));
    expect(JSON.stringify(file)).toContain('"keyPath":"/etc/pki/containers/two.pub"');
  });
});

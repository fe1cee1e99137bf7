// Renovate's datasource over a catalog whose signatures were really looked for, and its documentation's own example.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ProblemSchema } from "../../../server/api/problem-responses.ts";
import { Releases } from "../../../server/api/renovate-route.ts";
import { bazzite, gone, secret as secretName, seed } from "../../kit/seeded-catalog.ts";
import { bodyOf, testServer } from "../../kit/server.ts";
import { openTestStore, storeKinds } from "../../kit/stores.ts";
import { image, keylessName, name, secret, signedCatalog } from "./signed-catalog.ts";

/** What the custom datasource takes, by its documentation: nothing else, and no null. */
const Datasource = z.strictObject({
  releases: z.array(
    z.strictObject({
      version: z.string(),
      isDeprecated: z.boolean().optional(),
      releaseTimestamp: z.iso.datetime().optional(),
      changelogUrl: z.url().optional(),
      sourceUrl: z.url().optional(),
      sourceDirectory: z.string().optional(),
      digest: z.string().optional(),
      isStable: z.boolean().optional(),
    }),
  ),
  sourceUrl: z.url().optional(),
  sourceDirectory: z.string().optional(),
  changelogUrl: z.url().optional(),
  homepage: z.url().optional(),
});

describe.each(storeKinds)("the datasource on %s", (kind) => {
  async function serve() {
    const bench = await signedCatalog(kind);
    const server = testServer(bench.store, { now: bench.clock.now, publicUrl: "https://signalbox.example" });
    await server.refresh();
    return server;
  }

  test("has the verified channels with their digests, and where their past is told", async () => {
    const response = await (await serve()).get(`/api/v1/renovate?name=${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toMatch(/^"/);
    const { releases } = Datasource.parse(await bodyOf(Releases, response));
    expect(releases).toMatchObject([
      {
        version: "stable",
        digest: image.digest,
        changelogUrl: `https://signalbox.example/api/v1/repository/tags/history?name=${encodeURIComponent(name)}&tag=stable`,
      },
    ]);
  });

  test("leaves out what is not verified, or has nothing for the architecture, unless all is wanted", async () => {
    const server = await serve();
    const versions = async (query: string) =>
      (await bodyOf(Releases, await server.get(`/api/v1/renovate?${query}`))).releases.map(({ version }) => version);
    expect(await versions(`name=copy.example/${name.slice(name.indexOf("/") + 1)}`)).toEqual([]);
    expect(await versions(`name=copy.example/${name.slice(name.indexOf("/") + 1)}&all=true`)).toEqual(["stable"]);
    expect(await versions(`name=${keylessName}&arch=s390x`)).toEqual([]);
  });

  test("what is private is not known", async () => {
    const response = await (await serve()).get(`/api/v1/renovate?name=${secret}`);
    expect(response.status).toBe(404);
    expect((await bodyOf(ProblemSchema, response)).type).toBe("/problems/unknown-reference");
  });

  test.each([
    { query: `name=${gone}`, status: 404, type: "/problems/removed" },
    { query: `name=${secretName}`, status: 404, type: "/problems/unknown-reference" },
    { query: "name=bazzite", status: 400, type: "/problems/invalid-parameter" },
    { query: "", status: 400, type: "/problems/invalid-parameter" },
    { query: `name=${bazzite}&arch=%20`, status: 400, type: "/problems/missing-architecture" },
  ])("$query: $status $type", async ({ query, status, type }) => {
    const store = await openTestStore(kind);
    await seed(store);
    const server = testServer(store);
    await server.refresh();
    const response = await server.get(`/api/v1/renovate?${query}`);
    expect(response.status).toBe(status);
    expect((await bodyOf(ProblemSchema, response)).type).toBe(type);
    await store.close();
  });
});

describe("the documentation's example", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/renovate.md"), "utf8");
  const [answer = "", configuration = ""] = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = ""]) => json);

  test("shows an answer that the datasource takes", () => {
    expect(Datasource.parse(JSON.parse(answer)).releases).toHaveLength(1);
  });

  test("finds a line, and asks this resource for it", () => {
    const { customManagers, customDatasources } = JSON.parse(configuration);
    const [manager] = customManagers;
    const { releases } = JSON.parse(answer);
    const line = `FROM quay.io/fedora/fedora-bootc:43@${releases[0].digest} AS base`;
    const found = new RegExp(manager.matchStrings[0]).exec(line)?.groups;
    expect(found).toEqual({
      packageName: "quay.io/fedora/fedora-bootc",
      currentValue: "43",
      currentDigest: releases[0].digest,
    });
    expect(manager.datasourceTemplate).toBe("custom.signalbox");
    const address = customDatasources.signalbox.defaultRegistryUrlTemplate.replace(
      "{{packageName}}",
      found?.packageName,
    );
    const { pathname, searchParams } = new URL(address);
    expect([pathname, searchParams.get("name")]).toEqual(["/api/v1/renovate", "quay.io/fedora/fedora-bootc"]);
  });
});

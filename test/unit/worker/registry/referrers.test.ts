// What refers to a manifest, by whichever way a registry has.
import { afterEach, describe, expect, test } from "vitest";
import { fallbackTag } from "../../../../worker/registry/referrers.ts";
import { buildReferrer, buildReferrersIndex } from "../../../kit/registries/build-artifact.ts";
import { buildImage, buildMultiArch, descriptorOf, ociIndex } from "../../../kit/registries/build-image.ts";
import { type Handler, sendJson, sendOciError, startFake } from "../../../kit/registries/fake-server.ts";
import { type MemoryRegistryOptions, startMemoryRegistry } from "../../../kit/registries/memory-registry.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../../kit/registries/open-test-registry.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const image = buildMultiArch("one");
const other = buildImage({ seed: "other" });
const bundle = buildReferrer(image, "application/vnd.dev.sigstore.bundle.v0.3+json", "a bundle");
const sbom = buildReferrer(image, "application/spdx+json", "an sbom");
const tag = fallbackTag(image.digest);

async function open(options: MemoryRegistryOptions = {}, client: TestRegistryOptions = {}) {
  const server = await startMemoryRegistry(options);
  const opened = openTestRegistry({ host: server.host }, client);
  ends.push(opened.close, server.close);
  server.contents.push("a/b", image, "x");
  server.contents.push("a/b", other, "y");
  return { server, contents: server.contents, registry: opened.registry };
}

async function openHandler(handler: Handler, client: TestRegistryOptions = {}) {
  const server = await startFake(handler);
  const opened = openTestRegistry({ host: server.host }, client);
  ends.push(opened.close, server.close);
  return { server, registry: opened.registry };
}

describe("the API", () => {
  test("lists descriptors with their artifact types and annotations", async () => {
    const { registry, contents } = await open({ referrers: "api" });
    contents.push("a/b", bundle);
    contents.push("a/b", sbom);
    const { via, descriptors } = await registry.readReferrers("a/b", image.digest, never);
    expect(via).toBe("api");
    expect(descriptors).toEqual([
      {
        mediaType: bundle.mediaType,
        digest: bundle.digest,
        size: bundle.bytes.length,
        artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json",
        annotations: { "org.opencontainers.image.created": "2026-08-21T05:00:00Z" },
      },
      expect.objectContaining({ digest: sbom.digest, artifactType: "application/spdx+json" }),
    ]);
    expect(await registry.readReferrers("a/b", other.digest, never)).toEqual({ via: "api", descriptors: [] });
  });

  const page = (manifests: unknown[], link?: string) => ({
    body: { schemaVersion: 2, mediaType: ociIndex, manifests },
    headers: {
      "content-type": `${ociIndex}; charset=utf-8`,
      ...(link === undefined ? {} : { link: `<${link}>; rel="next"` }),
    },
  });

  test("is followed over its pages", async () => {
    const { registry, server } = await openHandler((request, response) => {
      const isFirst = request.url?.includes("page") !== true;
      const { body, headers } = isFirst
        ? page([descriptorOf(bundle)], `${request.url}?page=2`)
        : page([descriptorOf(sbom)]);
      sendJson(response, 200, body, headers);
    });
    const { descriptors } = await registry.readReferrers("a/b", image.digest, never);
    expect(descriptors.map(({ digest }) => digest)).toEqual([bundle.digest, sbom.digest]);
    expect(server.requests.length).toBe(2);
  });

  test("leaves out what is no descriptor", async () => {
    const broken = [
      null,
      5,
      {},
      { ...descriptorOf(sbom), digest: "sha256:../.." },
      { ...descriptorOf(sbom), size: -1 },
    ];
    const odd = { ...descriptorOf(bundle), artifactType: 7, annotations: { a: "b", c: 5 } };
    const { registry } = await openHandler((_, response) => {
      const { body, headers } = page([...broken, odd]);
      sendJson(response, 200, body, headers);
    });
    expect((await registry.readReferrers("a/b", image.digest, never)).descriptors).toEqual([
      { ...descriptorOf(bundle), artifactType: null, annotations: { a: "b" } },
    ]);
  });

  test("is bounded", async () => {
    const many = Array.from({ length: 11 }, (_, i) => descriptorOf(buildImage({ seed: `${i}` })));
    const { registry } = await openHandler(
      (_, response) => {
        const { body, headers } = page(many);
        sendJson(response, 200, body, headers);
      },
      { limits: { referrers: 10 } },
    );
    await expect(registry.readReferrers("a/b", image.digest, never)).rejects.toMatchObject({ code: "too-many" });
  });

  test("Quay's word for a subject that it does not have means none", async () => {
    const { registry, server } = await openHandler((_, response) => sendOciError(response, 400, "MANIFEST_INVALID"));
    const found = await registry.readReferrers("a/b", image.digest, never);
    expect(found).toEqual({ via: "api", descriptors: [] });
    expect(server.requests.length).toBe(1);
  });
});

describe("the fallback tag", () => {
  test("is named after the digest", () => {
    expect(fallbackTag(`sha256:${"a".repeat(64)}`)).toBe(`sha256-${"a".repeat(64)}`);
    expect(fallbackTag(`sha512:${"b".repeat(128)}`)).toBe(`sha512-${"b".repeat(64)}`);
  });

  test.each([
    { title: "404", referrers: "none" as const },
    { title: "a redirect to a web page", referrers: { web: "https://github.example/-/v2/packages" } },
    { title: "a redirect to a private address", referrers: { web: "http://10.0.0.1/" } },
  ])("is read where the API answers with $title, and the API is not asked again", async ({ referrers }) => {
    const { registry, contents, server } = await open({ referrers });
    contents.push("a/b", buildReferrersIndex([bundle, sbom]), tag);
    const { via, descriptors } = await registry.readReferrers("a/b", image.digest, never);
    expect(via).toBe("tag");
    expect(descriptors.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([
      [bundle.digest, null],
      [sbom.digest, null],
    ]);
    expect(await registry.readReferrers("a/b", other.digest, never)).toEqual({ via: "tag", descriptors: [] });
    expect(server.count(/referrers/)).toBe(1);
  });

  test("the API is tried again after a day", async () => {
    let now = 1_800_000_000_000;
    const { registry, server } = await open({}, { now: () => now, limits: { capabilityMs: 86_400_000 } });
    for (const step of [0, 80_000_000, 10_000_000]) {
      now += step;
      await registry.readReferrers("a/b", image.digest, never);
    }
    expect(server.count(/referrers/)).toBe(2);
  });

  test.each([
    ["a page of HTML", 200, { "content-type": "text/html" }, true],
    ["JSON of no type", 200, { "content-type": "application/json" }, true],
    ["405", 405, {}, true],
    ["501", 501, {}, true],
    ["403", 403, {}, false],
    ["401", 401, {}, false],
  ])("is read where the API answers with %s", async (_, status, headers, remembered) => {
    const index = buildReferrersIndex([bundle]);
    const { registry, server } = await openHandler((request, response) => {
      if (request.url?.includes("/referrers/") === true) response.writeHead(status, headers).end("x");
      else response.writeHead(200, { "content-type": ociIndex }).end(index.bytes);
    });
    for (let i = 0; i < 2; i += 1) {
      const { via, descriptors } = await registry.readReferrers("a/b", image.digest, never);
      expect([via, descriptors.length]).toEqual(["tag", 1]);
    }
    expect(server.count(/\/referrers\//)).toBe(remembered ? 1 : 2);
  });

  test("one repository that is not there says nothing of the host", async () => {
    const { registry, server } = await open({ referrers: "api" });
    expect((await registry.readReferrers("a/gone", image.digest, never)).descriptors).toEqual([]);
    expect((await registry.readReferrers("a/b", image.digest, never)).via).toBe("api");
    expect(server.count(/a\/b\/referrers/)).toBe(1);
  });

  test("anything but an index under it is somebody's tag", async () => {
    const { registry, contents } = await open();
    contents.push("a/b", other, tag);
    expect(await registry.readReferrers("a/b", image.digest, never)).toEqual({ via: "tag", descriptors: [] });
  });

  test("is bounded", async () => {
    const { registry, contents } = await open({}, { limits: { referrers: 1 } });
    contents.push("a/b", buildReferrersIndex([bundle, sbom]), tag);
    await expect(registry.readReferrers("a/b", image.digest, never)).rejects.toMatchObject({ code: "too-many" });
  });
});

describe("what could not be found out is no empty list", () => {
  test.each([
    ["429", 429, "rate-limited"],
    ["500", 500, "server-error"],
    ["400 of another kind", 400, "refused"],
  ])("the API answers %s", async (_, status, code) => {
    const { registry } = await openHandler((_request, response) => sendOciError(response, status, "UNKNOWN"));
    await expect(registry.readReferrers("a/b", image.digest, never)).rejects.toMatchObject({ code });
  });

  test.each([
    [404, "<html>", "not-found"],
    [503, "", "server-error"],
    [401, "", "unauthorized"],
  ])("the tag answers %d %j", async (status, body, code) => {
    const { registry } = await openHandler((request, response) => {
      response.writeHead(request.url?.includes("/referrers/") === true ? 404 : status).end(body);
    });
    await expect(registry.readReferrers("a/b", image.digest, never)).rejects.toMatchObject({ code });
  });
});

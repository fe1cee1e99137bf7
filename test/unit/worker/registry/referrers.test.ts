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

/** As a catalog says it of a repository whose evidence came by the API. */
const known = { apiUntilMs: Date.UTC(2100, 0), failingSinceMs: null };

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
      "content-type": ociIndex,
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
    const { via, descriptors, unread } = await registry.readReferrers("a/b", image.digest, never);
    expect([via, descriptors.map(({ digest }) => digest)]).toEqual(["api", [bundle.digest]]);
    // Go's registry clients follow nothing.
    expect(unread).toMatchObject({ api: [{ digest: sbom.digest }], tag: [] });
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
    const { descriptors, unread } = await registry.readReferrers("a/b", image.digest, never);
    expect(unread?.api).toEqual([{ ...descriptorOf(bundle), artifactType: null, annotations: { a: "b" } }]);
    // One entry that Go's registry clients cannot read, and they read none.
    expect(descriptors).toEqual([]);
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
  ])("is read where the API answers twice with $title, and the API is not asked again", async ({ referrers }) => {
    const { registry, contents, server } = await open({ referrers });
    contents.push("a/b", buildReferrersIndex([bundle, sbom]), tag);
    const { via, descriptors } = await registry.readReferrers("a/b", image.digest, never);
    expect(via).toBe("tag");
    expect(descriptors.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([
      [bundle.digest, null],
      [sbom.digest, null],
    ]);
    expect(await registry.readReferrers("a/b", other.digest, never)).toEqual({ via: "tag", descriptors: [] });
    expect(server.count(/referrers/)).toBe(2);
  });

  test("the API is tried again after ten minutes: a gateway in trouble answers like a registry without one", async () => {
    let now = 1_800_000_000_000;
    const { registry, server } = await open({}, { now: () => now, limits: { capabilityMs: 86_400_000 } });
    for (const step of [0, 9 * 60_000, 2 * 60_000]) {
      now += step;
      await registry.readReferrers("a/b", image.digest, never);
    }
    expect(server.count(/referrers/)).toBe(3);
  });

  test.each([
    ["a page of HTML", 200, { "content-type": "text/html" }, true, true],
    ["JSON of no type", 200, { "content-type": "application/json" }, true, true],
    ["405", 405, {}, true, false],
    ["501", 501, {}, true, false],
    ["406", 406, {}, true, true],
    ["400", 400, {}, false, true],
    ["410", 410, {}, false, false],
    ["403", 403, {}, false, false],
    ["401", 401, {}, false, false],
  ])("is read where the API answers with %s", async (_, status, headers, remembered, isReadByGo) => {
    const index = buildReferrersIndex([bundle]);
    const { registry, server } = await openHandler((request, response) => {
      if (request.url?.includes("/referrers/") === true) response.writeHead(status, headers).end("x");
      else response.writeHead(200, { "content-type": ociIndex }).end(index.bytes);
    });
    for (let i = 0; i < 2; i += 1) {
      const { via, descriptors, unread } = await registry.readReferrers("a/b", image.digest, never);
      // Also when it is remembered what the API answered, and it is not asked again.
      expect([via, descriptors.length, unread?.tag.length ?? 0]).toEqual(["tag", ...(isReadByGo ? [1, 0] : [0, 1])]);
    }
    expect(server.count(/\/referrers\//)).toBe(remembered ? 2 : 3);
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

describe("an API that has answered", () => {
  const strays = [
    { title: "a redirect to another host", status: 302, headers: { location: "https://status.example/maintenance" } },
    { title: "a 404 of a gateway", status: 404, code: "not-found", body: "<html>" },
    { title: "that the repository is not there", status: 404, code: "not-found", body: oci("NAME_UNKNOWN") },
    { title: "a page of HTML", status: 200, headers: { "content-type": "text/html" } },
    { title: "405", status: 405 },
    { title: "501", status: 501, code: "server-error" },
    { title: "403", status: 403, code: "unauthorized" },
    { title: "401", status: 401, code: "unauthorized" },
  ];

  function oci(code: string): string {
    return JSON.stringify({ errors: [{ code, message: "of the kit" }] });
  }

  /** Gives pages until `stray` is set, then that; the fallback tag is not there. */
  async function apiOf(client: TestRegistryOptions = {}) {
    const state: { stray: (typeof strays)[number] | undefined; only: string } = { stray: undefined, only: "/" };
    const opened = await openHandler((request, response) => {
      const url = request.url ?? "";
      if (!url.includes("/referrers/")) return sendOciError(response, 404, "MANIFEST_UNKNOWN");
      const { stray, only } = state;
      if (stray === undefined || !url.includes(only)) {
        const manifests = [descriptorOf(bundle)];
        return sendJson(
          response,
          200,
          { schemaVersion: 2, mediaType: ociIndex, manifests },
          { "content-type": ociIndex },
        );
      }
      response.writeHead(stray.status, stray.headers ?? {}).end(stray.body ?? "");
    }, client);
    return { ...opened, state };
  }

  test.each(strays)("and now answers with $title has failed, and is asked again", async (stray) => {
    const { registry, state } = await apiOf();
    const read = () => registry.readReferrers("a/b", image.digest, never);
    expect((await read()).descriptors).toHaveLength(1);
    state.stray = stray;
    await expect(read()).rejects.toMatchObject({ name: "RegistryError", code: stray.code ?? "refused" });
    state.stray = undefined;
    expect(await read()).toMatchObject({ via: "api", descriptors: [{ digest: bundle.digest }] });
  });

  test.each(strays)("for another repository, and answers with $title", async (stray) => {
    const { registry, state } = await apiOf();
    await registry.readReferrers("a/b", image.digest, never);
    state.stray = stray;
    const read = registry.readReferrers("a/other", image.digest, never);
    // A front of several registries may have repositories, and subjects, of which one of them knows nothing.
    if (stray.body === oci("NAME_UNKNOWN")) expect(await read).toEqual({ via: "tag", descriptors: [] });
    else await expect(read).rejects.toMatchObject({ code: stray.code ?? "refused" });
  });

  test.each(strays)("before this process, as the catalog knows, and answers with $title", async (stray) => {
    const { registry, state } = await apiOf();
    state.stray = stray;
    const read = registry.readReferrers("a/b", image.digest, never, { known });
    await expect(read).rejects.toMatchObject({ code: stray.code ?? "refused" });
  });

  test("is asked of what it listed though the host was taken for one without", async () => {
    const { registry, state, server } = await apiOf();
    state.stray = strays[0];
    expect(await registry.readReferrers("a/other", image.digest, never)).toEqual({ via: "tag", descriptors: [] });
    state.stray = undefined;
    expect(await registry.readReferrers("a/b", image.digest, never, { known })).toMatchObject({ via: "api" });
    expect(await registry.readReferrers("a/other", image.digest, never)).toMatchObject({ via: "api" });
    expect(server.count(/referrers/)).toBe(4);
  });

  test("and is gone for a day is believed to be", async () => {
    let now = 1_800_000_000_000;
    const { registry, state } = await apiOf({ now: () => now, limits: { capabilityMs: 86_400_000 } });
    await registry.readReferrers("a/b", image.digest, never);
    state.stray = strays[1];
    now += 86_400_000;
    expect(await registry.readReferrers("a/b", image.digest, never)).toEqual({ via: "tag", descriptors: [] });
  });

  test("that lists nothing any more is believed: it is the answer of the API", async () => {
    const { registry, contents } = await open({ referrers: "api" });
    contents.push("a/b", bundle);
    expect((await registry.readReferrers("a/b", image.digest, never)).descriptors).toHaveLength(1);
    expect(await registry.readReferrers("a/b", other.digest, never, { known })).toEqual({
      via: "api",
      descriptors: [],
    });
  });

  test("that breaks off after its first page has not listed everything", async () => {
    const { registry } = await openHandler((request, response) => {
      if (request.url?.includes("page") === true) return sendOciError(response, 404, "NAME_UNKNOWN");
      if (request.url?.includes("/referrers/") !== true) return sendOciError(response, 404, "MANIFEST_UNKNOWN");
      const body = { schemaVersion: 2, mediaType: ociIndex, manifests: [descriptorOf(sbom)] };
      sendJson(response, 200, body, { "content-type": ociIndex, link: `<${request.url}?page=2>; rel="next"` });
    });
    await expect(registry.readReferrers("a/b", image.digest, never)).rejects.toMatchObject({ code: "malformed" });
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

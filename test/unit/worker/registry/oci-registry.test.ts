// The oci dialect against registries in the process, each with the habits of a real one.
import { afterEach, describe, expect, test } from "vitest";
import { buildCosignSignature, cosignTag } from "../../../kit/registries/build-artifact.ts";
import { blob, buildImage, buildMultiArch, sha256 } from "../../../kit/registries/build-image.ts";
import { type Handler, sendJson, sendOciError, startFake } from "../../../kit/registries/fake-server.ts";
import { type MemoryRegistryOptions, startMemoryRegistry } from "../../../kit/registries/memory-registry.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../../kit/registries/open-test-registry.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function open(options: MemoryRegistryOptions = {}, clientOptions: TestRegistryOptions = {}) {
  const server = await startMemoryRegistry(options);
  const client = openTestRegistry({ host: server.host }, clientOptions);
  ends.push(client.close, server.close);
  return { server, contents: server.contents, registry: client.registry, notes: client.notes };
}

async function openHandler(handler: Handler, clientOptions: TestRegistryOptions = {}) {
  const server = await startFake(handler);
  const client = openTestRegistry({ host: server.host }, clientOptions);
  ends.push(client.close, server.close);
  return { server, registry: client.registry, notes: client.notes };
}

const one = buildMultiArch("one");
const two = buildMultiArch("two");

describe("listing tags", () => {
  test.each([{ pageSize: 7 }, { pageSize: 7, absoluteLinks: true }, { pageSize: 1 }, {}])(
    "follows pages of %j to the end, each tag once",
    async (options) => {
      const { registry, contents } = await open(options);
      const names = Array.from({ length: 20 }, (_, i) => `tag-${i}`);
      for (const name of names) contents.push("a/b", one, name);
      const tags = await registry.listTags("a/b", never);
      expect(tags?.map(({ name }) => name).sort()).toEqual(names.sort());
      expect(tags?.[0]).toEqual({ name: expect.any(String), digest: null, sinceMs: null });
    },
  );

  test("a repository that the registry does not know has no list, one without tags has an empty one", async () => {
    const { registry, contents } = await open();
    contents.push("a/empty", one);
    expect(await registry.listTags("a/nothing", never)).toBeUndefined();
    expect(await registry.listTags("a/empty", never)).toEqual([]);
  });

  test.each([['{"name":"a/b","tags":null}'], ['{"name":"a/b"}'], ['{"name":"a/b","tags":[]}']])(
    "%s is an empty list",
    async (body) => {
      const { registry } = await openHandler((_, response) => void response.end(body));
      expect(await registry.listTags("a/b", never)).toEqual([]);
    },
  );

  test("names that no reference can have are left out and counted, duplicates are one", async () => {
    const tags = ["ok", "ok", "", "../x", "a b", 5, null, "x".repeat(129), "also-ok"];
    const { registry, notes, server } = await openHandler((_, response) => sendJson(response, 200, { tags }));
    expect((await registry.listTags("a/b", never))?.map(({ name }) => name)).toEqual(["ok", "also-ok"]);
    const repository = `${server.host}/a/b`;
    expect(notes).toEqual([{ kind: "dropped-names", repository, count: 6, example: '""' }]);
  });

  test.each([
    ["more tags than are allowed", { tagsPerRepository: 19 }, "too-many"],
    ["more pages than are allowed", { pages: 3 }, "too-many"],
  ])("%s end it", async (_, limits, code) => {
    const { registry, contents } = await open({ pageSize: 5 }, { limits });
    for (let i = 0; i < 20; i += 1) contents.push("a/b", one, `t${i}`);
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code });
  });

  test("exactly as many as are allowed are read", async () => {
    const { registry, contents } = await open({ pageSize: 5 }, { limits: { tagsPerRepository: 20, pages: 4 } });
    for (let i = 0; i < 20; i += 1) contents.push("a/b", one, `t${i}`);
    expect((await registry.listTags("a/b", never))?.length).toBe(20);
  });

  test("pages that bring nothing new end it, a few of them do not", async () => {
    const pages = (empty: number): Handler => {
      return (request, response) => {
        const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page") ?? 0);
        const link = page <= empty ? { link: `</v2/a/b/tags/list?page=${page + 1}>; rel="next"` } : {};
        sendJson(response, 200, { tags: page === 0 ? ["a"] : page > empty ? ["z"] : [] }, link);
      };
    };
    const patient = await openHandler(pages(3));
    expect((await patient.registry.listTags("a/b", never))?.length).toBe(2);
    const endless = await openHandler(pages(1_000));
    await expect(endless.registry.listTags("a/b", never)).rejects.toMatchObject({ code: "malformed" });
    expect(endless.server.requests.length).toBe(5);
  });

  test("a registry that refuses the size of the page is asked without", async () => {
    const { registry } = await openHandler((request, response) => {
      if (request.url?.includes("n=") === true) sendOciError(response, 400, "PAGINATION_NUMBER_INVALID");
      else sendJson(response, 200, { tags: ["a"] });
    });
    expect((await registry.listTags("a/b", never))?.length).toBe(1);
  });
});

describe("listing repositories", () => {
  test("takes those below the namespace from the whole catalog", async () => {
    const { registry, contents } = await open({ pageSize: 3 });
    const paths = [
      "fedora/a",
      "fedora/a/deep",
      "fedora",
      "fedora2/a",
      "other/a",
      "other/fedora/a",
      "z/a",
      "z/b",
      "z/c",
    ];
    for (const path of paths) contents.push(path, one, "x");
    const found = await registry.listRepositories("fedora", never);
    expect(found.map(({ path }) => path).sort()).toEqual(["fedora/a", "fedora/a/deep"]);
    expect(found[0]).toEqual({ path: "fedora/a", description: null, popularity: null, lastModifiedMs: null });
  });

  test.each([401, 403, 404, 405, 501])("is not supported where the catalog answers %d", async (status) => {
    const { registry } = await openHandler((_, response) => sendOciError(response, status, "UNSUPPORTED"));
    await expect(registry.listRepositories("a", never)).rejects.toMatchObject({ code: "listing-unsupported" });
  });

  test.each([
    [500, "server-error"],
    [429, "rate-limited"],
  ])("is not known to be unsupported where the catalog answers %d", async (status, code) => {
    const { registry } = await openHandler((_, response) => sendOciError(response, status, "UNKNOWN"));
    await expect(registry.listRepositories("a", never)).rejects.toMatchObject({ code });
  });

  test("with credentials a refusal is one of them", async () => {
    const server = await startFake((_, response) => sendOciError(response, 403, "DENIED"));
    const document = { host: server.host, credentials: { username: "U", password: "P" } };
    const credentials = { outcome: "set", username: "u", password: "p" } as const;
    const { registry, close } = openTestRegistry(document, { credentials });
    ends.push(close, server.close);
    await expect(registry.listRepositories("a", never)).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("finding a repository", () => {
  test.each([
    ["present", 200, { tags: [] }],
    ["absent", 404, { errors: [{ code: "NAME_UNKNOWN" }] }],
    ["not-found", 404, "web page"],
    ["server-error", 500, {}],
    ["unauthorized", 403, { errors: [{ code: "DENIED" }] }],
    ["rate-limited", 429, {}],
  ])("%s", async (outcome, status, body) => {
    const { registry } = await openHandler((_, response) => sendJson(response, status, body));
    const found = registry.findRepository("a/b", never).catch((error: { code: string }) => error.code);
    expect(await found).toBe(outcome);
  });
});

describe("looking at a tag", () => {
  const habits: readonly [string, MemoryRegistryOptions, readonly string[]][] = [
    ["honours conditions", {}, ["GET", "GET", "GET"]],
    ["has no ETag", { etag: false }, ["GET", "HEAD", "HEAD"]],
    ["has no ETag and no HEAD", { etag: false, head: false }, ["GET", "HEAD", "GET", "GET"]],
    ["has neither ETag nor digest header", { etag: false, digestHeader: false }, ["GET", "HEAD", "GET", "GET"]],
  ];
  test.each(habits)("costs one request at a registry that %s", async (_, options, methods) => {
    const { registry, contents, server } = await open(options);
    contents.push("a/b", one, "stable");
    expect(await registry.lookAtTag("a/b", "stable", null, never)).toMatchObject({
      outcome: "manifest",
      manifest: { digest: one.digest, mediaType: one.mediaType, bytes: one.bytes },
    });
    for (let i = 0; i < 2; i += 1) {
      expect(await registry.lookAtTag("a/b", "stable", one.digest, never)).toEqual({ outcome: "unchanged" });
    }
    expect(server.requests.map(({ method }) => method)).toEqual(methods);
    contents.push("a/b", two, "stable");
    const moved = await registry.lookAtTag("a/b", "stable", one.digest, never);
    expect(moved.outcome === "manifest" ? moved.manifest.digest : moved).toEqual(
      moved.outcome === "manifest" ? two.digest : { outcome: "digest", digest: two.digest },
    );
    expect(server.requests.length).toBe(methods.length + 1);
  });

  test("after a start, knowing a digest and nothing of the host, costs one request too", async () => {
    for (const options of [{}, { etag: false }]) {
      const { registry, contents, server } = await open(options);
      contents.push("a/b", one, "stable");
      for (let i = 1; i <= 3; i += 1) {
        expect(await registry.lookAtTag("a/b", "stable", one.digest, never)).toEqual({ outcome: "unchanged" });
        expect(server.requests.length).toBe(i);
      }
    }
  });

  test("asks for all four types and with the condition", async () => {
    const { registry, contents, server } = await open();
    contents.push("a/b", one, "stable");
    await registry.lookAtTag("a/b", "stable", one.digest, never);
    expect(server.requests[0]?.headers["if-none-match"]).toBe(`"${one.digest}"`);
    expect(String(server.requests[0]?.headers.accept).split(", ").length).toBe(4);
  });

  test("a host that sends an ETag and ignores the condition is asked by HEAD from then on", async () => {
    const { registry, contents, server } = await open({ etag: false, headers: { etag: `"${one.digest}"` } });
    contents.push("a/b", one, "stable");
    await registry.lookAtTag("a/b", "stable", null, never);
    for (let i = 0; i < 3; i += 1) {
      expect(await registry.lookAtTag("a/b", "stable", one.digest, never)).toEqual({ outcome: "unchanged" });
    }
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "GET", "HEAD", "HEAD"]);
  });

  test.each([null, one.digest])("with %s known, a tag that is gone is absent", async (known) => {
    const { registry, contents } = await open();
    contents.push("a/b", one, "stable");
    expect(await registry.lookAtTag("a/b", "gone", known, never)).toEqual({ outcome: "absent" });
    expect(await registry.lookAtTag("a/gone", "stable", known, never)).toEqual({ outcome: "absent" });
  });

  test.each([null, one.digest])("with %s known, a 404 of a web page is no word of the registry", async (known) => {
    const { registry } = await openHandler((_, response) => void response.writeHead(404).end("<html>"));
    await expect(registry.lookAtTag("a/b", "x", known, never)).rejects.toMatchObject({ code: "not-found" });
  });

  test("304 to a question without a condition is no answer", async () => {
    const { registry } = await openHandler((_, response) => void response.writeHead(304).end());
    await expect(registry.lookAtTag("a/b", "x", null, never)).rejects.toMatchObject({ code: "refused" });
  });
});

describe("reading by digest", () => {
  test("gives indexes, manifests and artefacts as they are", async () => {
    const { registry, contents } = await open();
    const docker = buildMultiArch("docker", ["amd64"], { format: "docker" });
    const signature = buildCosignSignature(one, "registry.example/a/b");
    contents.push("a/b", docker, "docker");
    contents.push("a/b", signature, cosignTag(one.digest));
    for (const manifest of [docker, ...docker.children, signature]) {
      const read = await registry.readManifest("a/b", manifest.digest, never);
      expect(read).toEqual({ digest: manifest.digest, mediaType: manifest.mediaType, bytes: manifest.bytes });
    }
    expect(await registry.readManifest("a/b", sha256("nothing"), never)).toBeUndefined();
  });

  test("a manifest of the limit is read, a byte more is too large", async () => {
    const { registry, contents } = await open({}, { limits: { manifestBytes: 5_000 } });
    const sized = (size: number) => {
      const padding = size - buildImage({ annotations: { padding: "" } }).bytes.length;
      return buildImage({ annotations: { padding: "x".repeat(padding) } });
    };
    const [fits, over] = [sized(5_000), sized(5_001)];
    contents.push("a/b", fits);
    contents.push("a/b", over);
    expect((await registry.readManifest("a/b", fits.digest, never))?.bytes.length).toBe(5_000);
    await expect(registry.readManifest("a/b", over.digest, never)).rejects.toMatchObject({ code: "too-large" });
  });

  test("warnings are passed on", async () => {
    const { registry, contents, notes, server } = await open({
      headers: { warning: '299 - "This image is deprecated"' },
    });
    contents.push("a/b", one, "x");
    await registry.readManifest("a/b", one.digest, never);
    expect(notes).toEqual([{ kind: "warning", repository: `${server.host}/a/b`, text: "This image is deprecated" }]);
  });
});

describe("reading blobs", () => {
  const part = blob("application/octet-stream", "0123456789");
  const holder = { ...buildImage(), blobs: [part] };

  test("gives the bytes, checked by digest and within the limit", async () => {
    const { registry, contents } = await open();
    contents.push("a/b", holder);
    expect((await registry.readBlob("a/b", part.digest, 10, never))?.toString()).toBe("0123456789");
    await expect(registry.readBlob("a/b", part.digest, 9, never)).rejects.toMatchObject({ code: "too-large" });
    expect(await registry.readBlob("a/b", sha256("nothing"), 10, never)).toBeUndefined();
  });

  test("other bytes than the digest's are refused", async () => {
    const { registry } = await openHandler((_, response) => void response.end("evil"));
    await expect(registry.readBlob("a/b", part.digest, 10, never)).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test.each([
    ["0-3", { start: 0, end: 3 }, "0123"],
    ["4-9", { start: 4, end: 9 }, "456789"],
    ["over the end", { start: 8, end: 50 }, "89"],
  ])("a part %s is read, by range or from the whole", async (_, range, text) => {
    const { registry, contents } = await open();
    contents.push("a/b", holder);
    expect((await registry.readBlob("a/b", part.digest, 100, never, range))?.toString()).toBe(text);
    const rangeless = await openHandler((_request, response) => void response.end("0123456789"));
    expect((await rangeless.registry.readBlob("a/b", part.digest, 100, never, range))?.toString()).toBe(text);
  });

  test("a part of an endless blob ends where it should", async () => {
    const { registry } = await openHandler((_, response) => {
      const timer = setInterval(() => response.write("0123456789".repeat(1_000)), 1);
      response.once("close", () => clearInterval(timer));
    });
    const range = { start: 5, end: 14 };
    expect((await registry.readBlob("a/b", part.digest, 100, never, range))?.toString()).toBe("5678901234");
    const far = registry.readBlob("a/b", part.digest, 100, never, { start: 1_000, end: 1_010 });
    await expect(far).rejects.toMatchObject({ code: "too-large" });
  });

  test.each([
    ["another part", "bytes 1-4/10", "1234"],
    ["a shorter part than is said", "bytes 0-3/10", "01"],
    ["no word which", undefined, "0123"],
    ["nonsense", "bytes nonsense", "0123"],
  ])("%s than was asked for is malformed", async (_, contentRange, body) => {
    const { registry } = await openHandler((_request, response) => {
      response.writeHead(206, contentRange === undefined ? {} : { "content-range": contentRange }).end(body);
    });
    const read = registry.readBlob("a/b", part.digest, 100, never, { start: 0, end: 3 });
    await expect(read).rejects.toMatchObject({ code: "malformed" });
  });

  test("a part over the limit is not asked for", async () => {
    const { registry, server } = await openHandler((_, response) => void response.end());
    const read = registry.readBlob("a/b", part.digest, 10, never, { start: 0, end: 10 });
    await expect(read).rejects.toMatchObject({ code: "too-large" });
    await expect(registry.readBlob("a/b", part.digest, 10, never, { start: 3, end: 2 })).rejects.toThrow(RangeError);
    expect(server.requests.length).toBe(0);
  });
});

test("an abort ends a question with its reason", async () => {
  const { registry } = await openHandler(() => undefined);
  const controller = new AbortController();
  const pending = registry.listTags("a/b", controller.signal);
  setTimeout(() => controller.abort(new Error("no more wanted")), 30);
  await expect(pending).rejects.toThrow("no more wanted");
});

test("the history of tags is nothing that an oci registry tells", async () => {
  const { registry } = await open();
  expect(await registry.readTagHistory("a/b", null, never)).toBeUndefined();
});

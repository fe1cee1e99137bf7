// What a registry lists where Go's registry clients, and cosign with them, do not read it: it is kept apart.
import { afterEach, describe, expect, test } from "vitest";
import type { ReferrersWish } from "../../../../worker/registry/registry.ts";
import { buildReferrer, buildReferrersIndex } from "../../../kit/registries/build-artifact.ts";
import { buildImage, descriptorOf, ociIndex, ociManifest } from "../../../kit/registries/build-image.ts";
import { sendJson, sendOciError, startFake } from "../../../kit/registries/fake-server.ts";
import { never, openTestRegistry } from "../../../kit/registries/open-test-registry.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const image = buildImage({ seed: "signed" });
const make = (content: string) => buildReferrer(image, "application/vnd.dev.sigstore.bundle.v0.3+json", content);
const [one, two, three] = [make("one"), make("two"), make("three")];
const known = { apiUntilMs: Date.UTC(2100, 0), failingSinceMs: null };
const withParameter = `${ociIndex}; charset=utf-8`;
const broken = { mediaType: ociManifest, digest: "sha256:short", size: 2 };

type Page = { readonly type?: string; readonly lists: readonly unknown[] };
type Behind = {
  /** Pages of the API, one after the other; or how it refuses. */
  api: readonly Page[] | { readonly status: number; readonly code?: string };
  /** The fallback tag's entries. */
  tag: readonly unknown[] | undefined;
};

async function open(behind: Behind) {
  const state = { ...behind, clock: 1_800_000_000_000 };
  const server = await startFake((request, response) => {
    const url = request.url ?? "";
    const { api, tag } = state;
    if (!url.includes("/referrers/")) {
      if (tag === undefined) return sendOciError(response, 404, "MANIFEST_UNKNOWN");
      const body = { schemaVersion: 2, mediaType: ociIndex, manifests: tag };
      return sendJson(response, 200, body, { "content-type": ociIndex });
    }
    if (!("length" in api)) {
      if (api.code !== undefined) return sendOciError(response, api.status, api.code);
      return void response.writeHead(api.status).end();
    }
    const at = Number(new URL(url, "http://a.example").searchParams.get("page") ?? 0);
    const link = at + 1 < api.length ? { link: `<${url.split("?")[0]}?page=${at + 1}>; rel="next"` } : {};
    const { type = ociIndex, lists = [] } = api[at] ?? {};
    sendJson(
      response,
      200,
      { schemaVersion: 2, mediaType: ociIndex, manifests: lists },
      { "content-type": type, ...link },
    );
  });
  const opened = openTestRegistry(
    { host: server.host },
    { now: () => state.clock, http: { attempts: 1 }, async pause() {} },
  );
  ends.push(opened.close, server.close);
  const names = new Map(
    [one, two, three].map((manifest, at) => [manifest.digest as string, ["one", "two", "three"][at]]),
  );
  const named = (list: readonly { readonly digest: string }[] = []) => list.map(({ digest }) => names.get(digest));
  return {
    state,
    server,
    async read(wish: ReferrersWish = {}) {
      const { via, descriptors, unread, cut, doubt } = await opened.registry.readReferrers(
        "a/b",
        image.digest,
        never,
        wish,
      );
      return { via, read: named(descriptors), api: named(unread?.api), tag: named(unread?.tag), cut, doubt, unread };
    },
  };
}

const entries = (...manifests: (typeof one)[]) => manifests.map((manifest) => descriptorOf(manifest));
const listed = { fallbackTag: "listed" } as const;

describe("beside an API that answers", () => {
  test("what the fallback tag alone has is kept apart, and what both have is the API's", async () => {
    const { read } = await open({ api: [{ lists: entries(one) }], tag: entries(one, two) });
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one"], api: [], tag: ["two"] });
  });

  test("nothing is kept apart where both have the same", async () => {
    const { read } = await open({ api: [{ lists: entries(one, two) }], tag: entries(two, one) });
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one", "two"], unread: undefined });
  });

  test("what it comes to list leaves the fallback tag", async () => {
    const { state, read } = await open({ api: [{ lists: [] }], tag: entries(one) });
    expect(await read(listed)).toMatchObject({ via: "api", read: [], tag: ["one"] });
    state.api = [{ lists: entries(one) }];
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one"], unread: undefined });
  });

  test("later pages are kept apart, whether or not the tag has what is on them", async () => {
    const { read } = await open({
      api: [{ lists: entries(one) }, { lists: entries(one, two) }],
      tag: entries(two, three),
    });
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one"], api: ["two"], tag: ["three"] });
  });

  test("the tag is not asked for where a listing says that there is none, or says nothing", async () => {
    const { server, read } = await open({ api: [{ lists: entries(one) }], tag: entries(two) });
    for (const wish of [{ fallbackTag: "unlisted" } as const, {}]) {
      expect(await read(wish)).toMatchObject({ via: "api", read: ["one"], unread: undefined });
    }
    expect(server.count(/\/manifests\//)).toBe(0);
  });
});

describe("an API whose content type has a parameter", () => {
  test("is not read by them: they read the fallback tag", async () => {
    const { read } = await open({ api: [{ type: withParameter, lists: entries(one, two) }], tag: entries(two, three) });
    const found = { via: "tag", read: ["two", "three"], api: ["one"], tag: [] };
    expect(await read(listed)).toMatchObject(found);
    // Where no listing says anything of it, it is asked for: it decides what they see.
    expect(await read()).toMatchObject(found);
    expect(await read({ fallbackTag: "unlisted" })).toMatchObject({ read: [], api: ["one", "two"] });
  });

  test("on its second page alone is read by them as far as they read", async () => {
    const { read } = await open({
      api: [{ lists: entries(one) }, { type: withParameter, lists: entries(two) }],
      tag: undefined,
    });
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one"], api: ["two"] });
  });
});

describe("one entry that they cannot read", () => {
  test("and they read nothing of the API's page, nor the tag", async () => {
    const { read } = await open({ api: [{ lists: [...entries(one), broken] }], tag: entries(one, two) });
    expect(await read(listed)).toMatchObject({ via: "api", read: [], api: ["one"], tag: ["two"] });
  });

  test("on a later page is nothing to them", async () => {
    const { read } = await open({
      api: [{ lists: entries(one) }, { lists: [broken, ...entries(two)] }],
      tag: undefined,
    });
    expect(await read(listed)).toMatchObject({ via: "api", read: ["one"], api: ["two"] });
  });

  test("and they read nothing of the fallback tag", async () => {
    const { state, read } = await open({ api: { status: 404 }, tag: [...entries(one), broken] });
    expect(await read()).toMatchObject({ via: "tag", read: [], api: [], tag: ["one"] });
    state.clock += 600_000;
    state.api = [{ type: withParameter, lists: entries(one, two) }];
    expect(await read()).toMatchObject({ via: "tag", read: [], api: ["one", "two"], tag: [] });
    state.tag = [...entries(three), broken];
    expect(await read()).toMatchObject({ via: "tag", read: [], api: ["one", "two"], tag: ["three"] });
  });
});

describe("where there is no API", () => {
  test("Quay's word for none is a 400 to them, after which they read the tag", async () => {
    const { read } = await open({ api: { status: 400, code: "MANIFEST_INVALID" }, tag: entries(one) });
    expect(await read(listed)).toMatchObject({ via: "tag", read: ["one"], unread: undefined });
  });

  test("what they make of its answer is remembered as long as it is not asked again", async () => {
    const { state, server, read } = await open({ api: { status: 405 }, tag: entries(one) });
    const unread = { via: "tag", read: [], tag: ["one"] };
    expect(await read()).toMatchObject(unread);
    expect(server.count(/referrers/)).toBe(2);
    state.api = { status: 404 };
    expect(await read()).toMatchObject(unread);
    expect(server.count(/referrers/)).toBe(2);
    state.clock += 600_000;
    expect(await read()).toMatchObject({ via: "tag", read: ["one"], unread: undefined });
  });

  test.each([
    [404, ["one"], []],
    [405, [], ["one"]],
    [403, [], ["one"]],
  ])(
    "an API that is believed to be there and answers %i is doubted, and the tag is read by them or not",
    async (status, seen, tag) => {
      const { read } = await open({ api: { status }, tag: entries(one) });
      const found = await read({ known });
      expect(found).toMatchObject({ via: "tag", read: seen, tag });
      expect(found.doubt).toBeInstanceOf(Error);
    },
  );
});

test("what is beyond the limit is said wherever it is listed", async () => {
  const many = Array.from({ length: 200 }, (_, at) => make(`${at}`));
  const { read } = await open({ api: [{ lists: [] }], tag: entries(one, ...many) });
  const found = await read({ ...listed, beyondLimit: "cut" });
  expect(found.cut).toContain("more than");
  expect(found.tag[0]).toBe("one");
  expect(found.read).toEqual([]);
});

test("the fallback index of the kit is one that they read", async () => {
  const manifests = JSON.parse(buildReferrersIndex([one]).bytes.toString()).manifests;
  const { read } = await open({ api: { status: 404 }, tag: manifests });
  expect(await read()).toMatchObject({ read: ["one"], unread: undefined });
});

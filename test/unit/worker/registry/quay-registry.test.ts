// The quay dialect against a fake that has Quay's fields, orders, refusals and habits.
import { afterEach, describe, expect, test } from "vitest";
import { buildImage, buildMultiArch, sha256 } from "../../../kit/registries/build-image.ts";
import { sendJson, startFake } from "../../../kit/registries/fake-server.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../../kit/registries/open-test-registry.ts";
import { type QuayFakeOptions, startQuayFake } from "../../../kit/registries/quay-fake.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const nowS = 1_800_000_000;
const named = { username: "A_USER", password: "A_PASS" };
const one = buildMultiArch("one");
const two = buildMultiArch("two");
const three = buildMultiArch("three");

async function open(options: QuayFakeOptions = {}, client: TestRegistryOptions = {}, document: object = {}) {
  const quay = await startQuayFake({ nowS: () => nowS, ...options });
  const opened = openTestRegistry(
    { host: quay.host, dialect: "quay", ...document },
    { now: () => nowS * 1000, ...client },
  );
  ends.push(opened.close, quay.close);
  return { quay, contents: quay.contents, registry: opened.registry, notes: opened.notes };
}

describe("listing repositories", () => {
  test("reads all pages with description, popularity and time", async () => {
    const { registry, contents, quay } = await open();
    for (let i = 0; i < 250; i += 1) contents.push(`fedora/image-${i}`, one, "44", nowS - i);
    contents.add("fedora/image-0", { description: "# Fedora\n\nsecond\u0007 line", popularity: 1234.5 });
    contents.add("fedora/empty");
    contents.add("other/image");
    const found = await registry.listRepositories("fedora", never);
    expect(found.length).toBe(251);
    expect(found.find(({ path }) => path === "fedora/image-0")).toEqual({
      path: "fedora/image-0",
      description: "# Fedora\n\nsecond line",
      popularity: 1234.5,
      lastModifiedMs: nowS * 1000,
    });
    expect(found.find(({ path }) => path === "fedora/empty")).toMatchObject({
      description: null,
      lastModifiedMs: null,
    });
    expect(quay.requests.length).toBe(3);
    expect(quay.requests.every(({ url }) => url.includes("public=true"))).toBe(true);
  });

  test("takes what is below a nested namespace, and nothing that is private, deleted or no image", async () => {
    const { registry, contents, notes } = await open();
    for (const path of ["a/deep/one", "a/deep/two/three", "a/flat", "a/deeper/one"]) contents.add(path);
    contents.add("a/deep/private", { isPublic: false });
    contents.add("a/deep/dying", { state: "MARKED_FOR_DELETION" });
    contents.add("a/deep/chart", { kind: "application" });
    contents.add("a/deep/odd-.-name");
    expect((await registry.listRepositories("a/deep", never)).map(({ path }) => path)).toEqual([
      "a/deep/one",
      "a/deep/two/three",
    ]);
    expect(notes).toMatchObject([{ kind: "dropped-names", count: 1 }]);
  });

  test("pages that go in a circle are suspect, not a list", async () => {
    const { registry, contents, quay } = await open();
    for (let i = 0; i < 150; i += 1) contents.add(`fedora/image-${i}`);
    quay.forgetPages();
    await expect(registry.listRepositories("fedora", never)).rejects.toMatchObject({ code: "listing-suspect" });
    expect(quay.requests.length).toBe(2);
  });

  test("is bounded", async () => {
    const { registry, contents } = await open({}, { limits: { repositoriesPerNamespace: 149 } });
    for (let i = 0; i < 150; i += 1) contents.add(`fedora/image-${i}`);
    await expect(registry.listRepositories("fedora", never)).rejects.toMatchObject({ code: "too-many" });
  });

  test("sees what is private with a token, and asks for it", async () => {
    const credentials = { outcome: "set", username: "$oauthtoken", password: "t0ken" } as const;
    const { registry, contents, quay } = await open({ oauthToken: "t0ken" }, { credentials }, { credentials: named });
    contents.add("a/open");
    contents.add("a/closed", { isPublic: false });
    expect((await registry.listRepositories("a", never)).length).toBe(2);
    expect(quay.requests[0]?.headers.authorization).toBe("Bearer t0ken");
    expect(quay.requests[0]?.url).not.toContain("public=");
  });

  test("a token that is no more good empties nothing", async () => {
    const credentials = { outcome: "set", username: "$oauthtoken", password: "old" } as const;
    const { registry, contents } = await open({ oauthToken: "t0ken" }, { credentials }, { credentials: named });
    contents.push("a/closed", one, "x", nowS - 1);
    await expect(registry.listRepositories("a", never)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(registry.findRepository("a/closed", never)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(registry.listTags("a/closed", never)).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("finding a repository", () => {
  test("says absent for what is missing, private or being deleted", async () => {
    const { registry, contents } = await open();
    contents.add("a/here");
    contents.add("a/private", { isPublic: false });
    contents.add("a/dying", { state: "MARKED_FOR_DELETION", description: '"state":"NORMAL"' });
    contents.add("a/quoted", { description: '"state":"MARKED_FOR_DELETION"' });
    expect(await registry.findRepository("a/here", never)).toBe("present");
    expect(await registry.findRepository("a/quoted", never)).toBe("present");
    for (const path of ["a/missing", "a/private", "a/dying"])
      expect(await registry.findRepository(path, never)).toBe("absent");
  });

  test("where strangers may not ask at all, nothing is known", async () => {
    const { registry } = await open({ anonymous: false });
    await expect(registry.findRepository("a/b", never)).rejects.toMatchObject({
      code: "unauthorized",
      said: { message: "Anonymous access is not allowed" },
    });
  });
});

describe("listing tags", () => {
  test("gives digests and since when, of what is alive", async () => {
    const { registry, contents, quay } = await open();
    contents.push("a/b", one, "stable", nowS - 500);
    contents.push("a/b", two, "stable", nowS - 100);
    contents.push("a/b", one, "gone", nowS - 400);
    contents.end("a/b", "gone", nowS - 10);
    contents.push("a/b", three, "expiring", nowS - 300);
    contents.end("a/b", "expiring", nowS + 1_000);
    const tags = await registry.listTags("a/b", never);
    expect(tags).toEqual([
      { name: "stable", digest: two.digest, sinceMs: (nowS - 100) * 1000 },
      { name: "expiring", digest: three.digest, sinceMs: (nowS - 300) * 1000 },
    ]);
    expect(quay.pulls).toEqual([]);
  });

  test("reads pages of a hundred, and misses no tag that moved meanwhile", async () => {
    const { registry, contents, quay } = await open();
    for (let i = 0; i < 350; i += 1) contents.push("a/b", one, `t${i}`, nowS - 1_000 - i);
    quay.onApiRequest(2, () => contents.push("a/b", two, "t200", nowS - 1));
    const tags = await registry.listTags("a/b", never);
    expect(tags?.length).toBe(350);
    expect(tags?.find(({ name }) => name === "t200")?.digest).toBe(two.digest);
    expect(quay.requests.length).toBe(5);
  });

  test("a repository that is missing or private has none", async () => {
    const { registry, contents } = await open();
    contents.add("a/private", { isPublic: false });
    expect(await registry.listTags("a/missing", never)).toBeUndefined();
    expect(await registry.listTags("a/private", never)).toBeUndefined();
  });

  test.each([
    [{ tagsPerRepository: 149 }, "too-many"],
    [{ pages: 1 }, "too-many"],
  ])("is bounded by %j", async (limits, code) => {
    const { registry, contents } = await open({}, { limits });
    for (let i = 0; i < 150; i += 1) contents.push("a/b", one, `t${i}`, nowS - i);
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code });
  });

  test("rows that say nothing are left out, an empty page that goes on is malformed", async () => {
    const rows = [
      { name: "ok", manifest_digest: one.digest, start_ts: 5 },
      { name: "no digest", manifest_digest: one.digest, start_ts: 5 },
      { name: "bad", manifest_digest: "sha256:x", start_ts: 5 },
      { name: "never", manifest_digest: one.digest, start_ts: "x" },
      { name: "late", manifest_digest: one.digest, start_ts: 1e18 },
      null,
    ];
    let answer: object = { tags: rows, page: 1, has_additional: false };
    const server = await startFake((_, response) => sendJson(response, 200, answer));
    const { registry, close, notes } = openTestRegistry({ host: server.host, dialect: "quay" });
    ends.push(close, server.close);
    expect((await registry.listTags("a/b", never))?.map(({ name }) => name)).toEqual(["ok"]);
    expect(notes).toMatchObject([{ kind: "dropped-names", count: 4 }]);
    answer = { tags: [], page: 1, has_additional: true };
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code: "malformed" });
    answer = { tags: "none" };
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code: "malformed" });
    answer = { tags: [{ name: "bad", manifest_digest: "sha256:x", start_ts: 5 }] };
    await expect(registry.lookAtTag("a/b", "bad", null, never)).rejects.toMatchObject({ code: "malformed" });
  });

  test("a robot account sees in /v2 what the API hides from it", async () => {
    const robot = { username: "a+robot", password: "r0bot" };
    const credentials = { outcome: "set", ...robot } as const;
    const { registry, contents, quay } = await open({ robot }, { credentials }, { credentials: named });
    contents.push("a/private", one, "x", nowS - 5);
    contents.add("a/private", { isPublic: false });
    expect(await registry.listTags("a/private", never)).toEqual([{ name: "x", digest: null, sinceMs: null }]);
    expect(await registry.findRepository("a/private", never)).toBe("present");
    expect(await registry.lookAtTag("a/private", "x", one.digest, never)).toEqual({ outcome: "unchanged" });
    expect((await registry.readManifest("a/private", one.digest, never))?.digest).toBe(one.digest);
    const api = quay.requests.filter(({ url }) => url.startsWith("/api/"));
    expect(api.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await expect(registry.listTags("a/missing", never)).rejects.toMatchObject({ code: "unauthorized" });
  });
});

describe("the history of tags", () => {
  test("has each period once, newest first, with reversions and ends", async () => {
    const { registry, contents } = await open();
    contents.push("a/b", one, "stable", nowS - 500);
    contents.push("a/b", two, "stable", nowS - 400);
    contents.push("a/b", one, "stable", nowS - 300, true);
    contents.push("a/b", two, "old", nowS - 600);
    contents.end("a/b", "old", nowS - 200);
    contents.push("a/b", three, "expiring", nowS - 100);
    contents.end("a/b", "expiring", nowS + 100);
    const history = await registry.readTagHistory("a/b", null, never);
    const at = (seconds: number) => (nowS - seconds) * 1000;
    expect(history).toEqual({
      watermark: nowS - 100,
      periods: [
        { tag: "expiring", digest: three.digest, fromMs: at(100), toMs: null },
        { tag: "stable", digest: one.digest, fromMs: at(300), toMs: null },
        { tag: "stable", digest: two.digest, fromMs: at(400), toMs: at(300) },
        { tag: "stable", digest: one.digest, fromMs: at(500), toMs: at(400) },
        { tag: "old", digest: two.digest, fromMs: at(600), toMs: at(200) },
      ],
    });
  });

  test("since a watermark is one page, with the rows of its own second", async () => {
    const { registry, contents, quay } = await open();
    for (let i = 0; i < 350; i += 1) contents.push("a/b", one, `t${i}`, nowS - 1_000 - i);
    const all = await registry.readTagHistory("a/b", null, never);
    expect([all?.periods.length, all?.watermark, quay.requests.length]).toEqual([350, nowS - 1_000, 4]);
    contents.push("a/b", two, "new", nowS - 10);
    contents.push("a/b", two, "same-second", nowS - 1_000);
    const more = await registry.readTagHistory("a/b", nowS - 1_000, never);
    expect(more?.periods.map(({ tag }) => tag)).toEqual(["new", "same-second", "t0"]);
    expect([more?.watermark, quay.requests.length]).toEqual([nowS - 10, 5]);
    expect(await registry.readTagHistory("a/b", nowS - 10, never)).toMatchObject({ watermark: nowS - 10 });
  });

  test("does not tell that a tag ended: the list does", async () => {
    const { registry, contents } = await open();
    contents.push("a/b", one, "stable", nowS - 500);
    contents.push("a/b", two, "other", nowS - 100);
    contents.end("a/b", "stable", nowS - 5);
    const history = await registry.readTagHistory("a/b", nowS - 100, never);
    expect(history?.periods.map(({ tag }) => tag)).toEqual(["other"]);
    expect((await registry.listTags("a/b", never))?.map(({ name }) => name)).toEqual(["other"]);
  });

  test("of a repository without tags is empty, of none at all unknown", async () => {
    const { registry, contents } = await open();
    contents.add("a/empty");
    expect(await registry.readTagHistory("a/empty", null, never)).toEqual({ periods: [], watermark: null });
    expect(await registry.readTagHistory("a/missing", null, never)).toBeUndefined();
  });

  test("is cut at the limit, and says so", async () => {
    const { registry, contents, notes } = await open({}, { limits: { historyRows: 200 } });
    for (let i = 0; i < 200; i += 1) contents.push("a/whole", one, `t${i}`, nowS - 1_000 - i);
    expect((await registry.readTagHistory("a/whole", null, never))?.periods.length).toBe(200);
    expect(notes).toEqual([]);
    for (let i = 0; i < 350; i += 1) contents.push("a/b", one, `t${i}`, nowS - 1_000 - i);
    const history = await registry.readTagHistory("a/b", null, never);
    expect(history?.periods.length).toBe(200);
    expect(history?.watermark).toBe(nowS - 1_000);
    expect(notes).toMatchObject([{ kind: "history-cut", rows: 200 }]);
  });
});

describe("looking at a tag", () => {
  test("asks the API, which counts no pull", async () => {
    const { registry, contents, quay } = await open();
    contents.push("a/b", one, "stable", nowS - 500);
    contents.push("a/b", two, "gone", nowS - 500);
    contents.end("a/b", "gone", nowS - 10);
    expect(await registry.lookAtTag("a/b", "stable", null, never)).toEqual({ outcome: "digest", digest: one.digest });
    expect(await registry.lookAtTag("a/b", "stable", one.digest, never)).toEqual({ outcome: "unchanged" });
    expect(await registry.lookAtTag("a/b", "stable", two.digest, never)).toEqual({
      outcome: "digest",
      digest: one.digest,
    });
    expect(await registry.lookAtTag("a/b", "gone", null, never)).toEqual({ outcome: "absent" });
    expect(await registry.lookAtTag("a/b", "missing", null, never)).toEqual({ outcome: "absent" });
    expect(await registry.lookAtTag("a/missing", "stable", null, never)).toEqual({ outcome: "absent" });
    expect(quay.pulls).toEqual([]);
    expect(quay.requests.length).toBe(6);
  });
});

describe("the rest", () => {
  test("is read through /v2 without a token where the repository is public", async () => {
    const { registry, contents, quay } = await open();
    contents.push("a/b", one, "stable", nowS - 500);
    expect((await registry.readManifest("a/b", one.digest, never))?.mediaType).toBe(one.mediaType);
    const config = one.children[0]?.blobs[0];
    expect(await registry.readBlob("a/b", config?.digest ?? "", 10_000, never)).toEqual(config?.bytes);
    expect(await registry.readReferrers("a/b", one.digest, never)).toEqual({ via: "api", descriptors: [] });
    expect(await registry.readReferrers("a/b", sha256("unknown"), never)).toEqual({ via: "api", descriptors: [] });
    expect(quay.count(/auth/)).toBe(0);
    expect(quay.requests.length).toBe(4);
  });

  test("a private repository's token is no good, and is asked for once", async () => {
    const { registry, contents, quay } = await open();
    contents.push("a/private", one, "x", nowS - 5);
    contents.add("a/private", { isPublic: false });
    await expect(registry.readManifest("a/private", one.digest, never)).rejects.toMatchObject({ code: "unauthorized" });
    expect(quay.count(/\/v2\/auth/)).toBe(1);
    expect(quay.requests.length).toBe(3);
  });

  test("one private repository makes no token needed for the public ones", async () => {
    const { registry, contents, quay } = await open();
    contents.push("a/public", buildImage(), "x", nowS - 5);
    await expect(registry.readManifest("a/missing", one.digest, never)).rejects.toMatchObject({ code: "unauthorized" });
    quay.requests.length = 0;
    expect(await registry.readManifest("a/public", buildImage().digest, never)).toBeDefined();
    expect(quay.requests.length).toBe(1);
  });

  test("nginx's 429 of HTML is waited out, all of the host's work together", async () => {
    const { registry, contents, quay } = await open({ nowS: () => Date.now() / 1000 }, { now: Date.now });
    contents.push("a/b", one, "stable", 1_700_000_000);
    quay.limitNext(2);
    expect((await registry.listTags("a/b", never))?.length).toBe(1);
    expect(quay.requests.length).toBe(3);
    quay.limitNext(100);
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code: "rate-limited" });
  });

  test("who asks does not look like a browser", async () => {
    const { registry, contents, quay } = await open();
    contents.add("a/b");
    await registry.findRepository("a/b", never);
    expect(quay.requests[0]?.headers["user-agent"]).toMatch(/^signalbox\//);
  });
});

// The layout dialect: a folder that answers as a registry, and lets nobody out of it.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needPrograms } from "../../../kit/programs.ts";
import { buildReferrer } from "../../../kit/registries/build-artifact.ts";
import {
  blob,
  buildImage,
  buildIndex,
  buildMultiArch,
  descriptorOf,
  sha256,
} from "../../../kit/registries/build-image.ts";
import { blobFile, writeLayout } from "../../../kit/registries/layout-maker.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../../kit/registries/open-test-registry.ts";

const host = "mirror.example";
const one = buildMultiArch("one");
const two = buildMultiArch("two", ["amd64"], { format: "docker" });
let root: string;
let outside: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "signalbox-layout-"));
  outside = await mkdtemp(join(tmpdir(), "signalbox-outside-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await rm(outside, { recursive: true });
});

function open(options: TestRegistryOptions = {}) {
  return openTestRegistry({ host, layout: "./mirror" }, { ...options, layouts: { [host]: root } });
}

async function writeIndex(path: string, index: unknown): Promise<void> {
  await writeFile(
    join(root, path, "index.json"),
    typeof index === "string" || Buffer.isBuffer(index) ? index : JSON.stringify(index),
  );
}

describe("a layout", () => {
  test("answers every question as a registry does", async () => {
    await writeLayout(root, "fedora/bootc", [
      { manifest: one, tag: "44" },
      { manifest: one, tag: "latest" },
      { manifest: two, tag: "docker" },
    ]);
    const { registry } = open();
    expect(registry).toMatchObject({ host, dialect: "layout" });
    expect(await registry.findRepository("fedora/bootc", never)).toBe("present");
    expect(await registry.findRepository("fedora/other", never)).toBe("absent");
    expect(await registry.listTags("fedora/bootc", never)).toEqual([
      { name: "44", digest: one.digest, sinceMs: null },
      { name: "latest", digest: one.digest, sinceMs: null },
      { name: "docker", digest: two.digest, sinceMs: null },
    ]);
    expect(await registry.listTags("fedora/other", never)).toBeUndefined();
    expect(await registry.readTagHistory("fedora/bootc", null, never)).toBeUndefined();
    const manifest = { digest: one.digest, mediaType: one.mediaType, bytes: one.bytes };
    expect(await registry.lookAtTag("fedora/bootc", "44", null, never)).toEqual({ outcome: "manifest", manifest });
    expect(await registry.lookAtTag("fedora/bootc", "44", one.digest, never)).toEqual({ outcome: "unchanged" });
    expect(await registry.lookAtTag("fedora/bootc", "45", null, never)).toEqual({ outcome: "absent" });
    expect(await registry.lookAtTag("fedora/other", "44", null, never)).toEqual({ outcome: "absent" });
    for (const built of [one, two, ...one.children, ...two.children]) {
      expect(await registry.readManifest("fedora/bootc", built.digest, never)).toEqual({
        digest: built.digest,
        mediaType: built.mediaType,
        bytes: built.bytes,
      });
    }
    expect(await registry.readManifest("fedora/bootc", sha256("nothing"), never)).toBeUndefined();
    const config = one.children[0]?.blobs[0];
    expect(await registry.readBlob("fedora/bootc", config?.digest ?? "", 10_000, never)).toEqual(config?.bytes);
    expect(await registry.readBlob("fedora/bootc", sha256("nothing"), 10_000, never)).toBeUndefined();
  });

  test("sees a tag that moved, at once", async () => {
    const { registry } = open();
    await writeLayout(root, "a", [{ manifest: one, tag: "x" }]);
    expect((await registry.lookAtTag("a", "x", one.digest, never)).outcome).toBe("unchanged");
    await writeLayout(root, "a", [{ manifest: two, tag: "x" }]);
    expect(await registry.lookAtTag("a", "x", one.digest, never)).toMatchObject({ manifest: { digest: two.digest } });
    await rm(join(root, "a"), { recursive: true });
    await mkdir(join(root, "b"));
    expect(await registry.findRepository("a", never)).toBe("absent");
  });

  test("has as referrers the manifests of its index that have this subject", async () => {
    const referrer = buildReferrer(one, "application/spdx+json", "sbom");
    const other = buildReferrer(two, "application/spdx+json", "another");
    await writeLayout(root, "a", [{ manifest: one, tag: "x" }, { manifest: referrer }, { manifest: other }]);
    const { registry } = open();
    for (let i = 0; i < 2; i += 1) {
      const { via, descriptors } = await registry.readReferrers("a", one.digest, never);
      expect(via).toBe("api");
      expect(descriptors.map(({ digest }) => digest)).toEqual([referrer.digest]);
    }
    expect((await registry.readReferrers("a", sha256("nothing"), never)).descriptors).toEqual([]);
    expect((await registry.readReferrers("gone", one.digest, never)).descriptors).toEqual([]);
    const bounded = open({ limits: { referrers: 0 } }).registry;
    await expect(bounded.readReferrers("a", one.digest, never)).rejects.toMatchObject({ code: "too-many" });
  });

  test("gives parts of blobs", async () => {
    const part = blob("application/octet-stream", "0123456789");
    await writeLayout(root, "a", [{ manifest: { ...buildImage(), blobs: [part] }, tag: "x" }]);
    const { registry } = open();
    const read = (start: number, end: number) => registry.readBlob("a", part.digest, 5, never, { start, end });
    expect((await read(0, 4))?.toString()).toBe("01234");
    expect((await read(8, 12))?.toString()).toBe("89");
    expect((await read(20, 24))?.toString()).toBe("");
    await expect(read(0, 5)).rejects.toMatchObject({ code: "too-large" });
    await expect(registry.readBlob("a", part.digest, 9, never)).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("listing repositories", () => {
  test("finds layouts below the namespace, at any depth that is looked at", async () => {
    for (const path of ["fedora/a", "fedora/a/nested", "fedora/b/c", "fedora/1/2/3/4", "fedora/1/2/3/4/5", "other/x"]) {
      await writeLayout(root, path, [{ manifest: one, tag: "x" }]);
    }
    await mkdir(join(root, "fedora/empty"), { recursive: true });
    await mkdir(join(root, "fedora/.hidden"), { recursive: true });
    await mkdir(join(root, "fedora/UPPER"), { recursive: true });
    const { registry } = open();
    const found = await registry.listRepositories("fedora", never);
    expect(found.map(({ path }) => path)).toEqual(["fedora/1/2/3/4", "fedora/a", "fedora/a/nested", "fedora/b/c"]);
    expect(found[1]).toMatchObject({ description: null, popularity: null, lastModifiedMs: expect.any(Number) });
    expect(await registry.listRepositories("nothing", never)).toEqual([]);
    const bounded = open({ limits: { repositoriesPerNamespace: 3 } }).registry;
    await expect(bounded.listRepositories("fedora", never)).rejects.toMatchObject({ code: "too-many" });
  });

  test("a broken layout is listed, so that its tags can say what is wrong", async () => {
    await writeLayout(root, "a/good", [{ manifest: one, tag: "x" }]);
    await writeLayout(root, "a/broken", []);
    await writeIndex("a/broken", "{");
    const { registry } = open();
    expect((await registry.listRepositories("a", never)).map(({ path }) => path)).toEqual(["a/broken", "a/good"]);
    await expect(registry.listTags("a/broken", never)).rejects.toMatchObject({ code: "malformed" });
  });

  test("a folder that links to itself ends", async () => {
    await writeLayout(root, "a/b", [{ manifest: one, tag: "x" }]);
    await symlink(join(root, "a"), join(root, "a/loop"));
    const found = await open().registry.listRepositories("a", never);
    expect(found.length).toBeLessThan(10);
    expect(found.map(({ path }) => path)).toContain("a/b");
  });
});

describe("a mirror that is not mounted", () => {
  test("is unreachable, and holds no absence", async () => {
    const { registry } = open();
    const questions = [
      () => registry.findRepository("a", never),
      () => registry.listRepositories("a", never),
      () => registry.listTags("a", never),
      () => registry.lookAtTag("a", "x", null, never),
      () => registry.readManifest("a", one.digest, never),
    ];
    for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
    await rm(root, { recursive: true });
    for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
    await mkdir(root);
  });
});

describe("hostile layouts", () => {
  beforeEach(() => writeLayout(root, "a", [{ manifest: one, tag: "x" }]));

  test.each([
    ["no JSON", "{", "malformed"],
    ["no object", "[]", "malformed"],
    ["no list", { manifests: "x" }, "malformed"],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "malformed"],
    ["too many entries", { manifests: Array.from({ length: 6_000 }, () => descriptorOf(one)) }, "too-many"],
    ["too many bytes", " ".repeat(5_000_000), "too-large"],
  ])("an index of %s", async (_, index, code) => {
    await writeIndex("a", index);
    const { registry } = open();
    await expect(registry.listTags("a", never)).rejects.toMatchObject({ code });
    await expect(registry.lookAtTag("a", "x", one.digest, never)).rejects.toMatchObject({ code });
  });

  test("another version of the layout is not guessed at", async () => {
    await writeFile(join(root, "a/oci-layout"), '{"imageLayoutVersion":"2.0.0"}');
    await expect(open().registry.listTags("a", never)).rejects.toMatchObject({ code: "malformed" });
    await rm(join(root, "a/oci-layout"));
    expect(await open().registry.findRepository("a", never)).toBe("absent");
  });

  test("names that no reference can have are left out, and of two entries with one name the first counts", async () => {
    const named = (built: typeof one, name: string) =>
      descriptorOf(built, { annotations: { "org.opencontainers.image.ref.name": name } });
    const manifests = [
      named(one, "x"),
      named(two, "x"),
      named(one, "../x"),
      named(one, "mirror.example/a:x"),
      null,
      {},
    ];
    await writeIndex("a", { manifests });
    const { registry, notes } = open();
    expect(await registry.listTags("a", never)).toEqual([{ name: "x", digest: one.digest, sinceMs: null }]);
    expect(notes).toMatchObject([{ kind: "dropped-names", repository: "mirror.example/a", count: 2 }]);
  });

  test("bytes that are not the digest's, or not of the size that is said", async () => {
    await writeFile(blobFile(root, "a", one.digest), "{}");
    await expect(open().registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "malformed" });
    await writeFile(blobFile(root, "a", one.digest), Buffer.alloc(one.bytes.length, " "));
    await expect(open().registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "digest-mismatch" });
    const config = one.children[0]?.blobs[0]?.digest ?? "";
    await writeFile(blobFile(root, "a", config), "{}");
    await expect(open().registry.readBlob("a", config, 100, never)).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test("an entry whose blob is missing is no absence of the tag", async () => {
    await rm(blobFile(root, "a", one.digest));
    await expect(open().registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "not-found" });
    expect((await open().registry.readReferrers("a", one.digest, never)).descriptors).toEqual([]);
  });

  test("a manifest that is too large is not read", async () => {
    const large = buildImage({ annotations: { padding: "x".repeat(10_000) } });
    await writeLayout(root, "a", [{ manifest: large, tag: "x" }]);
    const { registry } = open({ limits: { manifestBytes: 5_000 } });
    await expect(registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "too-large" });
  });

  test("an index that its descriptor calls an image, and a nested one that is what it is", async () => {
    const nested = buildIndex([{ manifest: buildIndex([{ manifest: buildImage() }]) }]);
    await writeLayout(root, "a", [{ manifest: nested, tag: "deep" }]);
    expect((await open().registry.lookAtTag("a", "deep", null, never)).outcome).toBe("manifest");
    await writeIndex("a", { manifests: [descriptorOf({ ...nested, mediaType: buildImage().mediaType })] });
    await expect(open().registry.readManifest("a", nested.digest, never)).rejects.toMatchObject({ code: "malformed" });
  });

  test("links that lead out of the folder are refused, links within it are followed", async () => {
    await writeLayout(outside, "secret", [{ manifest: two, tag: "x" }]);
    await symlink(join(outside, "secret"), join(root, "leak"));
    await symlink(join(root, "a"), join(root, "alias"));
    const file = blobFile(root, "a", one.digest);
    await rename(file, join(outside, "stolen"));
    await symlink(join(outside, "stolen"), file);
    const { registry } = open();
    await expect(registry.listTags("leak", never)).rejects.toMatchObject({ code: "refused" });
    await expect(registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "refused" });
    expect((await registry.listTags("alias", never))?.length).toBe(1);
  });

  test.each(["..", "../outside", "a/../../etc", "/etc", "a//b", ".", "a/./b", "a\0b", "A"])(
    "%j is no repository, whoever asks",
    async (path) => {
      const { registry } = open();
      await expect(registry.listTags(path, never)).rejects.toThrow(RangeError);
      await expect(registry.readBlob(path, one.digest, 10, never)).rejects.toThrow(RangeError);
    },
  );

  test.each(["sha256:../../../index.json", "sha256:", "x", `sha256/${"a".repeat(64)}`])(
    "%j is no digest, whoever asks",
    async (digest) => {
      await expect(open().registry.readBlob("a", digest, 10, never)).rejects.toThrow(RangeError);
    },
  );

  test("a folder where a file should be, and a pipe that nobody writes to", async (context) => {
    const file = blobFile(root, "a", one.digest);
    await rm(file);
    await mkdir(file);
    await expect(open().registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "malformed" });
    await rm(file, { recursive: true });
    execFileSync(needPrograms(context, "mkfifo").mkfifo, [file]);
    await expect(open().registry.lookAtTag("a", "x", null, never)).rejects.toMatchObject({ code: "malformed" });
  });
});

test("a layout whose folder nobody named is a mistake of the program", () => {
  expect(() => openTestRegistry({ host, layout: "./mirror" })).toThrow(/nobody said/);
});

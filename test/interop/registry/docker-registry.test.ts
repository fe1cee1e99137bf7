// The registry client against Debian's docker-registry, with images pushed by skopeo and by plain HTTP.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, type TestContext, test } from "vitest";
import { fallbackTag } from "../../../worker/registry/referrers.ts";
import { needPrograms } from "../../kit/programs.ts";
import {
  buildCosignSignature,
  buildReferrer,
  buildReferrersIndex,
  cosignTag,
} from "../../kit/registries/build-artifact.ts";
import { buildImage, buildMultiArch, sha256 } from "../../kit/registries/build-image.ts";
import {
  type DockerRegistryOptions,
  registryPassword,
  registryUser,
  startDockerRegistry,
} from "../../kit/registries/docker-registry.ts";
import { writeLayout } from "../../kit/registries/layout-maker.ts";
import { never, openTestRegistry, type TestRegistryOptions } from "../../kit/registries/open-test-registry.ts";
import { basicAuthorization, deleteManifest, pushImage } from "../../kit/registries/push.ts";

const run = promisify(execFile);
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

const password = { outcome: "set", username: registryUser, password: registryPassword } as const;
const named = { username: "ALICE_USER", password: "ALICE_PASS" };

async function start(
  context: TestContext,
  options: DockerRegistryOptions = {},
  document: object = {},
  client: TestRegistryOptions = {},
) {
  const server = await startDockerRegistry(context, options);
  const opened = openTestRegistry({ host: server.host, ...document }, client);
  ends.push(opened.close, server.stop);
  return { server, registry: opened.registry };
}

const image = buildMultiArch("one");

describe("docker-registry", () => {
  test("gives back everything of a multi-architecture index that skopeo pushed", async (context) => {
    const { skopeo } = needPrograms(context, "skopeo", "docker-registry");
    const { server, registry } = await start(context);
    const folder = await mkdtemp(join(tmpdir(), "signalbox-skopeo-"));
    ends.push(() => rm(folder, { recursive: true }));
    await writeLayout(folder, "image", [{ manifest: image, tag: "44" }]);
    const from = `oci:${join(folder, "image")}:44`;
    const to = `docker://${server.host}/fedora/fedora-bootc:44`;
    await run(skopeo, ["copy", "--all", "--insecure-policy", "--dest-tls-verify=false", from, to]);

    expect(await registry.listRepositories("fedora", never)).toMatchObject([{ path: "fedora/fedora-bootc" }]);
    expect(await registry.listTags("fedora/fedora-bootc", never)).toMatchObject([{ name: "44" }]);
    const look = await registry.lookAtTag("fedora/fedora-bootc", "44", null, never);
    expect(look).toMatchObject({ outcome: "manifest", manifest: { digest: image.digest, mediaType: image.mediaType } });
    for (const child of image.children) {
      const manifest = await registry.readManifest("fedora/fedora-bootc", child.digest, never);
      expect(manifest).toEqual({ digest: child.digest, mediaType: child.mediaType, bytes: child.bytes });
      for (const part of child.blobs) {
        expect(await registry.readBlob("fedora/fedora-bootc", part.digest, 1_000_000, never)).toEqual(part.bytes);
        const range = { start: 2, end: 9 };
        const piece = await registry.readBlob("fedora/fedora-bootc", part.digest, 100, never, range);
        expect(piece).toEqual(part.bytes.subarray(2, 10));
      }
    }
    expect(await registry.lookAtTag("fedora/fedora-bootc", "44", image.digest, never)).toEqual({
      outcome: "unchanged",
    });
  });

  test("gives back Docker's own types too", async (context) => {
    const { server, registry } = await start(context);
    const docker = buildMultiArch("docker", ["amd64", "arm64"], { format: "docker" });
    await pushImage(server, "a/docker", docker, ["latest"]);
    for (const built of [docker, ...docker.children]) {
      const manifest = await registry.readManifest("a/docker", built.digest, never);
      expect(manifest).toMatchObject({ digest: built.digest, mediaType: built.mediaType });
    }
  });

  test("answers a known digest with 304, and a moved tag with the new manifest", async (context) => {
    const { server, registry } = await start(context);
    await pushImage(server, "a/b", image, ["stable"]);
    await registry.lookAtTag("a/b", "stable", null, never);
    expect(await registry.lookAtTag("a/b", "stable", image.digest, never)).toEqual({ outcome: "unchanged" });
    const next = buildMultiArch("two");
    await pushImage(server, "a/b", next, ["stable"]);
    expect(await registry.lookAtTag("a/b", "stable", image.digest, never)).toMatchObject({
      outcome: "manifest",
      manifest: { digest: next.digest },
    });
  });

  test("lists 1,200 tags of one repository, and 120 repositories over pages", async (context) => {
    const { server, registry } = await start(context, {}, {}, { limits: { pageSize: 50 } });
    const small = buildImage();
    const tags = Array.from({ length: 1_200 }, (_, i) => `build-${i}`);
    await pushImage(server, "many/tags", small, tags);
    const listed = await registry.listTags("many/tags", never);
    expect(listed?.map(({ name }) => name).sort()).toEqual(tags.sort());

    const more = Array.from({ length: 120 }, (_, i) => `wide/repository-${i}`);
    for (let i = 0; i < more.length; i += 12) {
      await Promise.all(more.slice(i, i + 12).map((path) => pushImage(server, path, small, ["x"])));
    }
    const found = await registry.listRepositories("wide", never);
    expect(found.map(({ path }) => path).sort()).toEqual(more.sort());
  });

  test("says what is gone after a deletion", async (context) => {
    const { server, registry } = await start(context, { deletes: true });
    const other = buildImage({ seed: "other" });
    await pushImage(server, "a/b", image, ["stable"]);
    await pushImage(server, "a/b", other, ["other"]);
    await deleteManifest(server, "a/b", image.digest);
    expect(await registry.lookAtTag("a/b", "stable", image.digest, never)).toEqual({ outcome: "absent" });
    expect(await registry.readManifest("a/b", image.digest, never)).toBeUndefined();
    expect((await registry.listTags("a/b", never))?.map(({ name }) => name)).toEqual(["other"]);
    expect(await registry.findRepository("a/b", never)).toBe("present");
    await deleteManifest(server, "a/b", other.digest);
    expect((await registry.listTags("a/b", never)) ?? []).toEqual([]);
  });

  test("says what is not there", async (context) => {
    const { server, registry } = await start(context);
    await pushImage(server, "a/b", buildImage(), ["x"]);
    expect(await registry.listTags("a/missing", never)).toBeUndefined();
    expect(await registry.findRepository("a/missing", never)).toBe("absent");
    expect(await registry.findRepository("a/b", never)).toBe("present");
    expect(await registry.lookAtTag("a/b", "missing", null, never)).toEqual({ outcome: "absent" });
    expect(await registry.lookAtTag("a/missing", "x", image.digest, never)).toEqual({ outcome: "absent" });
    expect(await registry.readManifest("a/b", sha256("missing"), never)).toBeUndefined();
    expect(await registry.readBlob("a/b", sha256("missing"), 10, never)).toBeUndefined();
  });

  test("has no referrers API, so the fallback tag is read; cosign's tags are tags", async (context) => {
    const { server, registry } = await start(context);
    const bundle = buildReferrer(image, "application/vnd.dev.sigstore.bundle.v0.3+json", "bundle");
    await pushImage(server, "a/b", image, ["stable"]);
    expect(await registry.readReferrers("a/b", image.digest, never)).toEqual({ via: "tag", descriptors: [] });
    await pushImage(server, "a/b", buildReferrersIndex([bundle]), [fallbackTag(image.digest)]);
    await pushImage(server, "a/b", buildCosignSignature(image, `${server.host}/a/b`), [cosignTag(image.digest)]);
    const { via, descriptors } = await registry.readReferrers("a/b", image.digest, never);
    expect([via, descriptors.map(({ digest }) => digest)]).toEqual(["tag", [bundle.digest]]);
    expect((await registry.listTags("a/b", never))?.map(({ name }) => name)).toContain(cosignTag(image.digest));
  });

  test("behind a password opens to the right one alone", async (context) => {
    const { server, registry } = await start(
      context,
      { password: true },
      { credentials: named },
      { credentials: password },
    );
    await pushImage({ ...server, authorization: basicAuthorization }, "a/b", image, ["x"]);
    expect(await registry.listRepositories("a", never)).toMatchObject([{ path: "a/b" }]);
    expect((await registry.lookAtTag("a/b", "x", image.digest, never)).outcome).toBe("unchanged");
    expect((await registry.readManifest("a/b", image.digest, never))?.digest).toBe(image.digest);

    const wrong = openTestRegistry(
      { host: server.host, credentials: named },
      { credentials: { ...password, password: "wrong" } },
    );
    const stranger = openTestRegistry({ host: server.host });
    const unset = openTestRegistry(
      { host: server.host, credentials: named },
      { credentials: { outcome: "unset", variables: ["ALICE_PASS"] } },
    );
    ends.push(wrong.close, stranger.close, unset.close);
    await expect(wrong.registry.listTags("a/b", never)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(stranger.registry.listTags("a/b", never)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(stranger.registry.listRepositories("a", never)).rejects.toMatchObject({ code: "listing-unsupported" });
    await expect(unset.registry.listTags("a/b", never)).rejects.toMatchObject({ code: "no-credentials" });
  });

  test("that is not there is unreachable, and left alone after a while", async (context) => {
    const { server, registry } = await start(context, {}, {}, { http: { circuitFailures: 3, circuitOpenMs: 60_000 } });
    await server.stop();
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code: "unreachable" });
    await expect(registry.listTags("a/b", never)).rejects.toMatchObject({ code: "circuit-open" });
  });
});

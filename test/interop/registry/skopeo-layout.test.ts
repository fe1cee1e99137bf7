// The layout dialect against layouts that skopeo wrote: a mirror on disk is a registry as good as the one it came from.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { needPrograms } from "../../kit/programs.ts";
import { buildMultiArch } from "../../kit/registries/build-image.ts";
import { startDockerRegistry } from "../../kit/registries/docker-registry.ts";
import { never, openTestRegistry } from "../../kit/registries/open-test-registry.ts";
import { pushImage } from "../../kit/registries/push.ts";

const run = promisify(execFile);
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

test("a mirror made by skopeo answers as the registry that it was made from", async (context) => {
  const { skopeo } = needPrograms(context, "skopeo", "docker-registry");
  const server = await startDockerRegistry(context);
  const root = await mkdtemp(join(tmpdir(), "signalbox-mirror-"));
  const live = openTestRegistry({ host: server.host });
  const mirror = openTestRegistry(
    { host: "mirror.example", layout: "./mirror" },
    { layouts: { "mirror.example": root } },
  );
  ends.push(live.close, server.stop, () => rm(root, { recursive: true }));
  await mkdir(join(root, "fedora"));
  const images = [buildMultiArch("one"), buildMultiArch("two")];
  for (const [i, image] of images.entries()) {
    await pushImage(server, "fedora/bootc", image, [`4${i}`]);
    const from = `docker://${server.host}/fedora/bootc:4${i}`;
    const to = `oci:${join(root, "fedora/bootc")}:4${i}`;
    await run(skopeo, ["copy", "--all", "--insecure-policy", "--src-tls-verify=false", from, to]);
  }

  expect((await mirror.registry.listRepositories("fedora", never)).map(({ path }) => path)).toEqual(["fedora/bootc"]);
  const names = (await live.registry.listTags("fedora/bootc", never))?.map(({ name }) => name);
  const mirrored = await mirror.registry.listTags("fedora/bootc", never);
  expect(mirrored?.map(({ name }) => name).sort()).toEqual(names?.sort());
  for (const { name } of mirrored ?? []) {
    const [here, there] = [mirror, live].map(({ registry }) => registry.lookAtTag("fedora/bootc", name, null, never));
    expect(await here).toEqual(await there);
  }
  for (const child of images.flatMap(({ children }) => children)) {
    const [here, there] = [mirror, live].map(({ registry }) =>
      registry.readManifest("fedora/bootc", child.digest, never),
    );
    expect(await here).toEqual(await there);
    for (const part of child.blobs) {
      expect(await mirror.registry.readBlob("fedora/bootc", part.digest, 1_000_000, never)).toEqual(part.bytes);
    }
  }
});

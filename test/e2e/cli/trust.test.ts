// signalbox trust: what a person, an installer and a script see of it, and what is left of a host when it is killed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SwitchPlan } from "../../../policies/plan/switch-plan.ts";
import { runProgram, temporaryFolder } from "../../kit/program.ts";
import { sendJson, startFake } from "../../kit/registries/fake-server.ts";
import { hostFolder } from "../../unit/bin/trust/host-folder.ts";
import { planOf, signedByAlice } from "../../unit/policies/plan/signed-plan.ts";
import { byBundle, index, manifest } from "../../unit/policies/trust/trust-builders.ts";

const ref = "registry.example/desk/os:stable";
const policyPath = "/etc/containers/policy.json";
const strict = '{"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}]}}}\n';

/** A service that answers everything with this. */
async function serviceOf(body: unknown, status = 200) {
  const fake = await startFake((_, response) => sendJson(response, status, body));
  onTestFinished(() => fake.close());
  return fake;
}

async function installer(plan: SwitchPlan = planOf(signedByAlice)) {
  const fake = await serviceOf(plan);
  return {
    fake,
    install: (root: string, ...args: readonly string[]) =>
      runProgram(["trust", "install", "--root", root, "--server", fake.url, "--arch", "amd64", ref, ...args]),
  };
}

const undo = (root: string, ...args: readonly string[]) => runProgram(["trust", "undo", "--root", root, ...args]);

test("it shows the difference, asks before it changes anything, and can be taken back", async () => {
  const folder = hostFolder({ [policyPath]: strict });
  const before = folder.snapshot();
  const { install, fake } = await installer();

  const dry = await install(folder.path, "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain(`--- a${policyPath}\n+++ b${policyPath}\n@@ -1,1 +1,1 @@\n-${strict}+`);
  expect(dry.stdout).toContain("+++ b/etc/pki/containers/desk.pub");
  expect(dry.stdout).toContain("skopeo 1.13 and newer");

  const unasked = await install(folder.path);
  expect(unasked.code).toBe(2);
  expect(unasked.stdout).toBe(dry.stdout.slice(0, unasked.stdout.length));
  expect(unasked.stderr).toContain("give --yes");
  expect(folder.snapshot()).toEqual(before);
  expect(folder.others()).toEqual([]);

  const done = await install(folder.path, "--yes");
  expect(done).toMatchObject({ code: 0, stderr: "" });
  expect(done.stdout).toContain("installed 3 files");
  const after = folder.snapshot();
  expect(Object.keys(after)).toHaveLength(3);

  const again = await install(folder.path, "--yes");
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(again.stdout).toContain("nothing to do");
  expect(folder.snapshot()).toEqual(after);
  // What the host has is nobody else's business.
  expect(fake.requests.every(({ method }) => method === "GET")).toBe(true);

  const shown = await undo(folder.path, "--dry-run");
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("+++ /dev/null");
  expect((await undo(folder.path)).code).toBe(2);
  expect(folder.snapshot()).toEqual(after);
  expect(await undo(folder.path, "--yes")).toMatchObject({ code: 0, stderr: "" });
  expect(folder.snapshot()).toEqual(before);
  expect((await undo(folder.path, "--yes")).stdout).toContain("nothing to do");
});

describe("it ends with", () => {
  test("10 where something that the host has stands in the way", async () => {
    const open =
      '{"default":[{"type":"insecureAcceptAnything"}],"transports":{"docker":{"registry.example/desk/os":[{"type":"insecureAcceptAnything"}]}}}';
    const folder = hostFolder({ [policyPath]: open });
    const { code, stderr } = await (await installer()).install(folder.path, "--yes");
    expect(code).toBe(10);
    expect(stderr).toContain("bootc refuses to enforce such a policy");
    expect(stderr).toContain("registry.example/desk/os is narrower, and wins for this very image");
    expect(stderr).toContain("would still take registry.example/desk/os:stable without a signature");
  });

  test("20 where no host can enforce it, and says why for each program", async () => {
    const bundles = planOf({ top: index([byBundle("alice")]), platform: manifest([byBundle("alice")]) });
    const folder = hostFolder();
    const { code, stderr } = await (await installer(bundles)).install(folder.path, "--yes");
    expect(code).toBe(20);
    expect(stderr).toMatch(/bootc: not-enforceable: .*\n {2}podman: not-enforceable: /);
    expect(folder.snapshot()).toEqual({});
  });

  test("1 for an unknown image, and where a file leads out of the root or was changed since", async () => {
    const fake = await serviceOf(
      { type: "/problems/unknown-reference", title: "no", detail: "nobody declares it" },
      404,
    );
    const folder = hostFolder({ [policyPath]: strict });
    const unknown = await runProgram(["trust", "install", "--root", folder.path, "--server", fake.url, ref]);
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toContain("nobody declares it");

    const { install } = await installer();
    await install(folder.path, "--yes");
    folder.write(policyPath, strict.replace("reject", "insecureAcceptAnything"));
    const changed = await undo(folder.path, "--yes");
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain(policyPath);

    const linked = hostFolder();
    mkdirSync(join(linked.path, "etc"));
    symlinkSync("/etc", join(linked.path, "etc/containers"));
    const left = await install(linked.path, "--yes");
    expect(left.code).toBe(1);
    expect(left.stderr).toContain("is a symbolic link to /etc");
  });

  test("3 where a service gives files that no policy gives", async () => {
    const plan = planOf(signedByAlice);
    const hostFiles = [...plan.trust.hostFiles, { path: "/etc/passwd", content: "root::0:0::/:/bin/sh\n" }];
    const folder = hostFolder();
    const { code, stderr } = await (await installer({ ...plan, trust: { ...plan.trust, hostFiles } })).install(
      folder.path,
      "--yes",
    );
    expect(code).toBe(3);
    expect(stderr).toContain("/etc/passwd is no host file");
    expect(folder.snapshot()).toEqual({});
  });

  test("2 without a root, or with one that is none", async () => {
    const { fake } = await installer();
    expect((await runProgram(["trust", "install", "--server", fake.url, ref])).code).toBe(2);
    expect((await runProgram(["trust", "undo"])).code).toBe(2);
    expect((await undo(join(temporaryFolder(), "nowhere"))).stderr).toContain("is no folder");
  });
});

describe("killed", () => {
  const program = fileURLToPath(new URL("killed-installation.ts", import.meta.url));

  function killed(count: number) {
    const folder = hostFolder({ [policyPath]: strict });
    const plan = join(temporaryFolder(), "plan.json");
    writeFileSync(plan, JSON.stringify(planOf(signedByAlice)));
    const before = folder.snapshot();
    const ended = spawnSync(process.execPath, [program, folder.path, plan, String(count)], { encoding: "utf8" });
    expect([ended.signal, ended.stderr]).toEqual(["SIGKILL", ""]);
    return { folder, before };
  }

  test.each([0, 1, 2])("after %i files, it is taken back", async (count) => {
    const { folder, before } = killed(count);
    expect((await undo(folder.path, "--yes")).code).toBe(0);
    expect(folder.snapshot()).toEqual(before);
    expect(folder.others()).toEqual([]);
  });

  test.each([0, 1, 2])("after %i files, the next run says so and finishes it", async (count) => {
    const { folder, before } = killed(count);
    const { install } = await installer();
    const half = folder.snapshot();
    const dry = await install(folder.path, "--dry-run");
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stderr).toContain("was interrupted here");
    expect(folder.snapshot()).toEqual(half);
    expect((await install(folder.path, "--yes")).code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder.path, policyPath), "utf8")).transports.docker).toHaveProperty([
      "registry.example/desk",
    ]);
    expect((await undo(folder.path, "--yes")).code).toBe(0);
    expect(folder.snapshot()).toEqual(before);
  });
});

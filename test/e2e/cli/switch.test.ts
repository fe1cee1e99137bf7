// signalbox switch: a host from its status to the staged image, and what is left of it where something goes wrong.
import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { SwitchPlan } from "../../../policies/plan/switch-plan.ts";
import { type FakeBootc, type FakeHost, fakeBootc } from "../../kit/fake-bootc.ts";
import { runProgram, startProgram } from "../../kit/program.ts";
import { needPrograms } from "../../kit/programs.ts";
import { sendJson, startFake } from "../../kit/registries/fake-server.ts";
import { hostFolder } from "../../unit/bin/trust/host-folder.ts";
import { planOf, signedByAlice } from "../../unit/policies/plan/signed-plan.ts";
import { key, policy } from "../../unit/policies/trust/trust-builders.ts";

const ref = "registry.example/desk/os:stable";
const policyPath = "/etc/containers/policy.json";
const strict = '{"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}]}}}\n';
const plan = planOf(signedByAlice);
const planned = plan.target.platform.digest ?? "";
const other = `sha256:${"e".repeat(64)}`;
const old = { ref: "registry.example/desk/os:old", digest: `sha256:${"a".repeat(64)}` };
const command = `bootc ${(plan.commands.bootc ?? []).slice(1).join(" ")}`;

async function world({
  host = {},
  given = plan,
  programs,
}: {
  host?: Partial<FakeHost>;
  given?: SwitchPlan;
  programs?: readonly string[];
} = {}) {
  const bodies: string[] = [];
  const service = await startFake(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (body !== "") bodies.push(body);
    sendJson(response, 200, given);
  });
  onTestFinished(() => service.close());
  const folder = hostFolder({ [policyPath]: strict });
  const bootc: FakeBootc = fakeBootc({ booted: old, staged: null, pulls: planned, ...host }, programs);
  const args = (more: readonly string[]) => ["switch", "--root", folder.path, "--server", service.url, ref, ...more];
  return {
    folder,
    bootc,
    bodies,
    url: service.url,
    before: folder.snapshot(),
    run: (...more: readonly string[]) => runProgram(args(more), { PATH: bootc.path }),
    start: (...more: readonly string[]) => startProgram(args(more), { PATH: bootc.path }),
    isTouched: () => bootc.calls().some((call) => /^(?:bootc switch|ostree)/.test(call)),
  };
}

test("it shows all, changes nothing without being told to, then installs, stages and holds it to the plan", async () => {
  const { folder, bootc, bodies, before, run, isTouched } = await world();
  folder.write("/etc/ostree/auth.json", '{"auths":{"registry.example":{"auth":"c2VjcmV0OnNlY3JldA=="}}}');
  const clean = folder.snapshot();

  const dry = await run("--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain("decision ALLOW");
  expect(dry.stdout).toContain("+++ b/etc/pki/containers/desk.pub");
  expect(dry.stdout.trimEnd().split("\n").at(-1)).toBe(command);
  const asked = JSON.parse(bodies[0] ?? "");
  expect(asked).toMatchObject({
    target: ref,
    host: { kind: "BootcHost" },
    facts: { policyJson: JSON.parse(strict), registryAuth: ["registry.example"], clientVersions: { bootc: "1.16.9" } },
  });
  expect(bodies.join()).not.toContain("c2VjcmV0");

  const unasked = await run();
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain("no terminal to ask at");
  expect(folder.snapshot()).toEqual(clean);
  expect(isTouched()).toBe(false);

  const done = await run("--yes");
  expect(done.code).toBe(0);
  expect(done.stdout).toContain(`staged, as planned: ${planned}`);
  expect(bootc.calls()).toContain(command);
  expect(bootc.read().staged).toEqual({ ref, digest: planned, signature: "containerPolicy" });
  expect(Object.keys(folder.snapshot())).toContain("/etc/pki/containers/desk.pub");

  const again = await run("--yes");
  expect(again.code).toBe(0);
  expect(again.stdout).toContain("the trust files are in place");
  expect(again.stdout).toContain("nothing to switch");
  expect((await runProgram(["trust", "undo", "--root", folder.path, "--yes"])).code).toBe(0);
  expect(folder.snapshot()).toEqual({ ...before, ...clean });
});

describe("where bootc staged something else", () => {
  test("it is taken back, and nothing else", async () => {
    const { bootc, run } = await world({ host: { pulls: other } });
    const { code, stderr } = await run("--yes");
    expect(code).toBe(4);
    expect(stderr).toContain(`bootc staged ${other}, and ${planned} was planned; it was taken back; the trust files`);
    expect(bootc.read().staged).toBeNull();
    expect(bootc.calls().filter((call) => call.startsWith("ostree"))).toEqual(["ostree admin undeploy 0"]);
  });

  test.each<{ title: string; host: Partial<FakeHost>; programs?: readonly string[]; says: string }>([
    { title: "ostree refuses", host: { undeploys: "fails" }, says: "Operation not permitted" },
    { title: "there is no ostree", host: {}, programs: ["bootc", "skopeo"], says: "neither ostree nor rpm-ostree" },
    {
      title: "the backend has no such thing",
      host: { booted: { ...old, backend: "composefs" } },
      says: "composefs backend",
    },
  ])("and $title, it says what is left to do", async ({ host, programs, says }) => {
    const made = await world({ host: { pulls: other, ...host }, ...(programs === undefined ? {} : { programs }) });
    const { code, stderr } = await made.run("--yes");
    expect(code).toBe(5);
    expect(stderr).toContain(says);
    expect(stderr).toContain("left to do: look at bootc status before the host boots again");
    expect(made.bootc.read().staged?.digest).toBe(other);
  });

  test("what was staged before is told to be replaced, and to be gone", async () => {
    const { run } = await world({
      host: { pulls: other, staged: { ref: old.ref, digest: `sha256:${"b".repeat(64)}` } },
    });
    const { code, stderr } = await run("--yes");
    expect(code).toBe(4);
    expect(stderr).toContain(`sha256:${"b".repeat(64)} is staged now, and is replaced for good`);
    expect(stderr).toContain("what was staged before is gone, too");
  });
});

test("without trust files people are told that the flag verifies nothing here", async () => {
  const { run, bootc } = await world();
  const { code, stderr, stdout } = await run("--yes", "--no-trust");
  expect(code).toBe(0);
  expect(stdout).toContain("no trust files are installed");
  expect(stderr).toContain(`warning: nothing verifies ${ref}: its section docker in the host's policy.json`);
  expect(bootc.calls()).toContain(command);
});

test("files that the host's skopeo cannot read are not installed, whoever sends them", async () => {
  const given = planOf({ ...signedByAlice, trust: [policy([key("alice"), key("bob")])] });
  const { run, folder, before, isTouched } = await world({
    given,
    host: { skopeo: "1.14.3" },
  });
  const { code, stderr } = await run("--yes");
  expect(stderr).toContain("this host has skopeo 1.14.3, and skopeo 1.17 is the first that pulls by these files");
  expect(code).toBe(3);
  expect(folder.snapshot()).toEqual(before);
  expect(isTouched()).toBe(false);
});

describe("it ends with", () => {
  test.each<{ title: string; host: Partial<FakeHost>; code: number; says: string }>([
    {
      title: "3 where the switch fails",
      host: { switches: "fails" },
      code: 3,
      says: "nothing new is staged; the trust",
    },
    {
      title: "3 where it stages nothing",
      host: { switches: "does-nothing" },
      code: 3,
      says: "bootc upgrade updates it",
    },
    {
      title: "4 where it fails having staged",
      host: { switches: "stages-and-fails" },
      code: 4,
      says: "it was taken back",
    },
  ])("$title", async ({ host, code, says }) => {
    const { bootc, run } = await world({ host });
    const ended = await run("--yes");
    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(code);
    expect(bootc.read().staged).toBeNull();
  });

  test("3 where it takes too long, and 4 where it staged meanwhile", async () => {
    const hanging = await world({ host: { switches: "hangs" } });
    const { code, stderr } = await hanging.run("--yes", "--timeout", "1");
    expect(stderr).toContain("it took longer than 1 s; nothing new is staged");
    expect(code).toBe(3);
    const staging = await world({ host: { switches: "stages-and-hangs" } });
    expect((await staging.run("--yes", "--timeout", "2")).code).toBe(4);
    expect(staging.bootc.read().staged).toBeNull();
  });

  test.each<{ title: string; host: Partial<FakeHost>; code: number; says: string }>([
    { title: "garbage", host: { status: "garbage" }, code: 3, says: "no JSON object" },
    { title: "output without end", host: { status: "endless" }, code: 3, says: "it wrote more than" },
    { title: "an error", host: { status: "fails" }, code: 3, says: "requires full root privileges" },
    { title: "no booted entry", host: { booted: null }, code: 2, says: "nothing that bootc deployed is booted" },
    { title: "a live medium", host: { readOnly: true }, code: 2, says: "live medium" },
  ])("$code before anybody is asked where the status is $title", async ({ host, code, says }) => {
    const { run, bodies } = await world({ host });
    const ended = await run("--yes");
    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(code);
    expect(bodies).toEqual([]);
  });

  test("2 where there is no bootc", async () => {
    const { run } = await world({ programs: ["ostree"] });
    const { code, stderr } = await run("--yes");
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no bootc here") });
  });

  test("20 where the plan blocks, and 10 where it warns and only --yes was given", async () => {
    const { commands } = plan;
    const none = Object.fromEntries(Object.keys(commands).map((name) => [name, null])) as SwitchPlan["commands"];
    const blocked = await world({ given: { ...plan, decision: "block", commands: none } });
    expect((await blocked.run("--yes", "--accept-warnings")).code).toBe(20);
    expect(blocked.isTouched()).toBe(false);
    expect(blocked.folder.snapshot()).toEqual(blocked.before);

    const warned = await world({ given: { ...plan, decision: "warn" } });
    expect((await warned.run("--dry-run")).code).toBe(10);
    const { code, stderr } = await warned.run("--yes");
    expect({ code, stderr }).toMatchObject({ code: 10, stderr: expect.stringContaining("--accept-warnings does") });
    expect(warned.isTouched()).toBe(false);
    expect(warned.folder.snapshot()).toEqual(warned.before);
    expect((await warned.run("--yes", "--accept-warnings")).code).toBe(0);
    expect(warned.bootc.read().staged?.digest).toBe(planned);
  });

  test.each([
    { title: "another command", commands: { ...plan.commands, bootc: ["sh", "-c", "true", ref] } },
    { title: "another option", commands: { ...plan.commands, bootc: ["bootc", "switch", "--apply", ref] } },
    { title: "another image", commands: { ...plan.commands, bootc: ["bootc", "switch", "evil.example/os:1"] } },
  ])("3 where a service gives $title", async ({ commands }) => {
    const { run, isTouched, folder, before } = await world({ given: { ...plan, commands } });
    const { code, stderr } = await run("--yes");
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("nothing was done") });
    expect(isTouched()).toBe(false);
    expect(folder.snapshot()).toEqual(before);
  });
});

describe("interrupted", () => {
  const isSwitching = (bootc: FakeBootc) => expect.poll(() => bootc.calls(), { timeout: 20_000 }).toContain(command);

  test("in the middle of the switch, bootc is ended and nothing is staged", async () => {
    const { start, bootc } = await world({ host: { switches: "hangs" } });
    const program = start("--yes");
    await isSwitching(bootc);
    const { code, stderr } = await program.stop("SIGINT");
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("nothing new is staged; the trust"),
    });
    expect(bootc.read().staged).toBeNull();
  });

  test("after bootc staged it, it is taken back", async () => {
    const { start, bootc } = await world({ host: { switches: "stages-and-hangs" } });
    const program = start("--yes");
    await expect.poll(() => bootc.read().staged, { timeout: 20_000 }).not.toBeNull();
    expect((await program.stop("SIGTERM")).code).toBe(4);
    expect(bootc.read().staged).toBeNull();
  });

  test("killed between the trust files and the switch, the next run finishes it, or trust undo takes it back", async () => {
    const { start, run, bootc, folder, before } = await world({ host: { switches: "hangs" } });
    const program = start("--yes");
    await isSwitching(bootc);
    expect((await program.stop("SIGKILL")).signal).toBe("SIGKILL");
    expect(bootc.read().staged).toBeNull();
    expect(folder.snapshot()).not.toEqual(before);
    bootc.change({ switches: "works" });
    const next = await run("--yes");
    expect(next.code).toBe(0);
    expect(next.stdout).toContain("the trust files are in place");
    expect(bootc.read().staged?.digest).toBe(planned);
    expect((await runProgram(["trust", "undo", "--root", folder.path, "--yes"])).code).toBe(0);
    expect(folder.snapshot()).toEqual(before);
  });

  test("killed after another image was staged, the next run tells of it, and leaves what it did not stage", async () => {
    const { start, run, bootc } = await world({ host: { pulls: other, switches: "stages-and-hangs" } });
    const program = start("--yes");
    await expect.poll(() => bootc.read().staged, { timeout: 20_000 }).not.toBeNull();
    await program.stop("SIGKILL");
    bootc.change({ switches: "does-nothing" });
    const { code, stderr } = await run("--yes");
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining(`staged is ${other}`) });
    expect(stderr).toContain("`ostree admin undeploy 0` discards it");
    expect(bootc.read().staged?.digest).toBe(other);
  });
});

test("a person at a terminal is asked, and anything but yes changes nothing", async (context) => {
  const { script } = needPrograms(context, "script");
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  const { bootc, folder, before, url } = await world({ given: { ...plan, decision: "warn" } });
  const answer = (text: string) => {
    const words = [launcher, "switch", "--root", folder.path, "--server", url, "--yes", ref];
    const child = spawn(script, ["-qec", words.join(" "), "/dev/null"], { env: { PATH: bootc.path } });
    let shown = "";
    child.stdout.on("data", (piece) => {
      if (shown.includes("[y/N]")) return;
      shown += piece;
      if (shown.includes("[y/N]")) child.stdin.write(`${text}\n`);
    });
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, shown })));
  };
  const asked = { shown: expect.stringContaining("The plan warns. Switch to registry.example/desk/os:stable?") };
  expect(await answer("")).toMatchObject({ code: 10, ...asked });
  expect(folder.snapshot()).toEqual(before);
  expect(bootc.read().staged).toBeNull();
  expect(await answer("y")).toMatchObject({ code: 0, ...asked });
  expect(bootc.read().staged?.digest).toBe(planned);
});

describe("from a container", () => {
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  /** Process 1 of its own is the host; the program runs in a mount namespace of its own, with the host's root in it. */
  const container = (root: string, args: readonly string[], path: string) => {
    const inner = `mount --rbind / '${root}' && exec "$@"`;
    const outer = `unshare --mount sh -c '${inner.replaceAll("'", "'\\''")}' sh "$@"; exit $?`;
    const words = ["--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-c", outer, "sh", launcher];
    return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      execFile("unshare", [...words, ...args], { env: { PATH: path }, timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr }),
      );
    });
  };

  test("it works on the host's root by the host's programs, and on no other root", async (context) => {
    needPrograms(context, "unshare", "nsenter", "mount");
    const isAllowed = spawnSync("unshare", ["--pid", "--mount", "--fork", "--mount-proc", "true"]).status === 0;
    if (!isAllowed) context.skip("namespaces may not be made here");
    const { bootc, folder, bodies, url } = await world();
    // Removed as an empty folder alone: for the program all of this machine is in it.
    const root = mkdtempSync(join(tmpdir(), "signalbox-e2e-root-"));
    onTestFinished(() => rmdirSync(root));
    const run = (of: string) =>
      container(root, ["switch", "--nsenter", "--root", of, "--no-trust", "--yes", "--server", url, ref], bootc.path);
    const other = await run(folder.path);
    expect(other.stderr).toContain("is not the root of process 1");
    expect(other.code).toBe(2);
    expect(bodies).toEqual([]);
    const done = await run(root);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("staged, as planned") });
    expect(bootc.read().staged).toEqual({ ref, digest: planned, signature: "containerPolicy" });
  });
});

describe("by the local catalog", () => {
  let catalog: string;
  const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
  const environment = () => ({ SIGNALBOX_DATABASE_URL: `file:${join(catalog, "demo.db")}`, SIGNALBOX_POLICIES: demo });
  beforeAll(() => {
    catalog = mkdtempSync(join(tmpdir(), "signalbox-e2e-switch-"));
    const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
    const indexed = spawnSync(launcher, ["index", "--once"], { env: { PATH: process.env.PATH, ...environment() } });
    expect(indexed.status).toBe(0);
  });
  afterAll(() => rmSync(catalog, { recursive: true, force: true }));

  test("what is planned for the host is what is run, or nothing", async () => {
    const gnome = "demo.example/foundry/desktop-gnome:43";
    const shown = await runProgram(["resolve", gnome, "--arch", "amd64", "--json"], environment());
    const { target } = JSON.parse(shown.stdout) as SwitchPlan;
    const folder = hostFolder({ [policyPath]: strict, "/usr/lib/os-release": "ID=fedora\nVERSION_ID=43\n" });
    const bootc = fakeBootc({ booted: old, staged: null, pulls: target.platform.digest ?? "" });
    const run = (...args: string[]) =>
      runProgram(["switch", "--root", folder.path, ...args], { ...environment(), PATH: bootc.path });
    const ended = await run(gnome, "--yes", "--accept-warnings");
    expect(ended.code).toBe(0);
    expect(bootc.read().staged).toMatchObject({ ref: gnome, digest: target.platform.digest });
    const blocked = await run("demo.example/community/arcade-nvidia-open:stable", "--yes", "--accept-warnings");
    expect(blocked.code).toBe(20);
    expect((await run("demo.example/foundry/nothing:1", "--yes")).code).toBe(1);
    expect(bootc.calls().filter((call) => call.startsWith("bootc switch"))).toHaveLength(1);
  });
});

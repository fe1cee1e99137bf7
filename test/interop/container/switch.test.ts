// deploy/signalbox-switch as it stands, under real podman: a host without Node.js is switched from the container image.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { type Ended, processIn, startMachine } from "../../kit/container/machine.ts";
import { needImage } from "../../kit/container/made-image.ts";
import { type FakeHost, fakeBootc } from "../../kit/fake-bootc.ts";
import { needPrograms } from "../../kit/programs.ts";
import { sendJson, startFake } from "../../kit/registries/fake-server.ts";
import { planOf, signedByAlice } from "../../unit/policies/plan/signed-plan.ts";

const ref = "registry.example/desk/os:stable";
const plan = planOf(signedByAlice);
const planned = plan.target.platform.digest ?? "";
const other = `sha256:${"e".repeat(64)}`;
const old = { ref: "registry.example/desk/os:old", digest: `sha256:${"a".repeat(64)}` };
const policyPath = "/etc/containers/policy.json";
const key = "/etc/pki/containers/desk.pub";
const strict = '{"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"insecureAcceptAnything"}]}}}\n';
const launcher = fileURLToPath(new URL("../../../deploy/signalbox-switch", import.meta.url));

/** A host with podman and a stand-in for bootc, the image in its store, and a service that gives the plan. */
async function world(context: TestContext, host: Partial<FakeHost> = {}) {
  const image = needImage(context);
  const asked: string[] = [];
  const service = await startFake(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (body !== "") asked.push(body);
    sendJson(response, 200, plan);
  });
  onTestFinished(() => service.close());
  const machine = await startMachine(context, image.folder);
  const bootc = fakeBootc({ booted: old, staged: null, pulls: planned, ...host });
  machine.addPrograms(dirname(bootc.bootc));
  machine.write(policyPath, strict);
  const words = (args: readonly string[]) => [launcher, "--server", service.url, ...args, ref];
  const environment = { SIGNALBOX_IMAGE: image.name };
  return {
    image,
    asked,
    machine,
    bootc,
    url: service.url,
    words,
    run: (...args: readonly string[]) => machine.run(words(args), environment),
    start: (...args: readonly string[]) => machine.start(words(args), environment),
    isTouched: () => bootc.calls().some((call) => /^(?:bootc switch|ostree)/.test(call)),
  };
}

test("it reads the host, changes nothing without being told to, then installs, stages and takes trust back", async (context) => {
  const { run, asked, machine, bootc, image, isTouched } = await world(context);

  const dry = await run("--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain("decision ALLOW");
  expect(dry.stdout).toContain("+++ b/etc/pki/containers/desk.pub");
  // What was told is the host's, not the container's.
  expect(JSON.parse(asked[0] ?? "")).toMatchObject({
    host: { kind: "BootcHost" },
    facts: { policyJson: JSON.parse(strict), clientVersions: { bootc: "1.16.9" } },
  });

  const unasked = await run();
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("no terminal to ask at") });
  expect(machine.read(policyPath)).toBe(strict);
  expect(machine.read(key)).toBeUndefined();
  expect(isTouched()).toBe(false);

  const done = await run("--yes");
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(`staged, as planned: ${planned}`) });
  expect(bootc.read().staged).toMatchObject({ ref, digest: planned });
  expect(machine.read(key)).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect(machine.read(policyPath)).toContain(key);

  const again = await run("--yes");
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to switch") });
  const options = ["--rm", "--no-healthcheck", "--user", "0:0", "--privileged", "--volume", "/:/host"];
  const undo = ["podman", "run", ...options, image.name, "trust", "undo", "--root", "/host", "--yes"];
  expect(await machine.run(undo)).toMatchObject({ code: 0 });
  expect(machine.read(policyPath)).toBe(strict);
  expect(machine.read(key)).toBeUndefined();
});

test("another image than the planned one is taken back", async (context) => {
  const { run, bootc } = await world(context, { pulls: other });
  const { code, stderr } = await run("--yes");
  expect(stderr).toContain(`bootc staged ${other}, and ${planned} was planned; it was taken back`);
  expect(code).toBe(4);
  expect(bootc.calls().filter((call) => call.startsWith("ostree"))).toEqual(["ostree admin undeploy 0"]);
  expect(bootc.read().staged).toBeNull();
});

test("podman hands an interruption on: what was staged by then is taken back", async (context) => {
  const { start, bootc } = await world(context, { switches: "stages-and-hangs" });
  const { child, ended } = start("--yes");
  await expect.poll(() => bootc.read().staged, { timeout: 60_000 }).not.toBeNull();
  process.kill(processIn(child, "podman"), "SIGTERM");
  expect(await ended).toMatchObject({ code: 4, stderr: expect.stringContaining("it was taken back") });
  expect(bootc.read().staged).toBeNull();
});

test("a person at a terminal is asked, and anything but yes changes nothing", async (context) => {
  const { script } = needPrograms(context, "script");
  const { machine, bootc, image, words } = await world(context);
  const answer = async (text: string): Promise<Ended> => {
    const line = words([]).join(" ");
    const { child, ended } = machine.start([script, "-qec", line, "/dev/null"], { SIGNALBOX_IMAGE: image.name });
    let shown = "";
    child.stdout?.on("data", (piece) => {
      if (shown.includes("[y/N]")) return;
      shown += piece;
      if (shown.includes("[y/N]")) child.stdin?.write(`${text}\n`);
    });
    return ended;
  };
  const asked = { stdout: expect.stringContaining(`Switch to ${ref}?`) };
  expect(await answer("")).toMatchObject({ code: 1, ...asked });
  expect(bootc.read().staged).toBeNull();
  expect(machine.read(policyPath)).toBe(strict);
  expect(await answer("y")).toMatchObject({ code: 0, ...asked });
  expect(bootc.read().staged?.digest).toBe(planned);
});

test("with less than it needs it says what is missing, and does nothing", async (context) => {
  const { machine, image, url, asked, bootc } = await world(context);
  const run = (...options: readonly string[]) => {
    const program = [image.name, "switch", "--root", "/host", "--nsenter", "--yes", "--server", url, ref];
    return machine.run(["podman", "run", "--rm", "--no-healthcheck", "--volume", "/:/host", ...options, ...program]);
  };
  // The image's own user may not see the host's processes; without --pid=host they are others.
  const plain = await run("--pid=host");
  expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining("give podman --privileged --pid=host") });
  const alone = await run("--user", "0:0", "--privileged");
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("/host is not the root of process 1") });
  expect(asked).toEqual([]);
  expect(bootc.calls()).toEqual([]);
});

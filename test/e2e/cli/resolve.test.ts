// signalbox resolve: each way of asking, and the exit code of each answer.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type ProgramEnvironment, runProgram, startProgram, temporaryFolder } from "../../kit/program.ts";
import { sendJson, startFake } from "../../kit/registries/fake-server.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
let environment: ProgramEnvironment;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-resolve-"));
  environment = { SIGNALBOX_DATABASE_URL: `file:${join(folder, "demo.db")}`, SIGNALBOX_POLICIES: demo };
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  const { status, stderr } = spawnSync(launcher, ["index", "--once"], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resolve = (...args: string[]) => runProgram(["resolve", ...args], environment);
const gnome = "demo.example/foundry/desktop-gnome:43";
const kde = "demo.example/foundry/desktop-kde:43";

describe("by the local catalog", () => {
  test.each([
    { title: "allows", args: [gnome, "--arch", "amd64"], code: 0, says: "decision ALLOW" },
    { title: "warns", args: [kde, "--arch", "amd64"], code: 10, says: "NO_SIGNATURE" },
    {
      title: "blocks",
      args: ["demo.example/community/arcade-nvidia-open:stable", "--arch", "amd64"],
      code: 20,
      says: "decision BLOCK",
    },
    {
      title: "blocks another architecture",
      args: ["demo.example/foundry/edge:43", "--arch", "amd64"],
      code: 20,
      says: "architecture-mismatch",
    },
    {
      title: "reads every spelling",
      args: [`ostree-image-signed:docker://${gnome}`, "--arch", "x86_64"],
      code: 0,
      says: gnome,
    },
    {
      title: "shows the successor",
      args: ["demo.example/community/retro:latest", "--arch", "amd64"],
      code: 20,
      says: "demo.example/community/arcade",
    },
  ])("$title", async ({ args, code, says }) => {
    const ended = await resolve(...args);
    expect(ended).toMatchObject({ code, stderr: "" });
    expect(ended.stdout).toContain(says);
  });

  test.each([
    { title: "an unknown repository", args: ["demo.example/nobody/nothing:1"], code: 1, says: "is not known" },
    {
      title: "something near a known one",
      args: ["demo.example/community/arcde:stable"],
      code: 1,
      says: "demo.example/community/arcade",
    },
    {
      title: "an unknown tag, which is asked for next",
      args: ["demo.example/foundry/base:40"],
      code: 3,
      says: "not looked at yet",
    },
    { title: "no reference", args: ["fedora"], code: 2, says: "HOST/PATH:TAG" },
    { title: "a tag and a digest", args: [`${gnome}@sha256:${"0".repeat(64)}`], code: 2, says: "a tag and a digest" },
    { title: "no digest", args: [gnome, "--from", "latest"], code: 2, says: "digest" },
    {
      title: "both a server and the registry",
      args: [gnome, "--live", "--server", "http://127.0.0.1:1"],
      code: 2,
      says: "cannot be used",
    },
    { title: "no address", args: [gnome, "--server", "signalbox.example"], code: 2, says: "no address of a service" },
    {
      title: "a host file that is not there",
      args: [gnome, "--host", "/nowhere/status.json"],
      code: 2,
      says: "/nowhere/status.json cannot be read",
    },
  ])("$title ends with $code in one line", async ({ args, code, says }) => {
    const ended = await resolve(...args);
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });

  test("--json prints the plan of the contract, and the problem where there is none", async () => {
    const { stdout } = await resolve(gnome, "--arch", "amd64", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      target: { ref: gnome, kind: "edition" },
      decision: "allow",
      hostHazards: "not-asked",
    });
    const refused = await resolve("demo.example/nobody/nothing:1", "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ type: "/problems/unknown-reference", candidates: [] });
  });

  test("without a catalog it says how to get one, and makes none", async () => {
    const path = join(temporaryFolder(), "none.db");
    const { code, stderr } = await runProgram(["resolve", gnome], { SIGNALBOX_DATABASE_URL: path });
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no catalog at .*index --once.*--server.*--live/);
    expect(existsSync(path)).toBe(false);
  });
});

describe("for a host that tells about itself", () => {
  const status = (imageDigest: string, architecture = "amd64") =>
    JSON.stringify({
      apiVersion: "org.containers.bootc/v1",
      kind: "BootcHost",
      metadata: { name: "host" },
      spec: { image: null, bootOrder: "default" },
      status: {
        staged: null,
        booted: {
          image: {
            image: { image: "demo.example/foundry/desktop-gnome:43", transport: "registry" },
            version: "43",
            timestamp: null,
            imageDigest,
            architecture,
          },
        },
      },
    });

  test("the host says its architecture and what it has: the download is what it lacks", async () => {
    const plan = JSON.parse((await resolve(gnome, "--arch", "amd64", "--json")).stdout);
    const input = status(plan.target.platform.digest);
    const asked = ["resolve", "demo.example/foundry/desktop-kde:43", "--host", "-", "--json"];
    const { code, stdout } = await runProgram(asked, environment, { input });
    expect(code).toBe(10);
    expect(JSON.parse(stdout)).toMatchObject({ delta: { layersShared: 5, layersNew: 1 } });
  });

  test("a file does as well as standard input", async () => {
    const file = join(temporaryFolder(), "status.json");
    writeFileSync(file, status(`sha256:${"0".repeat(64)}`, "arm64"));
    const { code, stdout } = await resolve("demo.example/foundry/desktop-kde:43", "--host", file, "--json");
    expect(code).toBe(20);
    expect(JSON.parse(stdout).decisionReasons).toContain("architecture-mismatch");
  });

  test("facts are judged with a host and without one", async () => {
    const facts = join(temporaryFolder(), "facts.json");
    writeFileSync(facts, JSON.stringify({ etcModified: ["/etc/passwd"] }));
    const input = status(`sha256:${"0".repeat(64)}`);
    const both = ["resolve", gnome, "--host", "-", "--facts", facts, "--json"];
    const found = { id: "etc-merge", status: "present", evidence: { accounts: ["/etc/passwd"] } };
    for (const answer of [
      await runProgram(both, environment, { input }),
      await resolve(gnome, "--arch", "amd64", "--facts", facts, "--json"),
    ]) {
      const plan = JSON.parse(answer.stdout);
      expect(plan.hostHazards).toBe("asked");
      expect(plan.hazards).toContainEqual(
        expect.objectContaining({ ...found, evidence: expect.objectContaining(found.evidence) }),
      );
    }
    const twice = await runProgram(["resolve", gnome, "--host", "-", "--facts", "-"], environment, { input: "{}" });
    expect(twice).toMatchObject({ code: 2, stdout: "" });
  });

  test.each([
    { title: "nothing", input: "" },
    { title: "a list", input: "[]" },
    { title: "half a document", input: '{"status":' },
    { title: "far too much", input: `{"a":"${"a".repeat(1024 * 1024)}"}` },
    { title: "what no bootc writes", input: '{"status": 5}' },
  ])("$title is no host", async ({ input }) => {
    const { code, stdout, stderr } = await runProgram(["resolve", gnome, "--host", "-"], environment, { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n").length).toBeLessThan(4);
  });
});

describe("by the registry itself", () => {
  test("a declared registry is read now, without a database and without a kind", async () => {
    const place = { SIGNALBOX_POLICIES: demo, SIGNALBOX_DATABASE_URL: join(temporaryFolder(), "none.db") };
    const { code, stdout } = await runProgram(["resolve", "--live", gnome, "--arch", "amd64", "--json"], place);
    expect(code).toBe(10);
    const live = JSON.parse(stdout);
    const stored = JSON.parse((await resolve(gnome, "--arch", "amd64", "--json")).stdout);
    expect(live.target).toMatchObject({ digest: stored.target.digest, kind: null, official: null });
    expect(live.trust).toMatchObject({ verdict: "verified", policyDigest: stored.trust.policyDigest });
    expect(live.trust.hostFiles).toEqual(stored.trust.hostFiles);
    expect(existsSync(place.SIGNALBOX_DATABASE_URL)).toBe(false);
  });

  test("what the registry does not have ends with 1", async () => {
    const { code, stderr } = await resolve("--live", "demo.example/foundry/base:99");
    expect(code).toBe(1);
    expect(stderr).toContain("the registry says that there is none");
  });

  test("an address that no document declares has to be public", async () => {
    const { code, stderr } = await resolve("--live", "127.0.0.1:9/os/one:1");
    expect(code).toBe(3);
    expect(stderr).toContain("address-refused");
  });
});

describe("by a server", () => {
  test("the answers are those of the local catalog", async () => {
    const service = startProgram(["serve", "--no-worker", "--port", "0"], environment);
    const [, url = ""] = await service.waitFor(/serves (http:\S+)/);
    for (const args of [
      [gnome, "--arch", "amd64"],
      ["demo.example/foundry/edge:43", "--arch", "amd64"],
      ["demo.example/nobody/nothing:1"],
    ]) {
      const remote = await runProgram(["resolve", "--server", url, ...args], {});
      const local = await resolve(...args);
      expect(remote).toEqual(local);
    }
    expect(await service.stop()).toMatchObject({ code: 0 });
  });

  test("a server that is away ends with 3", async () => {
    const gone = await startFake(() => {});
    await gone.close();
    const { code, stderr } = await resolve("--server", gone.url, gnome);
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not answer: .*ECONNREFUSED/);
  });

  test.each([
    { title: "a page", body: "<html>" },
    { title: "something else", body: { hello: "world" } },
  ])("$title is no plan", async ({ body }) => {
    const fake = await startFake((_, response) => {
      if (typeof body === "string") response.writeHead(200, { "content-type": "text/html" }).end(body);
      else sendJson(response, 200, body);
    });
    onTestFinished(() => fake.close());
    const { code, stdout, stderr } = await resolve("--server", fake.url, gnome);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("is it a Signalbox?");
  });

  test("words that this version does not know count as block", async () => {
    const plan = JSON.parse((await resolve(gnome, "--arch", "amd64", "--json")).stdout);
    const fake = await startFake((_, response) => sendJson(response, 200, { ...plan, decision: "perhaps" }));
    onTestFinished(() => fake.close());
    const { code, stderr } = await resolve("--server", fake.url, gnome);
    expect(code).toBe(20);
    expect(stderr).toContain("counts as block");
  });

  test("an answer without end is given up", async () => {
    const fake = await startFake((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    onTestFinished(() => fake.close());
    const { code, stderr } = await resolve("--server", fake.url, gnome);
    expect(code).toBe(3);
    expect(stderr).toContain("answers without end");
  });
});

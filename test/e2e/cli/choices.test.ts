// signalbox choices: the demo's menu, from the catalog and from a service, for people and for programs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProgramEnvironment, runProgram, startProgram } from "../../kit/program.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
let environment: ProgramEnvironment;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-choices-"));
  environment = { SIGNALBOX_DATABASE_URL: `file:${join(folder, "demo.db")}`, SIGNALBOX_POLICIES: demo };
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  const { status, stderr } = spawnSync(launcher, ["index", "--once"], {
    env: { PATH: process.env.PATH, SIGNALBOX_VERIFY_ROOT_INTERVAL_MS: "0", ...environment },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const choices = (...args: string[]) => runProgram(["choices", "--arch", "amd64", ...args], environment);
const server = "demo.example/foundry/server:stable";
const unsigned = "demo.example/foundry/desktop-kde:latest";

test("shows what may be installed, with what to type", async () => {
  const { code, stdout, stderr } = await choices();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^workstation\n.*\n\ngaming\n.*\n\ncontainer-host\n/s);
  expect(stdout).toContain(server);
  expect(stdout).not.toContain(unsigned);
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test("shows the rest where that is asked for", async () => {
  expect((await choices("--all")).stdout).toContain(unsigned);
});

test("prints what a service answers, to the member", async () => {
  const service = startProgram(["serve", "--no-worker", "--port", "0"], environment);
  const [address = ""] = await service.waitFor(/http:\/\/127\.0\.0\.1:[0-9]+/);
  const theirs = await choices("--server", address, "--json", "--use", "container-host");
  expect(theirs).toMatchObject({ code: 0, stderr: "" });
  expect(theirs.stdout).toBe((await choices("--json", "--use", "container-host")).stdout);
  const { items } = JSON.parse(theirs.stdout);
  expect(items).toContainEqual(expect.objectContaining({ ref: server, use: "container-host", verdict: "verified" }));
  await service.stop();
});

test("says what is empty, and that it is no failure", async () => {
  const { code, stdout, stderr } = await choices("--use", "nothing-like-it");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("--all");
});

test.each([
  { title: "a firmware that is none", args: ["--firmware", "coreboot"], code: 2 },
  { title: "an address that is none", args: ["--server", "signalbox.example"], code: 2 },
  { title: "a service that is away", args: ["--server", "http://127.0.0.1:1"], code: 3 },
])("$title ends with $code", async ({ args, code }) => {
  const ended = await choices(...args);
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).not.toMatch(/\n {4}at /);
});

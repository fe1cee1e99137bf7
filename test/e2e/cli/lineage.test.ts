// signalbox lineage: the sample catalog's chain, each way of asking, and the exit code of each answer.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProgramEnvironment, runProgram, temporaryFolder } from "../../kit/program.ts";
import { sendJson, startFake } from "../../kit/registries/fake-server.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
let environment: ProgramEnvironment;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-lineage-"));
  environment = { SIGNALBOX_DATABASE_URL: `file:${join(folder, "demo.db")}`, SIGNALBOX_POLICIES: demo };
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  const { status } = spawnSync(launcher, ["index", "--once"], { env: { PATH: process.env.PATH, ...environment } });
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lineage = (...args: string[]) => runProgram(["lineage", "--arch", "amd64", ...args], environment);
const arcade = "demo.example/community/arcade:stable";

test("a remix stands on an edition by its layers, and that on the base by its annotation", async () => {
  const { code, stdout } = await lineage(arcade, "--json");
  expect(code).toBe(0);
  const { bases, derived } = JSON.parse(stdout);
  expect(bases).toMatchObject([
    { ref: expect.stringMatching(/^demo\.example\/foundry\/desktop-kde:/), evidence: "layers", lagBuilds: 0 },
    { ref: "demo.example/foundry/base:43", evidence: "annotation", lagDays: 0, lagBuilds: 0 },
  ]);
  expect(derived).toEqual([{ repository: "demo.example/community/arcade-nvidia-open", evidence: "layers" }]);
});

test("people read it from the top down, within the width of a terminal", async () => {
  const { code, stdout } = await lineage(arcade);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /desktop-kde[\s\S]*its layers are the lowest[\s\S]*foundry\/base:43[\s\S]*an annotation names its digest/,
  );
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
});

test.each([
  { title: "an unknown reference", args: ["demo.example/foundry/bases:43"], code: 1, says: "is not known" },
  { title: "no reference", args: ["nonsense"], code: 2, says: "registry host" },
  { title: "two to ask", args: ["--live", "--server", "http://127.0.0.1:1", arcade], code: 2, says: "cannot be used" },
  {
    title: "a reference that the registry denies",
    args: ["--live", "demo.example/foundry/base:99"],
    code: 1,
    says: "none",
  },
  { title: "no reference to a registry", args: ["--live", "nonsense"], code: 2, says: "registry host" },
  { title: "a registry out of reach", args: ["--live", "127.0.0.1:9/os/one:1"], code: 3, says: "could not be read" },
  { title: "no address", args: ["--server", "nowhere", arcade], code: 2, says: "no address of a service" },
])("$title ends with $code", async ({ args, code, says }) => {
  const answer = await lineage(...args);
  expect(answer).toMatchObject({ code, stdout: "" });
  expect(answer.stderr).toContain(says);
});

test("without a catalog the registry tells what the image itself says, and what takes a catalog is unknown", async () => {
  const place = { SIGNALBOX_POLICIES: demo, SIGNALBOX_DATABASE_URL: `file:${join(temporaryFolder(), "none.db")}` };
  const ask = (...args: string[]) => runProgram(["lineage", "--live", "--arch", "amd64", ...args], place);
  const { code, stdout } = await ask("demo.example/foundry/desktop-kde:43", "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer.bases).toMatchObject([
    { ref: "demo.example/foundry/base:43", evidence: "annotation", lagDays: null, lagBuilds: null },
  ]);
  expect(answer.unknown.map(({ field }: { field: string }) => field)).toEqual([
    "inheritedLabels",
    "inheritedAnnotations",
    "bases",
    "derived",
  ]);
  const shown = (await ask("demo.example/foundry/base:43")).stdout.replaceAll(/\s+/g, " ");
  expect(shown).toContain("names its base; whose layers are its lowest only a catalog knows");
  expect(shown).toMatch(/built on it unknown: only a catalog knows it/);
  expect(shown).not.toContain("0 repositories");
});

test("without a catalog it says where to get one", async () => {
  const empty = { SIGNALBOX_DATABASE_URL: `file:${join(temporaryFolder(), "none.db")}` };
  const { code, stderr } = await runProgram(["lineage", arcade], empty);
  expect(code).toBe(2);
  expect(stderr).toContain("--server");
});

test("a server that is no Signalbox is told apart from one that refuses", async () => {
  const fake = await startFake((_, response) => sendJson(response, 200, { hello: "world" }));
  const { code, stderr } = await lineage("--server", fake.url, arcade);
  expect(code).toBe(3);
  expect(stderr).toContain("no lineage");
});

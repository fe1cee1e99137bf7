// signalbox resolve --batch: a gate for a fleet, from the files with its hosts' status.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProgramEnvironment, runProgram, startProgram } from "../../kit/program.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
const gnome = "demo.example/foundry/desktop-gnome:43";
let environment: ProgramEnvironment;
let folder: string;
let hosts: string[];

const statusOf = (architecture: string) => ({
  apiVersion: "org.containers.bootc/v1",
  kind: "BootcHost",
  metadata: { name: "host" },
  spec: { image: null },
  status: {
    staged: null,
    booted: {
      image: {
        image: { image: gnome, transport: "registry" },
        version: null,
        timestamp: null,
        imageDigest: `sha256:${"0".repeat(64)}`,
        architecture,
      },
      incompatible: false,
      pinned: false,
    },
    rollback: null,
    type: "bootcHost",
  },
});

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-fleet-"));
  environment = { SIGNALBOX_DATABASE_URL: `file:${join(folder, "demo.db")}`, SIGNALBOX_POLICIES: demo };
  hosts = ["amd64", "s390x"].map((architecture) => {
    const file = join(folder, `${architecture}.json`);
    writeFileSync(file, JSON.stringify(statusOf(architecture)));
    return file;
  });
  const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
  const { status } = spawnSync(launcher, ["index", "--once"], {
    env: { PATH: process.env.PATH, SIGNALBOX_VERIFY_ROOT_INTERVAL_MS: "0", ...environment },
  });
  expect(status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("blocks where one host may not switch, and says which", async () => {
  const { code, stdout, stderr } = await runProgram(["resolve", gnome, "--batch", ...hosts], environment);
  expect({ code, stderr }).toEqual({ code: 20, stderr: "" });
  expect(stdout).toMatch(/s390x\.json +BLOCK +architecture-mismatch/);
  expect(stdout).toMatch(/\n2 hosts: \d allow, \d warn, 1 block, 0 errors\n$/);
});

test("a file that cannot be read is counted, and the other hosts are judged", async () => {
  const truncated = join(folder, "truncated.json");
  writeFileSync(truncated, JSON.stringify(statusOf("amd64")).slice(0, 100));
  const files = [truncated, hosts[0] ?? "", "/nowhere/at/all.json"];
  const { code, stdout } = await runProgram(["resolve", gnome, "--batch", ...files], environment);
  expect(code).toBe(2);
  expect(stdout).toMatch(/truncated\.json +error +holds no JSON/);
  expect(stdout).toMatch(/all\.json +error +cannot be read/);
  expect(stdout).toMatch(/\n3 hosts: \d allow, \d warn, 0 block, 2 errors\n$/);
});

test("a service answers as the catalog does", async () => {
  const service = startProgram(["serve", "--no-worker", "--port", "0"], environment);
  const [address = ""] = await service.waitFor(/http:\/\/127\.0\.0\.1:[0-9]+/);
  const args = ["resolve", gnome, "--json", "--batch", ...hosts];
  const theirs = await runProgram([...args, "--server", address], environment);
  expect(theirs).toMatchObject({ code: 20, stderr: "" });
  const { files, items, summary } = JSON.parse(theirs.stdout);
  expect(files).toEqual(hosts);
  expect(items[1]).toMatchObject({ decision: "block", hostHazards: "asked" });
  expect(summary).toMatchObject({ block: 1, errors: 0 });
  expect(JSON.parse((await runProgram(args, environment)).stdout).summary).toEqual(summary);
  await service.stop();
});

test.each([
  { title: "a host beside the batch", args: ["--batch", "a.json", "--host", "b.json"] },
  { title: "the registry itself", args: ["--live", "--batch", "a.json"] },
])("$title is wrong use", async ({ args }) => {
  const ended = await runProgram(["resolve", gnome, ...args], environment);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).not.toMatch(/\n {4}at /);
});

// signalbox verify: the program itself, on the sample catalog's registries and on evidence that its service gave out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgram, startProgram } from "../../kit/program.ts";

const demo = fileURLToPath(new URL("../../../policies/demo", import.meta.url));
const root = join(demo, "trusted_root.json");
const arcade = "demo.example/community/arcade:stable";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-verify-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = (args: readonly string[], input?: string) =>
  runProgram(["verify", ...args], { SIGNALBOX_POLICIES: demo }, input === undefined ? {} : { input });

describe("without a catalog", () => {
  test.each([
    { ref: arcade, code: 0, says: /verdict {2}verified; by the policy arcade/ },
    {
      ref: "demo.example/foundry/server:stable",
      code: 0,
      says: /verdict {2}verified[\s\S]*the index; cosign-tag;[\s\S]*the index; sigstore-bundle;/,
    },
    { ref: "mirror.example/base:43", code: 0, says: /verdict {2}verified/ },
    {
      ref: "demo.example/community/arcade-nvidia-open:stable",
      code: 1,
      says: /verdict {2}untrusted[\s\S]*KEY_REVOKED/,
    },
    { ref: "demo.example/community/retro:latest", code: 1, says: /verdict {2}unsigned/ },
    { ref: "demo.example/community/toolbox:latest", code: 3, says: /verdict {2}indeterminate[\s\S]*by nobody known/ },
  ])("$ref ends with $code", async ({ ref, code, says }) => {
    const ended = await verify([ref, "--arch", "amd64"]);
    expect(ended).toMatchObject({ code, stderr: "", stdout: expect.stringMatching(says) });
    expect(ended.stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  test("several references are told one after the other, and the worst decides", async () => {
    const args = [arcade, "demo.example/community/nothing:1", "demo.example/community/toolbox:latest"];
    const { code, stdout, stderr } = await verify([...args, "--arch", "amd64"]);
    expect(code).toBe(1);
    expect(stdout.match(/^verdict .*?;/gm)).toEqual(["verdict  verified;", "verdict  indeterminate;"]);
    expect(stderr).toContain("demo.example/community/nothing:1: the registry says that there is none");
  });

  test("--json prints the verifications of the contract for what a host pulls", async () => {
    const ref = "demo.example/community/atelier:gnome";
    const { code, stdout } = await verify([ref, "--arch", "amd64", "--trusted-root", root, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ref,
      repository: "demo.example/community/atelier",
      verdict: "no-policy",
      reasons: [{ code: "NO_POLICY" }],
      policy: null,
      signatures: [{ signer: { id: null, type: "key" }, transparencyLog: { logIndex: 4242 } }, {}],
    });
    const absent = await verify(["demo.example/foundry/base:99", "--json"]);
    expect(absent).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(absent.stdout)).toMatchObject({ type: "/problems/unknown-reference" });
  });

  test("a key of one's own decides alone", async () => {
    const key = (name: string) => join(demo, "trust/keys", `${name}.pub`);
    const ask = (name: string) => verify([arcade, "--key", key(name), "--arch", "amd64"]);
    expect(await ask("arcade-2026")).toMatchObject({ code: 0, stdout: expect.stringContaining("by the policy given") });
    expect(await ask("foundry-2026")).toMatchObject({ code: 1, stdout: expect.stringContaining("SIGNATURE_ERROR") });
  });

  test.each([
    { title: "nothing", args: [], says: "give a reference, or --evidence" },
    { title: "a reference and a file", args: [arcade, "--evidence", "x"], says: "not both" },
    { title: "no reference", args: ["desktop"], says: "HOST/PATH" },
    { title: "a policy's digest and no file", args: [arcade, "--policy-digest", "x"], says: "give --evidence, too" },
    { title: "no digest", args: ["--evidence", "-", "--policy-digest", "x"], says: "is no digest" },
    {
      title: "a policy's digest and a key",
      args: ["--evidence", "-", "--policy-digest", "x", "--key", "y"],
      says: "cannot be used with",
    },
    { title: "a file that is not there", args: ["--evidence", "/nowhere.json"], says: "/nowhere.json cannot be read" },
  ])("$title is wrong use", async ({ args, says }) => {
    expect(await verify(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
  });
});

test("what the service knew is reached again from a saved file, without its policies and without a network", async () => {
  const service = startProgram(["demo", "--port", "0"], { TMPDIR: folder });
  const [, url = ""] = await service.waitFor(/^serving (\S+)$/m, 60_000);
  await service.waitFor(/Ctrl-C/);
  const saved: { file: string; answer: unknown; verdict: string }[] = [];
  for (const [, verdict = "", name = "", tag = ""] of service.output.stdout.matchAll(
    /^ {2}([a-z-]+) +(demo\S+):(\S+)$/gm,
  )) {
    const tags = await (await fetch(`${url}/api/v1/repository/tags?name=${name}&prefix=${tag}`)).json();
    const digest = (tags as { items: { digest: string }[] }).items[0]?.digest ?? "";
    const get = async (part: string) =>
      (await fetch(`${url}/api/v1/images/${digest}/${part}?repository=${name}`)).text();
    const file = join(folder, `${verdict}.json`);
    writeFileSync(file, await get("evidence"));
    saved.push({ file, verdict, answer: JSON.parse(await get("verifications")) });
  }
  expect(await service.stop()).toMatchObject({ code: 0 });
  expect(saved).toHaveLength(6);
  for (const { file, verdict, answer } of saved) {
    // Nobody is there to be asked: not one socket can be opened in a network of one's own.
    const [without, ...network] = ["unshare", "--map-root-user", "--net"];
    const alone = spawnSync(without ?? "", [...network, "true"]).status === 0;
    const args = ["verify", "--evidence", file, "--json"];
    const launcher = fileURLToPath(new URL("../../../bin/signalbox", import.meta.url));
    const [program = "", ...rest] = [...(alone ? [without, ...network] : []), launcher, ...args];
    const { status, stdout } = spawnSync(program, rest, { encoding: "utf8", env: { PATH: process.env.PATH } });
    const { judgedBy, ...kept } = JSON.parse(stdout);
    expect(kept).toEqual(answer);
    expect(judgedBy).toMatchObject({ policy: kept.policy === null ? null : "file", restsOnFirstSight: false });
    expect(status).toBe({ verified: 0, indeterminate: 3 }[verdict] ?? 1);
  }
  const [first] = saved;
  const text = readFileSync(first?.file ?? "", "utf8");
  expect(await verify(["--evidence", "-"], text)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("verified, by the file's own policy"),
  });
  const { policyDigest }: { policyDigest: string } = JSON.parse(text);
  expect(await verify(["--evidence", "-", "--policy-digest", policyDigest], text)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("verified; by the policy"),
  });
  const other = `sha256:${"0".repeat(64)}`;
  expect(await verify(["--evidence", "-", "--policy-digest", other], text)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("is judged by another policy"),
  });
  // One character of one blob.
  const evidence = JSON.parse(text);
  const [digest = ""] = Object.keys(evidence.blobs);
  evidence.blobs[digest] = `f${evidence.blobs[digest].slice(1)}`;
  const changed = await verify(["--evidence", "-"], JSON.stringify(evidence));
  expect(changed).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("was changed, and nothing is verified"),
  });
});

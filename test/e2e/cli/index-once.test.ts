// signalbox index: exit codes, the report for people and for programs, and a catalog that resolve can answer from.
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { loopbackRegistry, writePolicies } from "../../kit/policy-folder.ts";
import { type ProgramEnvironment, runProgram, startProgram, temporaryFolder } from "../../kit/program.ts";
import { buildImage, buildMultiArch } from "../../kit/registries/build-image.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../kit/registries/memory-registry.ts";

let registry: MemoryRegistry;
let environment: ProgramEnvironment;
let policies: string;

const source = (id: string, repositories: readonly string[], more: object = {}) => ({
  id,
  registry: registry.host,
  repositories,
  kind: "base",
  tags: { channels: ["stable"] },
  ...more,
});

beforeEach(async () => {
  const folder = temporaryFolder();
  registry = await startMemoryRegistry();
  onTestFinished(() => registry.close());
  registry.contents.push("os/one", buildMultiArch("one"), "stable");
  registry.contents.push("os/two", buildImage({ seed: "two" }), "stable");
  policies = join(folder, "policies");
  environment = {
    SIGNALBOX_DATABASE_URL: `file:${join(folder, "catalog.db")}`,
    SIGNALBOX_POLICIES: writePolicies(policies, {
      registries: [loopbackRegistry(registry.host)],
      sources: [source("one", ["os/one"]), source("two", ["os/two"])],
    }),
    // What fails here fails for good: nobody waits for a second attempt.
    SIGNALBOX_HTTP_ATTEMPTS: "1",
  };
});

/** What is said on standard error but the progress, which comes where a machine is slow. */
function complaints(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !/^\d+\/\d+ sources?, /.test(line));
}

const indexOnce = (...args: string[]) => runProgram(["index", "--once", ...args], environment);

test("everything indexed ends with 0, a line for each source, and nothing on standard error", async () => {
  const { code, stdout, stderr } = await indexOnce();
  expect({ code, complaints: complaints(stderr) }).toEqual({ code: 0, complaints: [] });
  expect(stdout).toMatch(/^one +1 +1 +0 +0 .* done$/m);
  expect(stdout).toMatch(/^2 sources; 2 repositories; 2 new images; .*\d+ requests/m);
});

test("an item that fails ends with 3 and is named, with the reason; everything else is indexed", async () => {
  writePolicies(policies, {
    registries: [loopbackRegistry(registry.host)],
    sources: [source("one", ["os/one", "os/missing"]), source("two", ["os/two"])],
  });
  const { code, stdout, stderr } = await indexOnce();
  expect({ code, complaints: complaints(stderr) }).toEqual({ code: 3, complaints: [] });
  expect(stdout).toMatch(/^failed tags, not-found: .+\n {2}127\.0\.0\.1:\d+\/os\/missing$/m);
  expect(stdout).toMatch(/^two +1 .* done$/m);
});

test("a registry that is away ends with 3 and leaves what was known", async () => {
  await indexOnce();
  await registry.close();
  const { code, stdout } = await indexOnce("--json");
  expect(code).toBe(3);
  const report = JSON.parse(stdout);
  expect(report.sources).toEqual([
    expect.objectContaining({ source: "one", failing: true }),
    expect.objectContaining({ source: "two", failing: true }),
  ]);
  expect(report.failures[0]).toEqual({
    source: expect.stringMatching(/^(one|two)$/),
    repository: expect.stringContaining("/os/"),
    tag: null,
    stage: "tags",
    code: "unreachable",
    reason: expect.any(String),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
  const resolved = await runProgram(["resolve", `${registry.host}/os/one:stable`, "--arch", "amd64"], environment);
  expect(resolved).toMatchObject({ code: 10, stderr: "" });
});

test("named sources alone are looked at; a name that is none is wrong use", async () => {
  const { code, stdout } = await indexOnce("two", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: "done",
    sources: [{ source: "two", repositories: 1, done: 1, images: 1, failures: 0 }],
    failures: [],
  });
  expect(registry.count(/os\/one/)).toBe(0);
  const unknown = await indexOnce("three");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain("there is no source three; the sources are: one, two");
  expect(await runProgram(["index", "two"], environment)).toMatchObject({ code: 2 });
});

test("wrong documents end with 2, each mistake at its place, and nothing is asked of a registry", async () => {
  writePolicies(policies, { registries: [loopbackRegistry(registry.host)], sources: [{ id: "one" }] });
  const { code, stdout, stderr } = await indexOnce();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^ {2}sources\/sources\.yaml:\d+:\d+: /m);
  expect(registry.requests).toEqual([]);
});

test("a second round finds nothing new", async () => {
  await indexOnce();
  const report = JSON.parse((await indexOnce("--json")).stdout);
  expect(
    report.sources.map(({ images, tagsMoved }: { images: number; tagsMoved: number }) => images + tagsMoved),
  ).toEqual([0, 0]);
});

test("SIGTERM ends it between two items, and says that it did not finish", async () => {
  const slow = startProgram(["index", "--once"], { ...environment, SIGNALBOX_WORKER_SHUTDOWN_MS: "100" });
  // Nobody answers at this address, and everybody waits.
  const { createServer } = await import("node:http");
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.closeAllConnections());
  onTestFinished(() => void silent.close());
  await slow.ended;
  const { port } = silent.address() as { port: number };
  writePolicies(policies, {
    registries: [loopbackRegistry(`127.0.0.1:${port}`)],
    sources: [{ ...source("silent", ["os/one"]), registry: `127.0.0.1:${port}` }],
  });
  const asked = new Promise((resolve) => silent.once("request", resolve));
  const stuck = startProgram(["index", "--once"], { ...environment, SIGNALBOX_WORKER_SHUTDOWN_MS: "100" });
  await asked;
  const { code, stdout } = await stuck.stop("SIGTERM");
  expect(code).toBe(3);
  expect(stdout).toContain("stopped before the end");
});

describe("without --once", () => {
  test("it goes on until it is ended, and tells what it does line by line", async () => {
    const worker = startProgram(["index", "--json"], environment);
    await worker.waitFor(/"source":"one".*"type":"source-done"|"type":"source-done".*"source":"one"/);
    await worker.waitFor(/"repository":"[^"]*os\/two"/);
    const { code, stdout } = await worker.stop("SIGTERM");
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toContain("source-listed");
  });
});

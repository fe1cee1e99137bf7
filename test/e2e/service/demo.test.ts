// signalbox demo: without a network and without setting anything, and everything it says to try works.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startProgram, temporaryFolder } from "../../kit/program.ts";

const checkout = fileURLToPath(new URL("../../..", import.meta.url));

test("it indexes, serves, shows what to try, and leaves nothing behind", async () => {
  const TMPDIR = temporaryFolder();
  const demo = startProgram(["demo"], { TMPDIR }, { cwd: checkout });
  await demo.waitFor(/Ctrl-C ends it/, 60_000);
  const { stdout } = demo.output;
  expect(stdout).toMatch(/^7 sources; 12 repositories; 18 new images/m);
  expect(stdout).not.toMatch(/not finished|out of reach|in part/);

  const shown = [...stdout.matchAll(/^ {2}([a-z-]+) +(demo\.example\/\S+)$/gm)].map(([, verdict, ref = ""]) => [
    verdict,
    ref,
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    verified: "demo.example/community/arcade:stable",
    indeterminate: "demo.example/community/toolbox:latest",
    untrusted: "demo.example/community/arcade-nvidia-open:stable",
    "no-policy": "demo.example/community/atelier:gnome",
    invalid: "demo.example/community/pocket:43",
    unsigned: "demo.example/community/retro:latest",
  });
  expect(shown).toHaveLength(6);
  const [, service = ""] = /^serving (\S+)$/m.exec(stdout) ?? [];
  for (const [verdict, ref = ""] of shown) {
    const arch = ref.includes("pocket") ? "arm64" : "amd64";
    const response = await fetch(`${service}/api/v1/resolve?ref=${ref}&arch=${arch}`);
    expect(await response.json()).toMatchObject({ trust: { verdict } });
  }

  const commands = [...stdout.matchAll(/^ {5}(.+)$/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(3);
  const [resolve = "", search = "", docs = ""] = commands;
  const run = (command: string) =>
    promisify(execFile)("bash", ["-c", command], { cwd: checkout, encoding: "utf8" }).catch(
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  expect(await run(resolve)).toMatchObject({ stderr: "", stdout: expect.stringContaining("decision ALLOW") });
  expect((await run(search)).stdout).toMatch(/name: .*demo\.example\/community\/arcade/);
  const page = await fetch(docs);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toContain("text/html");

  const ended = await demo.stop("SIGINT");
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(readdirSync(TMPDIR).filter((name) => name.startsWith("signalbox-demo"))).toEqual([]);
});

test("a port that is taken is passed over, one that was asked for is not", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const demo = startProgram(["demo", "--port", String(port)], { TMPDIR: temporaryFolder() });
  expect(await demo.ended).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} is taken`) });
});

test("ended while it indexes, it ends at once and leaves nothing behind", async () => {
  const TMPDIR = temporaryFolder();
  const demo = startProgram(["demo"], { TMPDIR });
  await demo.waitFor(/Signalbox demo/);
  while (!existsSync(TMPDIR) || readdirSync(TMPDIR).every((name) => !name.startsWith("signalbox-demo"))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await demo.stop("SIGTERM");
  expect(readdirSync(TMPDIR).filter((name) => name.startsWith("signalbox-demo"))).toEqual([]);
});

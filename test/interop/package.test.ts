// The published package: what npm pack makes installs elsewhere, without development dependencies, and runs.
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveSomething } from "../kit/ask-catalog.ts";
import { cleanEnvironment, machinePath, run, runNpm, startServing, testedNode } from "../kit/npm.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-package-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As somebody's machine that has Node.js 24 of its own. */
const env = cleanEnvironment([testedNode, ...machinePath()]);

test("the package installs elsewhere and indexes, serves and explains itself", {
  timeout: 600_000,
}, async (context) => {
  // Packed from a copy, so that nothing is built in the checkout under the feet of other tests.
  const source = join(folder, "source");
  mkdirSync(source);
  const taken = [
    "bin",
    "db",
    "deploy",
    "openapi",
    "policies",
    "server",
    "worker",
    "LICENSE",
    "README.md",
    "package.json",
  ];
  for (const name of [...taken, "tsconfig.json", "tsconfig.build.json"]) {
    cpSync(join(root, name), join(source, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  await runNpm(context, ["pack", "--pack-destination", folder], { cwd: source, env });
  const [tarball = ""] = globSync("signalbox-*.tgz", { cwd: folder });

  const home = join(folder, "elsewhere");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "private": true }');
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, tarball)];
  await runNpm(context, install, { cwd: home, env });
  const installed = readdirSync(join(home, "node_modules"));
  for (const name of ["node", "vitest", "typescript", "@biomejs"]) expect(installed).not.toContain(name);
  const inPackage = join(home, "node_modules/signalbox");
  expect(globSync("**/*.ts", { cwd: inPackage }).filter((path) => !/node_modules|\.d\.ts$/.test(path))).toEqual([]);
  expect(existsSync(join(inPackage, "LICENSE"))).toBe(true);

  const signalbox = join(home, "node_modules/.bin/signalbox");
  const settings = await run(signalbox, ["config", "--json"], { cwd: home, env, timeoutMs: 30_000 });
  expect(settings).toMatchObject({ code: 0 });
  expect(JSON.parse(settings.stdout).settings.length).toBeGreaterThan(50);
  const defaults = join(inPackage, "dist/policies/default");
  expect(await run(signalbox, ["policy", "check", defaults], { cwd: home, env, timeoutMs: 60_000 })).toMatchObject({
    code: 0,
  });

  const serving = await startServing(signalbox, ["demo"], { cwd: home, env: { ...env, PORT: "0" } });
  try {
    await resolveSomething(serving.url);
    const document = await fetch(`${serving.url}/openapi.json`);
    expect(await document.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
    expect((await fetch(`${serving.url}/docs`)).status).toBe(200);
  } finally {
    expect(await serving.stop()).toBe(0);
  }

  const use = "import * as client from 'signalbox/client'; console.log(Object.keys(client).length > 0);";
  const imported = await run(process.execPath, ["--input-type=module", "-e", use], {
    cwd: home,
    env,
    timeoutMs: 30_000,
  });
  expect(imported).toMatchObject({ code: 0, stdout: "true\n" });
});

// The first of the two commands, as a stranger types it: what is committed, the machine's own Node.js, and nothing else.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveSomething } from "../kit/ask-catalog.ts";
import { cleanEnvironment, machinePath, run, runNpm, startServing } from "../kit/npm.ts";
import { needPrograms, programsAreRequired } from "../kit/programs.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-checkout-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("npm ci && npm run demo answers from the sample catalog", { timeout: 600_000 }, async (context) => {
  if (!programsAreRequired) context.skip("installs half a gigabyte: in CI alone (SIGNALBOX_REQUIRE_TOOLS=1)");
  const { sh, npm } = needPrograms(context, "sh", "git", "npm");
  const env = cleanEnvironment(machinePath());
  // An archive and not a clone: git refuses to clone what belongs to another user, as a checkout in CI may. Without
  // a repository (a tarball of the sources), all that an installation or a run did not make.
  const unpack = existsSync(join(root, ".git"))
    ? 'git -c safe.directory="*" -C "$1" archive HEAD | tar -x -C "$2"'
    : 'tar -c -C "$1" --exclude=./node_modules --exclude=./dist --exclude=./data . | tar -x -C "$2"';
  const unpacked = await run(sh, ["-c", `set -e; ${unpack}`, "sh", root, folder], {
    cwd: folder,
    env,
    timeoutMs: 60_000,
  });
  expect(unpacked).toMatchObject({ code: 0 });
  await runNpm(context, ["ci", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: folder, env });

  // No network from here on, as far as npm and the proxies that programs honour are concerned.
  const offline = { ...env, PORT: "0", npm_config_offline: "true" };
  const serving = await startServing(npm, ["run", "demo"], { cwd: folder, env: offline });
  try {
    await resolveSomething(serving.url);
    expect(serving.output()).toMatch(/resolve/);
  } finally {
    await serving.stop();
  }
});

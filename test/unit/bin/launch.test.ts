// The launcher: becomes the right Node.js, passes everything through, and says in one line where there is none.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const bin = join(import.meta.dirname, "../../../bin");
// dirname and readlink, and no Node.js.
const systemPath = "/usr/bin:/bin";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "signalbox-launch-"));
  mkdirSync(join(root, "bin"));
  mkdirSync(join(root, "tools"));
  for (const name of ["signalbox", "launch.mjs"]) copyFileSync(join(bin, name), join(root, "bin", name));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  for (const name of ["dirname", "readlink"]) symlinkSync(join("/usr/bin", name), join(root, "tools", name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A command line that tells what it was given. */
function writeProgram(path: string, code: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), code);
}

/** As `npm ci` leaves it in a checkout. */
function bundleNode(): void {
  mkdirSync(join(root, "node_modules/node/bin"), { recursive: true });
  symlinkSync(process.execPath, join(root, "node_modules/node/bin/node"));
}

/** A Node.js on PATH that takes itself for an old one. */
function pretendOldNode(): void {
  const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
  const option = `--import=data:text/javascript,${encodeURIComponent(pretend)}`;
  writeFileSync(join(root, "tools/node"), `#!/bin/sh\nexec '${process.execPath}' '${option}' "$@"\n`);
  chmodSync(join(root, "tools/node"), 0o755);
}

function start(command: string, args: readonly string[], path = join(root, "tools")): ChildProcess {
  return spawn(command, args, { env: { PATH: path, NODE_NO_WARNINGS: "1" }, stdio: ["ignore", "pipe", "pipe"] });
}

async function outcomeOf(child: ChildProcess) {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("close", (...ended) => resolve(ended)),
  );
  return { code, signal, stdout, stderr };
}

const tellArguments = "console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n";

test("a checkout runs its sources under its own Node.js, with all arguments and the exit code", async () => {
  bundleNode();
  writeProgram("bin/cli.ts", `const code: number = 7;\n${tellArguments.replace("7", "code")}`);
  const outcome = await outcomeOf(start(join(root, "bin/signalbox"), ["resolve", "a b", "*", "$HOME", ""]));
  expect(outcome).toEqual({ code: 7, signal: null, stdout: '["resolve","a b","*","$HOME",""]\n', stderr: "" });
});

test("a package runs what was compiled, under the machine's Node.js, also through npm's link", async () => {
  symlinkSync(process.execPath, join(root, "tools/node"));
  writeProgram("dist/bin/cli.js", tellArguments);
  symlinkSync("../bin/signalbox", join(root, "tools/signalbox"));
  expect(await outcomeOf(start(join(root, "tools/signalbox"), ["--json"]))).toMatchObject({
    code: 7,
    stdout: '["--json"]\n',
  });
});

test("the program is the process that was started: whatever signal kills one kills both", async () => {
  bundleNode();
  writeProgram("bin/cli.ts", "console.log(process.pid);\nsetInterval(() => {}, 1000);\n");
  const child = start(join(root, "bin/signalbox"), []);
  const said = await new Promise((resolve) => child.stdout?.once("data", (data) => resolve(String(data))));
  expect(said).toBe(`${child.pid}\n`);
  child.kill("SIGKILL");
  expect(await outcomeOf(child)).toMatchObject({ signal: "SIGKILL" });
});

test("started with an old Node.js by name, it goes on with its own and passes signals on", async () => {
  bundleNode();
  pretendOldNode();
  const program =
    'process.once("SIGTERM", () => process.exit(9));\nconsole.log(process.versions.node);\nsetInterval(() => {}, 1000);\n';
  writeProgram("bin/cli.ts", program);
  const child = start(join(root, "tools/node"), [join(root, "bin/signalbox")], `${join(root, "tools")}:${systemPath}`);
  const said = await new Promise((resolve) => child.stdout?.once("data", (data) => resolve(String(data))));
  expect(said).toBe(`${process.versions.node}\n`);
  child.kill("SIGTERM");
  expect(await outcomeOf(child)).toMatchObject({ code: 9 });
});

test("an old Node.js alone is named in one line", async () => {
  pretendOldNode();
  writeProgram("bin/cli.ts", tellArguments);
  const outcome = await outcomeOf(start(join(root, "bin/signalbox"), ["serve"]));
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toMatch(/^signalbox: Node\.js 24 or newer is needed, .*\n$/);
});

test("no Node.js at all is told in one line", async () => {
  writeProgram("bin/cli.ts", tellArguments);
  const outcome = await outcomeOf(start("/bin/sh", [join(root, "bin/signalbox"), "serve"]));
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toMatch(/^signalbox: Node\.js 24 or newer is needed .*\n$/);
});

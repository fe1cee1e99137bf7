// Using the command line: help, mistakes in one line each, and exit codes.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram, temporaryFolder } from "../../kit/program.ts";

test("without a command it shows its help and ends with 2", async () => {
  const { code, stdout, stderr } = await runProgram([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^Usage: signalbox/);
});

test("help and version end with 0", async () => {
  const help = await runProgram(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("Commands:");
  expect(await runProgram(["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([
  "serve",
  "index",
  "resolve",
  "switch",
  "choices",
  "lineage",
  "verify",
  "verify-bundle",
  "policy check",
  "trust install",
  "trust undo",
  "config",
  "backup",
  "demo",
  "completion",
])("the help of %s has examples and whole lines", async (command) => {
  const { code, stdout } = await runProgram([...command.split(" "), "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: signalbox ${command}`);
  expect(stdout).toMatch(/\nExamples:\n {2}# .+\n {2}signalbox /);
  const lines = stdout.split("\n");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  const description = lines.slice(2, lines.indexOf("", 2));
  for (const [at, line] of description.slice(0, -1).entries()) {
    const [next = ""] = (description[at + 1] ?? "").split(" ");
    expect(/[.:]$/.test(line) || line.length + 1 + next.length > 80, line).toBe(true);
  }
});

test("the help of index says that questions are answered too", async () => {
  const { stdout } = await runProgram(["index", "--once", "--help"]);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("questions that wait are answered");
});

test.each([
  { title: "an unknown command", args: ["polcy"], says: "Did you mean policy?" },
  { title: "an unknown option", args: ["config", "--jsn"], says: "unknown option '--jsn'" },
  { title: "a missing argument", args: ["backup"], says: "missing required argument 'file'" },
  { title: "a shell that is none", args: ["completion", "csh"], says: "bash, zsh, fish" },
])("$title is wrong use", async ({ args, says }) => {
  const { code, stdout, stderr } = await runProgram(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(says);
});

test("every mistake in the environment is told at once, without a stack", async () => {
  const environment = { PORT: "many", LOG_LEVEL: "loud", SIGNALBOX_DATABASE_URL: "mysql://a:secret@b/c" };
  for (const command of [["config"], ["serve"], ["index", "--once"], ["backup", "x"]]) {
    const { code, stdout, stderr } = await runProgram(command, environment);
    expect({ code, stdout }, command.join(" ")).toEqual({ code: 2, stdout: "" });
    for (const name of Object.keys(environment)) expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/secret|\n {4}at /);
  }
});

test("a stack is shown to those who ask for it", async () => {
  const { code, stderr } = await runProgram(["policy", "check", "/nowhere/at/all"], { LOG_LEVEL: "debug" });
  expect(code).toBe(2);
  expect(stderr).toMatch(/\n {4}at /);
});

test("config prints every setting, where it comes from, and no password", async () => {
  const environment = { SIGNALBOX_DATABASE_URL: "postgres://me:secret@127.0.0.1/catalog", PORT: "9999" };
  const { code, stdout } = await runProgram(["config"], environment);
  expect(code).toBe(0);
  expect(stdout).toContain("PORT=9999");
  expect(stdout).not.toContain("secret");
  const json = JSON.parse((await runProgram(["config", "--json"], environment)).stdout);
  expect(json.settings).toContainEqual(expect.objectContaining({ variable: "PORT", value: 9999, from: "environment" }));
});

test("a reader that goes away early is no error", async () => {
  const script = "set -o pipefail; bin/signalbox config | head -1; echo $?";
  const out = execFileSync("bash", ["-c", script], { encoding: "utf8", cwd: new URL("../../..", import.meta.url) });
  expect(out.trim().split("\n").at(-1)).toBe("0");
});

describe("policy check", () => {
  const right = "- { os: sample, version: '1', source: sample }\n";
  function folder(documents: Readonly<Record<string, string>>): string {
    const path = temporaryFolder();
    for (const [file, text] of Object.entries(documents)) {
      mkdirSync(join(path, file, ".."), { recursive: true });
      writeFileSync(join(path, file), text);
    }
    return path;
  }

  test("a right folder ends with 0 and shows its digest", async () => {
    const { code, stdout } = await runProgram(["policy", "check", folder({ "releases/a.yaml": right })]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^right: .*1 release\nsha256:[0-9a-f]{64}\n$/);
  });

  test("a wrong folder ends with 1 and shows every mistake at its place", async () => {
    const path = folder({ "releases/a.yaml": `${right}- { os: sample }\n`, "releases/b.yaml": "- { version: [\n" });
    const { code, stdout } = await runProgram(["policy", "check", path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^releases\/a\.yaml:2:\d+: /m);
    expect(stdout).toMatch(/^releases\/b\.yaml:\d+:\d+: /m);
    expect(stdout).toMatch(/refused: \d+ mistakes in /);
    const json = JSON.parse((await runProgram(["policy", "check", "--json", path])).stdout);
    expect(json).toMatchObject({ outcome: "refused", digest: null });
    expect(json.mistakes[0]).toMatchObject({ file: "releases/a.yaml", line: 2 });
  });

  test("a folder that is not there ends with 2", async () => {
    expect(await runProgram(["policy", "check", "/nowhere/at/all"])).toMatchObject({ code: 2, stdout: "" });
  });
});

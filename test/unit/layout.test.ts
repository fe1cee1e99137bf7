// The layout's own rules: those that no linter knows, and that the layering check catches what it is there for.
import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const sources = globSync("{bin,db,deploy,openapi,policies,server,test,worker}/**/*.{ts,mjs}", { cwd: root }).filter(
  (path) => !path.endsWith(".d.ts"),
);
const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("files", () => {
  test("are named in lower case after a subject, never utils, helpers, types or index", () => {
    const wrong = sources.filter((path) => {
      const name = basename(path).replace(/(\.(test|config|test-d))*\.(ts|mjs)$/, "");
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|types|index|common|misc)$/.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test("say in their first line what they are for", () => {
    expect(sources.filter((path) => !/^\/\/ \S.{15,}/.test(read(path)))).toEqual([]);
  });

  test("in policies/ have no clock", () => {
    // The linter denies Date.now; `new Date()` and `Date()` it cannot tell from `new Date(time)`.
    const clocks = sources.filter((path) => path.startsWith("policies/") && /\bDate\(\s*\)/.test(read(path)));
    expect(clocks).toEqual([]);
  });
});

/** For each rule of the layering check an import that it must refuse: the file, and its only line. */
const violations: Readonly<Record<string, readonly [string, string]>> = {
  "no-cycles": ["db/one.ts", 'export { two } from "./two.ts";'],
  "nothing-missing": ["db/lost.ts", 'import "./nowhere.ts";'],
  "policies-import-policies-alone": ["policies/asks.ts", 'import type { leaf } from "../db/leaf.ts";'],
  "policies-read-no-files": ["policies/documents/reads.ts", 'import "node:fs/promises";'],
  "policies-have-no-network": ["policies/documents/load-folder.ts", 'import "node:https";'],
  "policies-use-libraries-without-io": ["policies/logs.ts", 'import "pino";'],
  "db-imports-policies-for-types": ["db/decides.ts", 'export { leaf } from "../policies/leaf.ts";'],
  "db-imports-no-upper-layer": ["db/climbs.ts", 'import type { leaf } from "../worker/leaf.ts";'],
  "worker-imports-policies-and-db": ["worker/answers.ts", 'import type { leaf } from "../server/leaf.ts";'],
  "server-imports-policies-and-db": ["server/works.ts", 'import type { leaf } from "../worker/leaf.ts";'],
  "client-imports-nothing-of-the-service": ["openapi/client.ts", 'import type { leaf } from "../server/leaf.ts";'],
  "one-http-client": ["worker/fetches.ts", 'import "undici";'],
  "no-raw-sockets": ["worker/dials.ts", 'import "node:net";'],
  "bin-stands-above-all": ["server/configures.ts", 'import type { leaf } from "../bin/leaf.ts";'],
  "nothing-imports-tests": ["bin/fakes.ts", 'import "../test/leaf.ts";'],
  "no-development-dependencies": ["worker/tests.ts", 'import "vitest";'],
};

/** What the rules must let through, in one tree with what they must not. */
const allowed: Readonly<Record<string, string>> = {
  "db/two.ts": 'export { one } from "./one.ts";',
  "db/types.ts": 'import type { leaf } from "../policies/leaf.ts"; export const x: typeof leaf = 1;',
  "policies/documents/reads-by-loader.ts": 'import "./load-folder.ts";',
  "worker/http/client.ts":
    'import "undici"; import "node:net"; import "../../policies/leaf.ts"; import "../../db/leaf.ts";',
  "worker/registry/client.ts": 'import "undici"; import "../http/client.ts";',
  "server/listens.ts": 'import "node:http"; import "hono"; import "../policies/leaf.ts"; import "../db/leaf.ts";',
  "bin/all.ts":
    'import "../worker/leaf.ts"; import "../server/leaf.ts"; import "../policies/leaf.ts"; import "../db/leaf.ts";',
  "test/any.ts":
    'import "../bin/leaf.ts"; import "undici"; import "vitest"; import "node:net"; import "../policies/leaf.ts";',
  "openapi/generate.ts": 'import "../server/leaf.ts"; import "openapi-typescript";',
};

describe("the layering check", () => {
  let tree: string;
  let found: readonly { readonly rule: string; readonly from: string }[];

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), "signalbox-layers-"));
    for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
      cpSync(join(root, name), join(tree, name));
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    const leaves = ["policies", "db", "worker", "server", "openapi", "bin", "test"].map((folder) => [
      `${folder}/leaf.ts`,
      "export const leaf = 1;",
    ]);
    for (const [path = "", text = ""] of [...leaves, ...Object.entries(allowed), ...Object.values(violations)]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), `${text}\n`);
    }
    const program = join(root, "node_modules/.bin/depcruise");
    const options = ["--config", ".dependency-cruiser.cjs", "--output-type", "json"];
    const folders = ["policies", "db", "worker", "server", "openapi", "bin", "test"];
    const output = await new Promise<string>((resolve) =>
      // The exit code is the number of errors: it is not zero here.
      execFile(process.execPath, [program, ...options, ...folders], { cwd: tree, maxBuffer: 1 << 26 }, (_, stdout) =>
        resolve(stdout),
      ),
    );
    const report: { summary: { violations: { rule: { name: string }; from: string }[] } } = JSON.parse(output);
    found = report.summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  test.each(Object.entries(violations))("catches what %s is there for", (rule, [path]) => {
    expect(found).toContainEqual({ rule, from: path });
  });

  test("refuses nothing that is allowed", () => {
    const inCycle = ["db/two.ts"];
    const wrong = found.filter(({ from }) => from in allowed && !inCycle.includes(from));
    expect(wrong).toEqual([]);
  });

  test("has an example here for each of its rules", () => {
    const rules = [...read(".dependency-cruiser.cjs").matchAll(/name: "([a-z-]+)"/g)].map(([, name]) => name);
    expect(Object.keys(violations).sort()).toEqual(rules.sort());
  });
});

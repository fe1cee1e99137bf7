// A plan's commands under real programs: sh, Python, jq and systemd read them as they are meant.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, type TestContext, test } from "vitest";
import { cloudInit } from "../../../policies/plan/commands/cloud-init.ts";
import { ignition } from "../../../policies/plan/commands/ignition.ts";
import { kickstart } from "../../../policies/plan/commands/kickstart.ts";
import { mergeInPython, mergeInShell } from "../../../policies/plan/commands/merge-policy.ts";
import { shellLine, shellWord } from "../../../policies/plan/commands/shell-word.ts";
import { makeCommands } from "../../../policies/plan/make-commands.ts";
import { parseReference } from "../../../policies/words/reference.ts";
import { IgnitionConfig } from "../../kit/commands/ignition-grammar.ts";
import { readKickstart } from "../../kit/commands/kickstart-grammar.ts";
import { needPrograms } from "../../kit/programs.ts";
import { hostileContents, kit, kitWith, scope, within } from "../../unit/policies/plan/commands/kits.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-commands-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The words that `sh` makes of each line. */
function wordsOf(lines: readonly string[]): string[][] {
  const script = `show() { printf '%s\\0' "$#" "$@"; }\n${lines.map((line) => `show ${line}`).join("\n")}\n`;
  const output = execFileSync("sh", { input: script, cwd: "/", encoding: "utf8" }).split("\0").slice(0, -1);
  const found: string[][] = [];
  while (output.length > 0) found.push(output.splice(0, 1 + Number(output[0])).slice(1));
  return found;
}

describe("sh", () => {
  test("sees one word, whatever the word holds", () => {
    const special = fc.constantFrom(..."$`\"'\\ \n\t;&|<>()*?[]{}!#~=%^-");
    const word = fc.array(fc.oneof(special, fc.string({ maxLength: 3 })), { maxLength: 12 }).map((all) => all.join(""));
    const words = fc.sample(word, { numRuns: 2_000, seed: 5 }).filter((each) => !each.includes("\0"));
    expect(wordsOf(words.map(shellWord))).toEqual(words.map((each) => [each]));
  });

  test("sees any reference as one word, or it is rejected", () => {
    const hosts = fc.constantFrom(
      ...["registry.example", "[::1]:5000", "[fe80::1]", "localhost:5000"],
      ...["$(id).example", "a b.example", "-x.example"],
    );
    const component = fc.stringMatching(/^[a-z0-9]{1,5}(?:[._/-][a-z0-9]{1,5}){0,3}$/);
    const path = fc.oneof(component, fc.string({ maxLength: 12 }));
    const digest = fc.constant(`@sha256:${"0".repeat(64)}`);
    const end = fc.oneof(fc.stringMatching(/^:[\w.-]{1,9}$/), digest, fc.string({ maxLength: 9 }));
    const texts = fc.sample(fc.tuple(hosts, path, end), { numRuns: 3_000, seed: 5 });
    const refs = texts.flatMap(([host, name, pin]) => {
      const parsed = parseReference(`${host}/${name}${pin}`);
      return parsed.outcome === "reference" ? [parsed.reference.text] : [];
    });
    expect(refs.length).toBeGreaterThan(300);
    expect(refs.length).toBeLessThan(texts.length);
    const image = { backend: "ostree", family: "fedora", bootloaders: ["grub"] } as const;
    const lines = refs.map((ref) => makeCommands(ref, { outcome: "enforced", kit }, image).bootc ?? []);
    expect(wordsOf(lines.map(shellLine))).toEqual(lines);
    expect(wordsOf(refs.map(shellWord))).toEqual(refs.map((ref) => [ref]));
  });
});

describe("a kickstart's sections", () => {
  const ref = "[::1]:5000/desk/os:stable";

  /** Runs a section with its paths below a folder, as if that were the installer. */
  function run(section: string, path: string): void {
    const moved = section.replaceAll(/(?<![\w/"])\/(?=(?:etc|mnt)\/)/g, `${folder}/`);
    execFileSync("sh", { input: moved, env: { PATH: path }, cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  }

  test.each(hostileContents)("write a file that holds %j as it is", (content) => {
    const [first] = readKickstart(kickstart(ref, kitWith(content))).sections;
    run(first?.body ?? "", process.env.PATH ?? "");
    expect(readFileSync(join(folder, "etc/pki/containers/desk.pub"), "utf8")).toBe(content);
  });

  test("leave an installer and a system that enforce, and ask bootc for the signed reference", (context) => {
    needPrograms(context, "python3");
    const bin = join(folder, "bin");
    const asked = join(folder, "asked");
    write(join(bin, "bootc"), `#!/bin/sh\nprintf '%s\\0' "$@" > ${asked}\n`, 0o755);
    write(join(bin, "restorecon"), "#!/bin/sh\n", 0o755);
    const theirs = { default: [{ type: "insecureAcceptAnything" }] };
    write(join(folder, "mnt/sysroot/usr/share/containers/policy.json"), JSON.stringify(theirs));
    for (const { body } of readKickstart(kickstart(ref, kit)).sections) run(body, `${bin}:${process.env.PATH}`);
    for (const { path, content } of kit.files) {
      expect(readFileSync(join(folder, path), "utf8")).toBe(content);
      expect(readFileSync(join(folder, "mnt/sysroot", path), "utf8")).toBe(content);
    }
    const installer = readFileSync(join(folder, "etc/containers/policy.json"), "utf8");
    expect(installer).toBe(kit.newPolicy.content);
    const policy = JSON.parse(readFileSync(join(folder, "mnt/sysroot/etc/containers/policy.json"), "utf8"));
    expect(policy.default).toEqual([{ type: "reject" }]);
    expect(Object.keys(policy.transports.docker).sort()).toEqual(["", scope, within]);
    const options = ["--mutate-in-place", "--enforce-container-sigpolicy", "--transport", "registry"];
    expect(readFileSync(asked, "utf8")).toBe(["switch", ...options, ref, ""].join("\0"));
  });
});

const accept = [{ type: "insecureAcceptAnything" }];
const reject = [{ type: "reject" }];
const signed = [{ type: "signedBy", keyType: "GPGKeys", keyPath: "/etc/key" }];
const ours = JSON.parse(kit.sections).sections[scope];
const locals = ["containers-storage", "dir", "docker-archive", "docker-daemon", "oci", "oci-archive", "tarball"];
const open = Object.fromEntries(locals.map((name) => [name, { "": accept }]));

const hosts = [
  {
    title: "none",
    host: undefined,
    merged: { default: reject, transports: { docker: { "": accept, [scope]: ours, [within]: reject }, ...open } },
  },
  {
    title: "one that accepts anything by default",
    host: { default: accept, transports: { docker: { "registry.example": signed }, dir: { "": reject } } },
    merged: {
      default: reject,
      transports: {
        ...open,
        docker: { "": accept, "registry.example": signed, [scope]: ours, [within]: reject },
        dir: { "": reject },
      },
    },
  },
  {
    title: "one that is closed, with sections of the same names",
    host: { default: reject, transports: { docker: { "": accept, [scope]: accept, [within]: signed } }, other: 1 },
    merged: { default: reject, transports: { docker: { "": accept, [scope]: ours, [within]: signed } }, other: 1 },
  },
];

describe.each(["Python", "jq"] as const)("by %s, policy.json is merged with", (language) => {
  function merge(context: Pick<TestContext, "skip">): { readonly status: number | null } {
    const sections = join(folder, "sections.json");
    write(sections, kit.sections);
    if (language === "Python") {
      return spawnSync(needPrograms(context, "python3").python3, ["-", `${folder}/`, sections], {
        input: mergeInPython,
      });
    }
    needPrograms(context, "jq");
    return spawnSync("sh", ["-s", sections], { input: mergeInShell, env: { ...process.env, SIGNALBOX_ROOT: folder } });
  }

  const place = () => join(folder, "etc/containers/policy.json");

  test.for(hosts)("$title", ({ host, merged }, context) => {
    if (host !== undefined) write(place(), JSON.stringify(host));
    expect(merge(context).status).toBe(0);
    expect(JSON.parse(readFileSync(place(), "utf8"))).toEqual(merged);
    expect(existsSync(`${place()}.new`)).toBe(false);
  });

  test("one that nobody can read: it stays, and the work ends", (context) => {
    write(place(), "{");
    expect(merge(context).status).not.toBe(0);
    expect(readFileSync(place(), "utf8")).toBe("{");
  });
});

describe("the programs that check configurations", () => {
  const ref = "[::1]:5000/desk/os:stable";
  const kits = [null, kit, ...hostileContents.map(kitWith)];

  test("Ignition's own takes the config", (context) => {
    const { "ignition-validate": validate } = needPrograms(context, "ignition-validate");
    const file = join(folder, "config.ign");
    for (const given of kits) {
      write(file, ignition(ref, given));
      expect(spawnSync(validate, [file], { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "", stderr: "" });
    }
  });

  test("cloud-init's own takes the config", (context) => {
    const { "cloud-init": check } = needPrograms(context, "cloud-init");
    const file = join(folder, "user-data.yaml");
    for (const given of [null, kit]) {
      write(file, cloudInit(ref, given));
      expect(spawnSync(check, ["schema", "--config-file", file]).status).toBe(0);
    }
  });
});

describe("systemd", () => {
  test.for([null, kit])("takes Ignition's unit", (given, context) => {
    const { "systemd-analyze": analyze } = needPrograms(context, "systemd-analyze");
    const [unit] = IgnitionConfig.parse(JSON.parse(ignition("[::1]:5000/desk/os:stable", given))).systemd.units;
    // What is not installed here is installed there.
    const contents = (unit?.contents ?? "").replaceAll(/(?<=ExecStart=)\/usr\/bin\/[a-z-]+/g, "/bin/sh");
    const file = join(folder, "signalbox-switch.service");
    write(file, contents);
    const judged = spawnSync(analyze, ["verify", "--man=no", "--recursive-errors=no", file], { encoding: "utf8" });
    if (/Failed to (?:initialize manager|create|connect)/.test(judged.stderr)) {
      context.skip("systemd-analyze cannot work here");
    }
    expect(judged.stderr).toBe("");
    expect(judged.status).toBe(0);
  });
});

function write(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode });
}

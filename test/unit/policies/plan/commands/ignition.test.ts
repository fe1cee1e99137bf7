// Ignition: a config of the specification, whose one unit switches once, after the files are there.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { butane, ignition } from "../../../../../policies/plan/commands/ignition.ts";
import { mergeInShell } from "../../../../../policies/plan/commands/merge-policy.ts";
import { filesOfIgnition, IgnitionConfig } from "../../../../kit/commands/ignition-grammar.ts";
import { digest } from "../plan-builders.ts";
import { hostileContents, kit, kitWith } from "./kits.ts";

const refs = ["registry.example:5000/desk/os:stable", `registry.example/desk/os@${digest(1)}`];

function read(ref: string, given: Parameters<typeof ignition>[1]) {
  const config = IgnitionConfig.parse(JSON.parse(ignition(ref, given)));
  const [unit, ...more] = config.systemd.units;
  expect(more).toEqual([]);
  const lines = (unit?.contents ?? "").split("\n");
  const all = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
  return { config, files: filesOfIgnition(config), all };
}

describe.each(refs)("%s", (ref) => {
  test("rebases without verification where nothing can be enforced", () => {
    const { config, all } = read(ref, null);
    expect(config.storage).toBeUndefined();
    expect(all("ExecStart")[0]).toBe(`/usr/bin/rpm-ostree rebase --bypass-driver ostree-unverified-registry:${ref}`);
  });

  test("does its work once, and reboots", () => {
    const { all } = read(ref, kit);
    const done = all("ConditionPathExists")[0]?.slice(1);
    expect(all("ExecStart").slice(-2)).toEqual([`/usr/bin/touch ${done}`, "/usr/bin/systemctl --no-block reboot"]);
  });

  test("tries again by itself where a pull fails", () => {
    const { all } = read(ref, kit);
    expect([all("Restart"), all("RestartSec"), all("StartLimitIntervalSec")]).toEqual([["on-failure"], ["60"], ["0"]]);
  });

  test("merges policy.json before it switches, and insists by either program", () => {
    const { files, all } = read(ref, kit);
    const [merging = "", switching = ""] = all("ExecStart");
    const [, script = "", sections = ""] = merging.split(" ");
    expect([files[script], files[sections]]).toEqual([mergeInShell, kit.sections]);
    expect(switching).toContain(`/usr/bin/bootc switch --enforce-container-sigpolicy "${ref}"`);
    expect(switching).toContain(`"ostree-image-signed:docker://${ref}"`);
  });
});

test.each(hostileContents)("a file that holds %j comes out as it went in", (content) => {
  const { files } = read("registry.example/desk/os:1", kitWith(content));
  expect(files["/etc/pki/containers/desk.pub"]).toBe(content);
});

test("has each trust file of the kit", () => {
  const { files } = read("registry.example/desk/os:1", kit);
  expect(files).toMatchObject(Object.fromEntries(kit.files.map(({ path, content }) => [path, content])));
});

/** As Butane does it, for what is used of it. */
function ignitionOf(text: string): unknown {
  const { variant, version, storage, systemd } = parse(text) as {
    readonly variant: string;
    readonly version: string;
    readonly storage?: { readonly files: readonly { readonly contents: { readonly inline: string } }[] };
    readonly systemd: unknown;
  };
  expect([variant, version]).toEqual(["fcos", "1.4.0"]);
  const files = storage?.files.map(({ contents, ...file }) => ({
    ...file,
    contents: { source: `data:;base64,${Buffer.from(contents.inline).toString("base64")}` },
  }));
  return { ignition: { version: "3.3.0" }, ...(files === undefined ? {} : { storage: { files } }), systemd };
}

test.each([null, kit, ...hostileContents.map(kitWith)])("Butane's text says the same", (given) => {
  for (const ref of refs) expect(ignitionOf(butane(ref, given))).toEqual(JSON.parse(ignition(ref, given)));
});

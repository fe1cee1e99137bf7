// cloud-init: YAML of its documented modules, files as they are, and no switch after a merging that failed.
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { cloudInit } from "../../../../../policies/plan/commands/cloud-init.ts";
import { mergeInPython } from "../../../../../policies/plan/commands/merge-policy.ts";
import { readBootcCommand } from "../../../../kit/commands/bootc-grammar.ts";
import { hostileContents, kit, kitWith } from "./kits.ts";

const ref = "registry.example:5000/desk/os:stable";

const CloudConfig = z.strictObject({
  write_files: z
    .array(z.strictObject({ path: z.string(), permissions: z.literal("0644"), content: z.string() }))
    .optional(),
  runcmd: z.array(z.array(z.string())),
});

function read(text: string) {
  expect(text.split("\n")[0]).toBe("#cloud-config");
  return CloudConfig.parse(parse(text, { version: "1.1" }));
}

describe("cloudInit", () => {
  test("is one command where nothing can be enforced", () => {
    const config = read(cloudInit(ref, null));
    expect(config.write_files).toBeUndefined();
    expect(config.runcmd).toHaveLength(1);
    expect(readBootcCommand(config.runcmd[0] ?? [])).toEqual({
      name: "bootc switch",
      options: { "--apply": true },
      argument: ref,
    });
  });

  test("writes the trust files, merges policy.json, and then alone switches", () => {
    const config = read(cloudInit(ref, kit));
    const files = Object.fromEntries((config.write_files ?? []).map(({ path, content }) => [path, content]));
    expect(files).toMatchObject(Object.fromEntries(kit.files.map(({ path, content }) => [path, content])));
    const [halting, merging, switching, ...more] = config.runcmd;
    expect([halting, more]).toEqual([["set", "-e"], []]);
    const [python, script = "", root, sections = ""] = merging ?? [];
    expect([python, root]).toEqual(["python3", "/"]);
    expect([files[script], files[sections]]).toEqual([mergeInPython, kit.sections]);
    expect(readBootcCommand(switching ?? []).options).toEqual({
      "--apply": true,
      "--enforce-container-sigpolicy": true,
    });
  });

  test("is made for people to read", () => {
    expect(cloudInit(ref, kit)).toContain("    content: |\n      -----BEGIN PUBLIC KEY-----\n");
  });

  test.each(hostileContents)("a file that holds %j comes out as it went in", (content) => {
    expect(read(cloudInit(ref, kitWith(content))).write_files?.[0]?.content).toBe(content);
  });
});

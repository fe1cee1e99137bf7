// bootc-image-builder: a config that TOML reads, with the sections that make the installed system enforce.
import { describe, expect, test } from "vitest";
import { imageBuilder } from "../../../../../policies/plan/commands/image-builder.ts";
import { kickstartSections } from "../../../../../policies/plan/commands/kickstart.ts";
import { readKickstart } from "../../../../kit/commands/kickstart-grammar.ts";
import { hostileContents, kit, kitWith } from "./kits.ts";

const ref = "registry.example:5000/desk/os:stable";

/** The one string of the config, as TOML 1.0 reads it. */
function contentsOf(config: string): string {
  const [head, ...rest] = config.split("\n");
  expect(head).toBe("[customizations.installer.kickstart]");
  const value = rest
    .join("\n")
    .replace(/^contents = /, "")
    .replace(/\n$/, "");
  // A line break right after the delimiter is no part of a multi-line string.
  if (value.startsWith("'''")) {
    const inner = value.slice(4, -3);
    expect(inner).not.toContain("'''");
    expect(inner).toMatch(/^[\x20-\x7e\t\n]*$/);
    return inner;
  }
  return JSON.parse(value);
}

describe("imageBuilder", () => {
  test("names the reference last, and mounts what the builder wants", () => {
    const { command } = imageBuilder(ref, null);
    expect(command.slice(0, 2)).toEqual(["podman", "run"]);
    expect(command.at(-1)).toBe(ref);
    expect(command.filter((_, i) => command[i - 1] === "-v").map((mount) => mount.split(":")[1])).toEqual([
      "/config.toml",
      "/output",
      "/var/lib/containers/storage",
    ]);
    expect(command[command.indexOf("--type") + 1]).toBe("anaconda-iso");
    expect(command[command.indexOf("--rootfs") + 1]).toBe("ext4");
  });

  test("has a config of comments where nothing is to be enforced", () => {
    expect(imageBuilder(ref, null).config).toMatch(/^(?:#.*\n)+$/);
  });

  test("has the sections of the kickstart", () => {
    const contents = contentsOf(imageBuilder(ref, kit).config);
    expect(contents).toBe(kickstartSections(ref, kit));
    expect(readKickstart(contents).sections).toHaveLength(3);
  });

  test.each(hostileContents)("is one string, whatever a file holds: %j", (content) => {
    const odd = kitWith(content);
    expect(contentsOf(imageBuilder(ref, odd).config)).toBe(kickstartSections(ref, odd));
  });
});

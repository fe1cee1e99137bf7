// Kickstart: pykickstart reads the lines, the sections write each file as it is, and no file ends a section.
import { describe, expect, test } from "vitest";
import { kickstart, ostreeContainerCommand } from "../../../../../policies/plan/commands/kickstart.ts";
import { readBootcCommand } from "../../../../kit/commands/bootc-grammar.ts";
import { readKickstart } from "../../../../kit/commands/kickstart-grammar.ts";
import { digest } from "../plan-builders.ts";
import { hostileContents, kit, kitWith } from "./kits.ts";

const refs = ["registry.example:5000/desk/os:stable", `registry.example/desk/os@${digest(1)}`, "[::1]:5000/desk/os:1"];

describe.each(refs)("%s", (ref) => {
  test("is one bootc line where nothing can be enforced", () => {
    const { commands, sections } = readKickstart(kickstart(ref, null));
    expect(commands).toEqual([
      { name: "bootc", options: { "--source-imgref": `registry:${ref}`, "--target-imgref": ref } },
    ]);
    expect(sections).toEqual([]);
  });

  test("brings the trust files to the installer, then to the system, and makes that enforce", () => {
    const { commands, sections } = readKickstart(kickstart(ref, kit));
    expect(commands).toHaveLength(1);
    expect(sections.map(({ name, options }) => [name, ...options])).toEqual([
      ["%pre-install", "--erroronfail"],
      ["%post", "--nochroot", "--erroronfail"],
      ["%post", "--erroronfail"],
    ]);
    for (const { body } of sections) expect(body.split("\n")[0]).toBe("set -eu");
    const last =
      sections
        .at(-1)
        ?.body.split("\n")
        .find((line) => line.startsWith("bootc ")) ?? "";
    const { options, argument } = readBootcCommand(last.replaceAll("'", "").split(" "));
    expect(options).toEqual({
      "--mutate-in-place": true,
      "--enforce-container-sigpolicy": true,
      "--transport": "registry",
    });
    expect(argument).toBe(ref);
  });

  test.each([true, false])("has a line for an Anaconda without the bootc command: enforced %s", (isEnforced) => {
    const { commands } = readKickstart(ostreeContainerCommand(ref, isEnforced));
    const loose = isEnforced ? {} : { "--no-signature-verification": true };
    expect(commands).toEqual([
      { name: "ostreecontainer", options: { "--url": ref, "--transport": "registry", ...loose } },
    ]);
  });
});

test.each(hostileContents)("a file that holds %j ends no section", (content) => {
  const { sections } = readKickstart(kickstart("registry.example/desk/os:1", kitWith(content)));
  expect(sections).toHaveLength(3);
});

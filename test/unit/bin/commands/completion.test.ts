// Completion: the scripts know every command and option, and bash completes with its own.
import { execFileSync } from "node:child_process";
import { Command } from "commander";
import { expect, test } from "vitest";
import { completionScript } from "../../../../bin/commands/completion.ts";

const program = new Command("signalbox")
  .addCommand(new Command("resolve").summary("may a host switch?").argument("<ref>").option("--arch <arch>", "of it"))
  .addCommand(
    new Command("policy")
      .summary("work with 'policy' documents")
      .addCommand(new Command("check").summary("check them").argument("<dir>").option("--json", "print JSON")),
  );

/** What bash would offer for the words of a command line, the last of which is being typed. */
function completed(...words: string[]): string[] {
  const script = `${completionScript("bash", program)}
compopt() { :; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _signalbox; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const offered = execFileSync("bash", ["-c", script, "bash", "signalbox", ...words], { encoding: "utf8" });
  return offered.split("\n").filter((word) => word !== "");
}

test.each([
  { typed: [""], offered: ["resolve", "policy"] },
  { typed: ["re"], offered: ["resolve"] },
  { typed: ["policy", ""], offered: ["check"] },
  { typed: ["policy", "check", "--"], offered: ["--json", "--help"] },
  { typed: ["resolve", "--a"], offered: ["--arch"] },
  { typed: ["resolve", "--arch", "amd64", "--a"], offered: ["--arch"] },
  { typed: ["resolve", ""], offered: [] },
])("bash offers $offered after $typed", ({ typed, offered }) => {
  expect(completed(...typed)).toEqual(offered);
});

test("zsh's and fish's scripts name every command with its summary, quoted", () => {
  expect(completionScript("zsh", program)).toContain("'policy:work with '\\''policy'\\'' documents'");
  const fish = completionScript("fish", program);
  expect(fish).toContain(`-a policy -d 'work with \\'policy\\' documents'`);
  expect(fish).toContain("-n '__fish_seen_subcommand_from resolve' -l arch -r -d 'of it'");
});

// The command that a plan may make us run: the switch to what was asked for, and nothing else that a service says.
import { expect, test } from "vitest";
import { checkCommand } from "../../../../bin/switch/switch-command.ts";
import { planOf, signedByAlice } from "../../policies/plan/signed-plan.ts";

const plan = planOf(signedByAlice);
const ref = "registry.example/desk/os:stable";

test.each([ref, `docker://${ref}`, `ostree-image-signed:docker://${ref}`])("%s is what the plan is of", (asked) => {
  expect(checkCommand(asked, plan)).toEqual({
    outcome: "command",
    args: ["switch", "--enforce-container-sigpolicy", ref],
    isEnforced: true,
    ref,
    digest: plan.target.platform.digest,
  });
});

test.each([
  {
    title: "of another image",
    asked: "registry.example/desk/os:other",
    change: {},
    reason: "not of registry.example/desk/os:other",
  },
  { title: "that blocks", asked: ref, change: { decision: "block" as const }, reason: "has no command" },
  {
    title: "with a second argument",
    asked: ref,
    change: { commands: { ...plan.commands, bootc: ["bootc", "switch", "--quiet", "x", ref] } },
    reason: "no plain switch",
  },
  {
    title: "for another program",
    asked: ref,
    change: { commands: { ...plan.commands, bootc: ["rm", "switch", ref] } },
    reason: "no plain switch",
  },
  {
    title: "without a platform",
    asked: ref,
    change: { target: { ...plan.target, platform: { ...plan.target.platform, digest: null } } },
    reason: "what this host would get",
  },
])("a plan $title is refused", ({ asked, change, reason }) => {
  const checked = checkCommand(asked, { ...plan, ...change });
  expect(checked).toEqual({ outcome: "refused", reason: expect.stringContaining(reason) });
});

// Commands without a switch: what installs stays as it is, and the reason stands where the switch was explained.
import { expect, test } from "vitest";
import { withoutSwitch } from "../../../../../policies/plan/commands/without-switch.ts";
import { noCommands } from "../../../../../policies/plan/make-commands.ts";
import { hostWith, planFor } from "../scenarios/world.ts";

const commands = {
  ...noCommands,
  bootc: ["bootc", "switch", "registry.example/desk/os:1"],
  rpmOstree: ["rpm-ostree", "rebase", "ostree-unverified-registry:registry.example/desk/os:1"],
  install: ["bootc", "install", "to-disk"],
  kickstart: "bootc",
  notes: [
    { about: "switch", text: "How it goes." },
    { about: "install", text: "Name the disk." },
  ],
};

test("has no command that switches, and says why", () => {
  expect(withoutSwitch(commands, "A live medium.")).toEqual({
    ...commands,
    bootc: null,
    rpmOstree: null,
    notes: [
      { about: "switch", text: "A live medium." },
      { about: "install", text: "Name the disk." },
    ],
  });
});

test("leaves the commands of a host that can be switched, and those of a plan that blocks", () => {
  expect(withoutSwitch(commands, null)).toBe(commands);
  expect(withoutSwitch(noCommands, "A live medium.")).toBe(noCommands);
});

test("keeps the notes on what a live medium can do", () => {
  const target = "quay.io/fedora/fedora-silverblue:44";
  const plan = planFor({ target, image: {}, host: hostWith(target, { status: { readOnly: true, booted: null } }) });
  expect(plan.commands).toMatchObject({ bootc: null, rpmOstree: null, install: expect.any(Array) });
  expect(plan.commands.notes?.map(({ about }) => about)).toEqual(["switch", "trust", "install", "imageBuilder"]);
  expect(plan.hazards.find(({ id }) => id === "local-modifications")?.advice).toBe(plan.commands.notes?.[0]?.text);
});

// Switch plans as people read them: nothing that decides is missing, and nothing in them obeys a stranger.
import { expect, test } from "vitest";
import { showPlan } from "../../../../bin/show/show-plan.ts";
import { plain } from "../../../../bin/terminal/paint.ts";
import { samplePlan } from "./plans.ts";

const options = { paint: plain, width: 80, verbose: false };

test("a plan says whether, why, what, from when and how", () => {
  expect(showPlan(samplePlan(), options)).toBe(`registry.example/os/desktop:44
decision WARN: PENDING
digest   sha256:${"ab".repeat(32)}
image    official edition; project sample; linux/amd64; desktop: gnome; use:
         workstation, develop
built    version 44.20260821; on 2026-08-21 04:11 UTC; kernel 7.2.0-100.x86_64;
         sample 44
verdict  pending; by the policy sample
         PENDING: Nobody has looked for signatures yet.
release  supported; end of life 2027-05-12
download 310 MB in 1 new layer; 2.3 GB in 61 layers are there
seen     2026-11-20 10:00:00 UTC

commands
  bootc switch registry.example/os/desktop:44
  loose  no signature is asked for: signatures were not looked for yet

unknown  trust.checkedAt (--verbose says why)
`);
});

test("commands that insist on the signature are shown as they are", () => {
  const shown = showPlan(samplePlan({ commands: { notEnforced: null } }), options);
  expect(shown).not.toContain("no signature is asked for");
});

test.each([
  {
    title: "a tag that went back",
    plan: {
      target: { olderThan: { digest: "sha256:newer", version: null, created: null, since: "2026-11-01T00:00:00Z" } },
    },
    says: "named the newer build sha256:newer until",
  },
  {
    title: "looks that fail",
    plan: { staleSince: "2026-11-19T00:00:00Z" },
    says: "looks have failed since 2026-11-19",
  },
  {
    title: "a deprecated repository",
    plan: { lifecycle: { status: "deprecated" as const, deprecated: true, successor: "registry.example/new" } },
    says: "moved to registry.example/new",
  },
  {
    title: "no image for the architecture",
    plan: { target: { platform: { os: null, architecture: null, variant: null, digest: null } } },
    says: "(there are: amd64,",
  },
  { title: "what cannot boot", plan: { target: { bootable: false } }, says: "not bootable" },
  { title: "a pinned digest", plan: { target: { pin: "digest" as const } }, says: "pinned: it will get no" },
  { title: "no policy", plan: { trust: { policy: null } }, says: "no trust policy speaks for it" },
  {
    title: "nothing to compare with",
    plan: { delta: { bytesNew: null } },
    says: "--from or --host says what the host has",
  },
])("$title is said", ({ plan, says }) => {
  expect(showPlan(samplePlan(plan), { ...options, width: 200 })).toContain(says);
});

test("hazards are shown with their advice and with how to learn what is missing", () => {
  const hazards = [
    {
      id: "secure-boot-key" as const,
      severity: "block" as const,
      status: "unknown" as const,
      title: "Secure Boot may refuse the kernel",
      advice: "Enrol the key first.",
      evidence: {},
      needs: [{ fact: "secureBoot", command: "mokutil --sb-state" }],
      source: "https://docs.example/secure-boot",
    },
  ];
  const shown = showPlan(samplePlan({ hazards, decision: "block", decisionReasons: ["secure-boot-key"] }), options);
  expect(shown).toContain(`
hazards
  block  Secure Boot may refuse the kernel (secure-boot-key: unknown)
         Enrol the key first.
         secureBoot: mokutil --sb-state
`);
});

test("a plan that blocks shows no command", () => {
  const none = { bootc: null, rpmOstree: null, kickstart: null, cloudInit: null, ignition: null, install: null };
  expect(showPlan(samplePlan({ decision: "block", commands: none }), options)).not.toContain("commands");
});

test("verbose shows every command, and why something is unknown", () => {
  const shown = showPlan(samplePlan(), { ...options, verbose: true });
  for (const word of [
    "rpm-ostree rebase",
    "bootc install to-disk",
    "kickstart:",
    "cloud-init:",
    "runcmd:",
    "ignition:",
  ]) {
    expect(shown).toContain(word);
  }
  expect(shown).toContain("trust.checkedAt: signatures were not looked for yet");
});

test("lines fit the terminal, and a stranger's controls are not obeyed", () => {
  const shown = showPlan(samplePlan({ target: { version: `1\u001b]0;owned\u0007 ${"long ".repeat(40)}` } }), options);
  expect(shown).not.toContain("\u0007");
  expect(shown).not.toContain("\u001b");
  expect(shown.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("colours tell the decisions apart, and an unknown word is as bad as the worst", () => {
  const paint = (format: unknown, text: string) => `<${[format].flat().join("+")}>${text}</>`;
  const headOf = (decision: string) =>
    showPlan(samplePlan({ decision: decision as "allow" }), { ...options, paint }).split("\n")[1];
  expect(headOf("allow")).toContain("<green+bold>ALLOW</>");
  expect(headOf("warn")).toContain("<yellow+bold>WARN</>");
  expect(headOf("block")).toContain("<red+bold>BLOCK</>");
  expect(headOf("toString")).toContain("<red+bold>TOSTRING</>");
});

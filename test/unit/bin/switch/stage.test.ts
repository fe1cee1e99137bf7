// Staging: what bootc staged is held to what was planned in digest, reference and enforcement, and only that is undone.
import { expect, test } from "vitest";
import type { Ran } from "../../../../bin/switch/run-program.ts";
import { stage } from "../../../../bin/switch/stage.ts";
import { readStatus, type SwitchHost } from "../../../../bin/switch/switch-host.ts";

const ref = "registry.example/desk/os:1";
const [a, b, planned] = ["a", "b", "c"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];

type Entry = { readonly image: unknown } | null;
type State = { readonly booted: Entry; readonly staged: Entry };

function entry(image: string, imageDigest: string, more: object = {}, backend: "ostree" | "composefs" = "ostree") {
  const said = { image, transport: "registry", ...more };
  return { image: { image: said, imageDigest, architecture: "amd64" }, [backend]: {} };
}

const enforced = { signature: "containerPolicy" };
const layered = { image: null, incompatible: true, ostree: {} };

/** A host that `bootc switch` brings from one state to another, and `ostree admin undeploy` to one without it. */
async function staged(before: State, after: State, code = 0, isEnforced = true) {
  const calls: string[] = [];
  let state = before;
  const ended = (stdout: string, code = 0): Ran => ({ outcome: "ended", code, stdout, stderr: "" });
  const host: SwitchHost = {
    root: { folder: "/" },
    run: async (name, args) => {
      if (name === "bootc" && args[0] === "status") {
        const document = { apiVersion: "org.containers.bootc/v1", kind: "BootcHost", spec: {}, status: state };
        return ended(JSON.stringify(document));
      }
      calls.push([name, ...args].join(" "));
      state = name === "bootc" ? after : { ...state, staged: null };
      return ended("", name === "bootc" ? code : 0);
    },
  };
  const args = ["switch", ...(isEnforced ? ["--enforce-container-sigpolicy"] : []), ref];
  const command = { outcome: "command", args, ref, isEnforced, digest: planned } as const;
  const result = await stage(host, await readStatus(host), command, { timeoutMs: 1_000, onOutput: () => {} });
  return { ...result, undone: calls.includes("ostree admin undeploy 0") };
}

const old = entry("registry.example/desk/os:0", a);
const right = entry(ref, planned, enforced);

test("the planned image is staged, or was", async () => {
  expect(await staged({ booted: old, staged: null }, { booted: old, staged: right })).toEqual({
    outcome: "staged",
    undone: false,
  });
  for (const state of [
    { booted: old, staged: right },
    { booted: right, staged: null },
  ]) {
    expect(await staged(state, state)).toEqual({ outcome: "unchanged", undone: false });
  }
});

test("an update that somebody else staged stays, though it is not what was planned", async () => {
  const state = { booted: entry(ref, a, enforced), staged: entry(ref, b, enforced) };
  const { undone, ...result } = await staged(state, state);
  expect(result).toMatchObject({
    outcome: "failed",
    reason: expect.stringContaining(`staged is ${b}, and ${planned}`),
  });
  expect(undone).toBe(false);
  // Nor where the switch itself failed.
  expect(await staged(state, state, 1)).toEqual({
    outcome: "failed",
    reason: "bootc switch ended with 1",
    undone: false,
  });
});

test.each([
  { title: "another digest", is: entry(ref, b, enforced), why: `bootc staged ${b}, and ${planned} was planned` },
  {
    title: "another reference",
    is: entry("evil.example/x/y:1", planned, enforced),
    why: `bootc staged an image that follows evil.example/x/y:1, and ${ref} was planned`,
  },
  {
    title: "another transport",
    is: entry(ref, planned, { ...enforced, transport: "oci" }),
    why: `bootc staged an image that follows what no registry has, and ${ref} was planned`,
  },
  {
    title: "no enforcement",
    is: entry(ref, planned, { signature: "insecure" }),
    why: "bootc staged an image that is not held to policy.json, and it was planned to be",
  },
  { title: "no image", is: layered, why: `bootc staged something without a digest, and ${planned} was planned` },
])("$title is taken back", async ({ is, why }) => {
  const result = await staged({ booted: old, staged: null }, { booted: old, staged: is });
  expect(result).toEqual({ outcome: "taken-back", reason: why, undone: true });
});

test("the same digest under another reference is another image, also where the host has it already", async () => {
  const state = { booted: entry("registry.example/other/os:0", planned, enforced), staged: null };
  expect(await staged(state, state)).toMatchObject({ outcome: "failed", undone: false });
  const before = { booted: old, staged: entry("registry.example/other/os:0", planned, enforced) };
  expect(await staged(before, { ...before, staged: right })).toEqual({ outcome: "staged", undone: false });
});

test("nothing is asked of enforcement where none was planned, nor on a backend that records none", async () => {
  const loose = entry(ref, planned);
  expect(await staged({ booted: old, staged: null }, { booted: old, staged: loose }, 0, false)).toMatchObject({
    outcome: "staged",
  });
  const sealed = entry(ref, planned, { signature: "insecure" }, "composefs");
  expect(await staged({ booted: old, staged: null }, { booted: old, staged: sealed })).toMatchObject({
    outcome: "staged",
  });
});

test("a failed switch that removed what was staged before says so", async () => {
  const result = await staged({ booted: old, staged: layered }, { booted: old, staged: null }, 1);
  expect(result).toMatchObject({
    outcome: "failed",
    reason: "bootc switch ended with 1; nothing is staged any more",
    undone: false,
  });
});

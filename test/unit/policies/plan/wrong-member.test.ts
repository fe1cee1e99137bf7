// Wrong members: each refusal of a question says which member, what is wrong with it and what to send in its place.
import { describe, expect, test } from "vitest";
import { HostFacts } from "../../../../policies/plan/host-facts.ts";
import { type AskedPlan, planRequestOf } from "../../../../policies/plan/plan-request.ts";
import { pointerTo } from "../../../../policies/plan/wrong-member.ts";
import { digest } from "./plan-builders.ts";

const target = "registry.example/desk/os:stable";

function refusal(asked: Partial<AskedPlan>) {
  const answer = planRequestOf({ target, arch: "amd64", ...asked });
  if (answer.outcome === "request") throw new Error("it was not refused");
  return { pointer: pointerTo(answer.path), says: answer.reason };
}

function host(booted: unknown, change: object = {}) {
  return { apiVersion: "org.containers.bootc/v1", kind: "BootcHost", status: { booted }, ...change };
}

function booted(change: object) {
  const image = { image: target, transport: "registry" };
  return { image: { image, imageDigest: digest(1), architecture: "amd64", ...change } };
}

const asItIs = "; send the output of `bootc status --format=json` as it is";

describe("a host", () => {
  test.each<{ title: string; host: unknown; pointer: string; says: string }>([
    {
      title: "that is text",
      host: "BootcHost",
      pointer: "#/host",
      says: 'expected an object, but this is "BootcHost"',
    },
    { title: "that is a list", host: [], pointer: "#/host", says: "expected an object, but this is a list" },
    { title: "that is a number", host: 3, pointer: "#/host", says: "expected an object, but this is the number 3" },
    {
      title: "of another kind",
      host: host(null, { kind: "Pod" }),
      pointer: "#/host/kind",
      says: 'expected "BootcHost", but this is "Pod"',
    },
    {
      title: "of no kind",
      host: { apiVersion: "org.containers.bootc/v1" },
      pointer: "#/host/kind",
      says: 'it is missing: expected "BootcHost"',
    },
    {
      title: "of a later version",
      host: host(null, { apiVersion: "org.containers.bootc/v2" }),
      pointer: "#/host/apiVersion",
      says: 'expected a version of bootc\'s host document that is known (org.containers.bootc/v1), but this is "org.containers.bootc/v2"',
    },
    {
      title: "without a version",
      host: { kind: "BootcHost" },
      pointer: "#/host/apiVersion",
      says: "it is missing: expected text",
    },
    {
      title: "whose status is text",
      host: host(null, { status: "ok" }),
      pointer: "#/host/status",
      says: 'expected an object, but this is "ok"',
    },
    {
      title: "without a digest",
      host: host(booted({ imageDigest: undefined })),
      pointer: "#/host/status/booted/image/imageDigest",
      says: "it is missing: expected text",
    },
    {
      title: "with a wrong digest",
      host: host(booted({ imageDigest: "sha256:1" })),
      pointer: "#/host/status/booted/image/imageDigest",
      says: 'expected a digest: sha256: and 64 lower-case hexadecimal digits, but this is "sha256:1"',
    },
    {
      title: "of no architecture that could be",
      host: host(booted({ architecture: "../x" })),
      pointer: "#/host/status/booted/image/architecture",
      says: 'expected the name of an architecture, such as amd64, but this is "../x"',
    },
    {
      title: "with a version without end",
      host: host(booted({ version: "4".repeat(2_000) })),
      pointer: "#/host/status/booted/image/version",
      says: "expected at most 1024 characters, but this is 2000 characters long",
    },
    {
      title: "with more deployments than any keeps",
      host: host(null, { status: { otherDeployments: Array(65).fill(null) } }),
      pointer: "#/host/status/otherDeployments",
      says: "expected at most 64 entries, but this is a list of 65",
    },
    {
      title: "with a wrong entry",
      host: host(null, { status: { otherDeployments: [null, { image: 3 }] } }),
      pointer: "#/host/status/otherDeployments/1/image",
      says: "expected an object, but this is the number 3",
    },
    {
      title: "with more than any says",
      host: host(null, { status: { otherDeployments: Array(200_001).fill(0) } }),
      pointer: "#/host",
      says: "it has more than 200000 values",
    },
  ])("$title", ({ host, pointer, says }) => {
    expect(refusal({ host })).toEqual({ pointer, says: `${says}${asItIs}` });
  });
});

describe("facts", () => {
  const tells = (command: string) => `; \`${command}\` tells it; leave the member out where it is not known`;
  test.each<{ title: string; facts: unknown; pointer: string; says: string }>([
    {
      title: "that are a list",
      facts: [],
      pointer: "#/facts",
      says: 'expected an object, but this is a list; send an object, such as {"filesystem": "btrfs", "secureBoot": true}',
    },
    {
      title: "text in place of yes or no",
      facts: { secureBoot: "enabled" },
      pointer: "#/facts/secureBoot",
      says: `expected true or false, but this is "enabled"${tells("mokutil --sb-state")}`,
    },
    {
      title: "a firmware that is none",
      facts: { firmware: "Coreboot" },
      pointer: "#/facts/firmware",
      says: `expected "uefi" or "bios", but this is "coreboot"${tells("test -d /sys/firmware/efi && echo uefi || echo bios")}`,
    },
    {
      title: "a size below nothing",
      facts: { freeBytes: -1 },
      pointer: "#/facts/freeBytes",
      says: `expected at least 0, but this is the number -1${tells("df --block-size=1 --output=avail /sysroot")}`,
    },
    {
      title: "a size that is no whole number",
      facts: { freeBytes: 1.5 },
      pointer: "#/facts/freeBytes",
      says: `expected a whole number, but this is the number 1.5${tells("df --block-size=1 --output=avail /sysroot")}`,
    },
    {
      title: "a key that is none",
      facts: { enrolledKeys: ["ab", "key"] },
      pointer: "#/facts/enrolledKeys/1",
      says: `expected a fingerprint in hexadecimal digits, but this is "key"${tells("mokutil --export && sha256sum MOK-*.der")}`,
    },
    {
      title: "a card that is text",
      facts: { gpu: ["nvidia"] },
      pointer: "#/facts/gpu/0",
      says: `expected an object, but this is "nvidia"${tells("lspci -nn")}`,
    },
    {
      title: "a card without a maker",
      facts: { gpu: [{ generation: "turing" }] },
      pointer: "#/facts/gpu/0/vendor",
      says: `it is missing: expected text${tells("lspci -nn")}`,
    },
    {
      title: "a digest that is none",
      facts: { cachedLayers: [digest(1), "x"] },
      pointer: "#/facts/cachedLayers/1",
      says: 'expected a digest: sha256: and 64 lower-case hexadecimal digits, but this is "x"; it is a list of digests of layers, each as "sha256:…"',
    },
    {
      title: "an image-info.json with a list for a number",
      facts: { imageInfo: { "fedora-version": [44] } },
      pointer: "#/facts/imageInfo/fedora-version",
      says: "expected text or a number, but this is a list; it is what /usr/share/ublue-os/image-info.json holds",
    },
    {
      title: "a file that is no text",
      facts: { registriesD: { "/etc/containers/registries.d/a.yaml": 1 } },
      pointer: "#/facts/registriesD/~1etc~1containers~1registries.d~1a.yaml",
      says: `expected text, but this is the number 1${tells("tail -n +1 /etc/containers/registries.d/*.yaml")}`,
    },
    {
      title: "a path without end",
      facts: { registriesD: { ["x".repeat(5_000)]: "" } },
      pointer: `#/facts/registriesD/${"x".repeat(5_000)}`,
      says: `a name in it is wrong: expected at most 4096 characters, but this is 5000 characters long${tells("tail -n +1 /etc/containers/registries.d/*.yaml")}`,
    },
  ])("$title", ({ facts, pointer, says }) => {
    expect(refusal({ facts })).toEqual({ pointer, says });
  });

  const wrong = ["text", 3, -1.5, true, [], [[]], [1], [{}], { a: [{}] }, [null], "x".repeat(10_000)];
  test.each(Object.keys(HostFacts.shape))("are refused in words, whatever %s is", (name) => {
    for (const value of wrong) {
      const answer = planRequestOf({ target, arch: "amd64", facts: { [name]: value } });
      if (answer.outcome === "request") continue;
      expect(pointerTo(answer.path)).toMatch(`#/facts/${name}`);
      expect(answer.reason).toMatch(/expected .+; .+/);
      expect(answer.reason).not.toMatch(/invalid|received|too (big|small)|undefined|nan/i);
      expect(answer.reason.length).toBeLessThan(400);
    }
  });
});

test.each<{ title: string; asked: Partial<AskedPlan>; pointer: string; says: string }>([
  {
    title: "no target",
    asked: { target: undefined },
    pointer: "#/target",
    says: "it is missing: expected a reference, such as HOST/PATH:TAG",
  },
  {
    title: "a target that is a number",
    asked: { target: 5 },
    pointer: "#/target",
    says: "expected a reference, such as HOST/PATH:TAG, but this is the number 5",
  },
  {
    title: "a `from` that is a tag",
    asked: { from: "latest" },
    pointer: "#/from",
    says: 'expected a digest: sha256: and 64 lower-case hexadecimal digits, but this is "latest"',
  },
  {
    title: "an architecture that is a list",
    asked: { arch: ["amd64"] },
    pointer: "#/arch",
    says: "expected the name of an architecture, such as amd64, but this is a list",
  },
  {
    title: "no architecture",
    asked: { arch: undefined },
    pointer: "#/arch",
    says: "neither the host nor `arch` says which architecture is wanted: give `arch`, such as amd64",
  },
])("a question with $title", ({ asked, pointer, says }) => {
  expect(refusal(asked)).toEqual({ pointer, says });
});

test("a pointer escapes what has a meaning in it", () => {
  expect(pointerTo([])).toBe("#");
  expect(pointerTo(["a/b", "~", 0, "ü %"])).toBe("#/a~1b/~0/0/%C3%BC%20%25");
});

// Facts of a host: what is read from its files and programs, and what stays unknown where they are missing or wrong.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFacts } from "../../../../bin/switch/read-facts.ts";
import type { Ran } from "../../../../bin/switch/run-program.ts";
import { hostFolder } from "../trust/host-folder.ts";

const efivars = "/sys/firmware/efi/efivars";
const efi = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const mounts = (type: string) =>
  `21 1 0:19 / / ro - overlay composefs rw\n22 1 8:3 / /sysroot ro,relatime shared:2 - ${type} /dev/sda3 rw\n`;
const ended = (stdout: string): Ran => ({ outcome: "ended", code: 0, stdout, stderr: "" });

async function factsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  programs: Readonly<Record<string, Ran>> = {},
) {
  const folder = hostFolder();
  for (const [path, content] of Object.entries(files)) folder.write(path, content);
  return readFacts({
    root: { folder: folder.path },
    run: async (name, args) => programs[[name, ...args].join(" ")] ?? { outcome: "absent" },
  });
}

test("a host that has nothing tells nothing, and says why for each; that it has no policy is known", async () => {
  const { facts, unknown } = await factsOf({});
  expect(facts).toEqual({ policyJson: null, registriesD: {}, registryAuth: [] });
  expect(unknown.map(({ fact }) => fact).sort()).toEqual([
    "architectureVariant",
    "bootloader",
    "cachedLayers",
    "clientVersions",
    "enrolledKeys",
    "etcModified",
    "filesystem",
    "firmware",
    "freeBytes",
    "gpu",
    "imageInfo",
    "osRelease",
    "rpmOstreeStatus",
    "secureBoot",
  ]);
  expect(unknown.every(({ reason }) => reason !== "")).toBe(true);
});

test("a whole host tells all of it, and of its credentials the hosts alone", async () => {
  const { facts, unknown } = await factsOf(
    {
      "/proc/1/mountinfo": mounts("btrfs"),
      [efi]: Uint8Array.from([6, 0, 0, 0, 1]),
      "/etc/containers/policy.json": '{"default":[{"type":"reject"}]}',
      "/usr/share/containers/policy.json": '{"default":[]}',
      "/etc/containers/registries.d/a.yaml": "docker: {}\n",
      "/etc/ostree/auth.json":
        '{"auths":{"b.example":{"auth":"c2VjcmV0"}},"credHelpers":{"a.example":"secret-helper"}}',
      "/usr/lib/os-release":
        "NAME=x\nID=bazzite\nID_LIKE=\"fedora rhel\"\nVERSION_ID='44'\n# no\nSUPPORT_END=2027-05-12\n",
      "/usr/share/ublue-os/image-info.json": '{"image-name":"bazzite","image-tag":"stable"}',
      [`/sysroot/ostree/repo/refs/heads/ostree/container/blob/sha256_3A_${"a".repeat(64)}`]: "",
      [`${efivars}/db-d719b2cb-3d3a-4bcc-a3bc-74f59e0de63f`]: Uint8Array.from([7, 0, 0, 0]),
      [`${efivars}/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f`]: Buffer.from("\0\0GRUB 2.12", "utf16le"),
      "/proc/cpuinfo": "flags : lm\n",
      "/sys/bus/pci/devices/0000:01:00.0/class": "0x030000\n",
      "/sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de\n",
    },
    {
      "ostree admin config-diff": ended("M    passwd\n"),
      "rpm-ostree status --json": ended('{"deployments":[]}'),
      "bootc --version": ended("bootc 1.16.9\n"),
      "skopeo --version": ended("skopeo version 1.22.2 commit: abc\n"),
    },
  );
  expect(unknown).toEqual([]);
  expect(facts).toEqual({
    filesystem: "btrfs",
    firmware: "uefi",
    secureBoot: true,
    enrolledKeys: [],
    bootloader: "grub",
    gpu: [{ vendor: "nvidia" }],
    architectureVariant: "x86_64",
    etcModified: ["/etc/passwd"],
    cachedLayers: [`sha256:${"a".repeat(64)}`],
    policyJson: { default: [{ type: "reject" }] },
    registriesD: { "/etc/containers/registries.d/a.yaml": "docker: {}\n" },
    registryAuth: ["a.example", "b.example"],
    osRelease: { id: "bazzite", idLike: ["fedora", "rhel"], versionId: "44", supportEnd: "2027-05-12" },
    imageInfo: { "image-name": "bazzite", "image-tag": "stable" },
    freeBytes: expect.any(Number),
    rpmOstreeStatus: { deployments: [] },
    clientVersions: { bootc: "1.16.9", skopeo: "1.22.2" },
  });
  expect(JSON.stringify(facts)).not.toContain("c2VjcmV0");
});

test.each<{ title: string; files: Record<string, string | Uint8Array>; fact: string; value: unknown }>([
  {
    title: "a file system of another kind",
    files: { "/proc/1/mountinfo": mounts("nfs4") },
    fact: "filesystem",
    value: undefined,
  },
  { title: "no UEFI", files: { "/sys/firmware/memmap/0": "" }, fact: "secureBoot", value: false },
  { title: "Secure Boot off", files: { [efi]: Uint8Array.from([6, 0, 0, 0, 0]) }, fact: "secureBoot", value: false },
  {
    title: "a variable of another length",
    files: { [efi]: Uint8Array.from([6, 0]) },
    fact: "secureBoot",
    value: undefined,
  },
  {
    title: "a policy that is no JSON",
    files: { "/etc/containers/policy.json": "{" },
    fact: "policyJson",
    value: undefined,
  },
  {
    title: "the image's own policy",
    files: { "/usr/share/containers/policy.json": "{}" },
    fact: "policyJson",
    value: {},
  },
  {
    title: "a policy too large to send",
    files: { "/etc/containers/policy.json": `{"a":"${"x".repeat(200_000)}"}` },
    fact: "policyJson",
    value: undefined,
  },
  {
    title: "an image-info of another kind",
    files: { "/usr/share/ublue-os/image-info.json": '{"image-name":7}' },
    fact: "imageInfo",
    value: undefined,
  },
])("$fact with $title", async ({ files, fact, value }) => {
  const { facts, unknown } = await factsOf(files);
  expect(Reflect.get(facts, fact)).toEqual(value);
  expect(unknown.some((each) => each.fact === fact)).toBe(value === undefined);
});

test("a link that leads out of the root is not read", async () => {
  const folder = hostFolder();
  mkdirSync(join(folder.path, "etc"));
  symlinkSync("/etc", join(folder.path, "etc/containers"));
  const { facts, unknown } = await readFacts({
    root: { folder: folder.path },
    run: async () => ({ outcome: "absent" }),
  });
  expect(facts.policyJson).toBeUndefined();
  expect(unknown.find(({ fact }) => fact === "policyJson")?.reason).toContain("symbolic link");
});

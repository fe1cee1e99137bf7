// Facts of the machine: what its firmware, processor, bus and store say, and that malformed answers are no answers.
import { hash } from "node:crypto";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  bootloaderOf,
  cachedLayersOf,
  enrolledKeysOf,
  etcModifiedOf,
  gpusOf,
  variantOf,
} from "../../../../bin/switch/read-machine.ts";
import type { Ran } from "../../../../bin/switch/run-program.ts";
import { hostFolder } from "../trust/host-folder.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

function rootWith(files: Files) {
  const folder = hostFolder();
  for (const [path, content] of Object.entries(files)) folder.write(path, content);
  return { folder: folder.path };
}

const efivars = "/sys/firmware/efi/efivars";
const db = `${efivars}/db-d719b2cb-3d3a-4bcc-a3bc-74f59e0de63f`;
const dbx = `${efivars}/dbx-d719b2cb-3d3a-4bcc-a3bc-74f59e0de63f`;
const mok = `${efivars}/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23`;
const mokTable = "/sys/firmware/efi/mok-variables/MokListRT";
const x509 = "a159c0a5e494a74a87b5ab155c2bf072";
const sha256 = "2616c4c14c509240aca941f936934328";

/** EFI_SIGNATURE_LIST; all of one list are of one size. */
function list(type: string, certificates: readonly string[], header = 0): Buffer {
  const each = 16 + (certificates[0]?.length ?? 0);
  const head = Buffer.alloc(28 + header);
  Buffer.from(type, "hex").copy(head);
  head.writeUInt32LE(28 + header + each * certificates.length, 16);
  head.writeUInt32LE(header, 20);
  head.writeUInt32LE(each, 24);
  return Buffer.concat([
    head,
    ...certificates.map((text) => Buffer.concat([Buffer.alloc(16, 7), Buffer.from(text, "latin1")])),
  ]);
}

const asVariable = (...lists: readonly Buffer[]) => Buffer.concat([Buffer.from([7, 0, 0, 0]), ...lists]);
const prints = (...certificates: readonly string[]) => certificates.map((text) => hash("sha256", text)).sort();

describe("enrolled keys", () => {
  test("are the certificates of the firmware and of shim, of any size, and no hashes", async () => {
    const files = {
      [db]: asVariable(list(x509, ["one"]), list(sha256, ["h".repeat(32)]), list(x509, ["three", "seven"], 8)),
      [mok]: asVariable(list(x509, ["ours", "mine"]), list(x509, ["one"])),
    };
    expect(await enrolledKeysOf(rootWith(files))).toEqual(prints("one", "three", "seven", "ours", "mine"));
  });

  test("are those of shim's table where there is one, and none that was revoked", async () => {
    const files = {
      [db]: asVariable(list(x509, ["one"]), list(x509, ["gone!"])),
      [dbx]: asVariable(list(x509, ["gone!"])),
      [mok]: asVariable(list(x509, ["part"])),
      [mokTable]: Buffer.concat([list(x509, ["part"]), list(x509, ["the rest"])]),
    };
    expect(await enrolledKeysOf(rootWith(files))).toEqual(prints("one", "part", "the rest"));
  });

  /** A certificate as far as it counts here: a sequence whose first member is what was signed. */
  const certificateOf = (text: string) => {
    const signed = Buffer.concat([Buffer.from([0x30, text.length]), Buffer.from(text)]);
    const rest = Buffer.from("0500", "hex");
    return Buffer.concat([Buffer.from([0x30, 0x81, signed.length + rest.length]), signed, rest]).toString("latin1");
  };
  const signedPart = (text: string) => Buffer.concat([Buffer.from([0x30, text.length]), Buffer.from(text)]);
  const byHash = {
    sha256: "92a4d23bc0967940b420fcf98ef103ed",
    sha384: "6e877670c280e64eaad228b349a6865b",
    sha512: "63bf6d440225da4cbcfa2465d2b0fe9d",
  } as const;
  const revoking = (algorithm: keyof typeof byHash, text: string, time = "\0".repeat(16)) =>
    list(byHash[algorithm], [`${hash(algorithm, signedPart(text), "buffer").toString("latin1")}${time}`]);
  const enrolled = [certificateOf("stays"), certificateOf("gone!")];

  test.each(["sha256", "sha384", "sha512"] as const)(
    "are none that is revoked by the %s of what was signed",
    async (algorithm) => {
      const files = {
        [db]: asVariable(list(x509, enrolled)),
        [dbx]: asVariable(list(sha256, ["h".repeat(32)]), revoking(algorithm, "gone!"), revoking(algorithm, "other")),
      };
      expect(await enrolledKeysOf(rootWith(files))).toEqual([
        hash("sha256", Buffer.from(certificateOf("stays"), "latin1")),
      ]);
    },
  );

  test.each<{ title: string; db?: readonly string[]; revoked: Buffer; says: string }>([
    {
      title: "one is revoked from a time on",
      revoked: revoking("sha256", "gone!", `\u00ea\u0007${"\0".repeat(14)}`),
      says: "from a time on",
    },
    {
      title: "one that is no certificate might be revoked",
      db: ["one"],
      revoked: revoking("sha256", "x"),
      says: "cannot be read",
    },
    { title: "a hash is too short", revoked: list(byHash.sha256, ["short"]), says: "malformed" },
    {
      title: "keys are revoked in another way",
      revoked: list("e866573c9c26344eaa14ed776e85b3b6", ["k".repeat(256)]),
      says: "not known here",
    },
  ])("are not known where $title", async ({ db: certificates = enrolled, revoked, says }) => {
    const files = { [db]: asVariable(list(x509, certificates)), [dbx]: asVariable(revoked) };
    await expect(enrolledKeysOf(rootWith(files))).rejects.toThrow(says);
  });

  test("that are revoked from a time on and for ever are none", async () => {
    const timed = revoking("sha256", "gone!", `\u00ea\u0007${"\0".repeat(14)}`);
    const forEver = revoking("sha384", "gone!");
    for (const lists of [
      [timed, forEver],
      [forEver, timed],
    ]) {
      const files = { [db]: asVariable(list(x509, enrolled)), [dbx]: asVariable(...lists) };
      expect(await enrolledKeysOf(rootWith(files))).toHaveLength(1);
    }
  });

  test("may be none at all, which is known", async () => {
    expect(await enrolledKeysOf(rootWith({ [db]: asVariable() }))).toEqual([]);
  });

  const whole = list(x509, ["one"]);
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(whole);
    copy.writeUInt32LE(value, at);
    return asVariable(copy);
  };
  test.each<{ title: string; files: Files; says: string }>([
    { title: "nothing is there", files: {}, says: "cannot be seen" },
    { title: "there are no attributes", files: { [db]: Buffer.from([7]) }, says: "is malformed" },
    { title: "the list ends too early", files: { [db]: asVariable(whole.subarray(0, 40)) }, says: "malformed" },
    { title: "something follows it", files: { [db]: asVariable(whole, Buffer.alloc(3)) }, says: "malformed" },
    { title: "its size is nothing", files: { [db]: changed(16, 0) }, says: "malformed" },
    { title: "its size is beyond all", files: { [db]: changed(16, 0xffffffff) }, says: "malformed" },
    { title: "its header is longer than it", files: { [db]: changed(20, 0xfffffff0) }, says: "malformed" },
    { title: "its entries have no size", files: { [db]: changed(24, 0) }, says: "malformed" },
    { title: "its entries hold no certificate", files: { [db]: changed(24, 16) }, says: "malformed" },
    { title: "it is long", files: { [db]: Buffer.alloc(300 * 1024) }, says: "too long" },
    { title: "what is revoked cannot be read", files: { [db]: asVariable(whole), [dbx]: "x" }, says: "malformed" },
  ])("are not known where $title", async ({ files, says }) => {
    await expect(enrolledKeysOf(rootWith(files))).rejects.toThrow(says);
  });

  test("are not read through a link", async () => {
    const root = rootWith({ "/elsewhere": asVariable(whole), [mok]: asVariable() });
    symlinkSync(join(root.folder, "elsewhere"), join(root.folder, db));
    await expect(enrolledKeysOf(root)).rejects.toThrow("ELOOP");
  });
});

const loader = `${efivars}/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f`;
const said = (text: string) => ({ [loader]: Buffer.concat([Buffer.alloc(4), Buffer.from(text, "utf16le")]) });

test.each([
  ["systemd-boot 258.1-1.fc44\0", "systemd-boot"],
  ["GRUB 2.12\0", "grub"],
  ["rEFInd\0", "refind"],
])("the boot loader calls itself %j", async (text, name) => {
  expect(await bootloaderOf(rootWith(said(text)))).toBe(name);
});

test.each([{}, said(""), said("\u001b[2J"), said("x".repeat(100)), { [loader]: "ab" }])(
  "a boot loader without a name is not known: %j",
  async (files) => {
    await expect(bootloaderOf(rootWith(files))).rejects.toThrow(/does not tell|malformed/);
  },
);

const device = (slot: string, kind: string, vendor: string): Files => ({
  [`/sys/bus/pci/devices/0000:${slot}/class`]: `${kind}\n`,
  [`/sys/bus/pci/devices/0000:${slot}/vendor`]: `${vendor}\n`,
});

test("graphics are what the bus has of displays, by their makers", async () => {
  const files = {
    ...device("00:02.0", "0x030000", "0x8086"),
    ...device("01:00.0", "0x030200", "0x10DE"),
    ...device("02:00.0", "0x038000", "0xabcd"),
    ...device("00:1f.0", "0x060100", "0x8086"),
  };
  expect(await gpusOf(rootWith(files))).toEqual([{ vendor: "intel" }, { vendor: "nvidia" }, { vendor: "abcd" }]);
  expect(await gpusOf(rootWith(device("00:1f.0", "0x060100", "0x8086")))).toEqual([]);
});

test.each([
  { title: "no bus can be seen", files: {} },
  { title: "a maker is no number", files: device("00:02.0", "0x030000", "nobody") },
])("graphics are not known where $title", async ({ files }) => {
  await expect(gpusOf(rootWith(files))).rejects.toThrow("cannot be seen");
});

const v1 = "fpu lm nx sse sse2 syscall";
const v2 = `${v1} cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3`;
const v3 = `${v2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`;
const v4 = `${v3} avx512f avx512bw avx512cd avx512dq avx512vl`;

test.each([
  ["x86_64", v1],
  ["x86_64-v2", v2],
  ["x86_64-v2", v3.replace(" movbe", "")],
  ["x86_64-v3", v3],
  ["x86_64-v3", `${v3} avx512f`],
  ["x86_64-v4", v4],
  ["x86_64", v4.replace(" popcnt", "")],
])("the processor is %s by its flags", async (variant, flags) => {
  const cpuinfo = `processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: ${flags}\nbugs\t\t: x\n\n`;
  expect(await variantOf(rootWith({ "/proc/cpuinfo": cpuinfo.repeat(3) }))).toBe(variant);
});

test.each(["processor\t: 0\nFeatures\t: fp asimd\n", "", `flags\t\t: ${v3}`])(
  "another processor is not known: %j",
  async (cpuinfo) => {
    await expect(variantOf(rootWith({ "/proc/cpuinfo": cpuinfo }))).rejects.toThrow("no x86_64");
  },
);

describe("files changed in /etc", () => {
  const told = (ran: Ran) =>
    etcModifiedOf({
      root: { folder: "/" },
      run: async (name, args) =>
        [name, ...args].join(" ") === "ostree admin config-diff" ? ran : { outcome: "absent" },
    });
  const wrote = (stdout: string, code = 0): Ran => ({ outcome: "ended", code, stdout, stderr: "" });

  test("are those that ostree calls modified or removed, by their paths", async () => {
    const stdout = "M    passwd\nM    sysconfig/a b\nD    motd\nA    machine-id\nM    /etc/shadow\n";
    expect(await told(wrote(stdout))).toEqual(["/etc/passwd", "/etc/sysconfig/a b", "/etc/motd", "/etc/shadow"]);
    expect(await told(wrote(""))).toEqual([]);
  });

  test.each<[string, Ran]>([
    ["there is no ostree", { outcome: "absent" }],
    ["it fails", wrote("M    passwd\n", 1)],
    ["it writes something else", wrote("error: none of your business\n")],
    ["it names too many", wrote("M    a\n".repeat(10_000))],
  ])("are not known where %s", async (_, ran) => {
    await expect(told(ran)).rejects.toThrow(/ostree|too many/);
  });
});

test("layers that are stored are the branches that ostree has of them", async () => {
  const folder = "/sysroot/ostree/repo/refs/heads/ostree/container/blob";
  const digests = ["a", "b"].map((digit) => digit.repeat(64));
  const files = Object.fromEntries(digests.map((hex) => [`${folder}/sha256_3A_${hex}`, "commit\n"]));
  expect(await cachedLayersOf(rootWith({ ...files, [`${folder}/sha256_3A_zz`]: "", [`${folder}/x`]: "" }))).toEqual(
    digests.map((hex) => `sha256:${hex}`),
  );
  await expect(cachedLayersOf(rootWith({}))).rejects.toThrow("no layer");
  const many = Array.from({ length: 1_001 }, (_, i) => [`${folder}/sha256_3A_${`${i}`.padStart(64, "0")}`, ""]);
  await expect(cachedLayersOf(rootWith(Object.fromEntries(many)))).rejects.toThrow("more than 1000");
});

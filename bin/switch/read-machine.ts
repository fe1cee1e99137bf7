// Facts of the machine below the system: its firmware's keys, its boot loader, processor and graphics, and what is stored.
import { hash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { gpuVendor } from "../../policies/plan/gpu-vendor.ts";
import { type HostRoot, listHostFiles } from "../trust/host-root.ts";
import { NotKnown, readIfThere, readSmall } from "./kernel-file.ts";
import { certificatesIn, withoutRevoked } from "./signature-lists.ts";
import { inside, type SwitchHost } from "./switch-host.ts";

const variables = "/sys/firmware/efi/efivars";
const ofFirmware = "d719b2cb-3d3a-4bcc-a3bc-74f59e0de63f";
const ofShim = "605dab50-e046-4300-abb6-3dd810dd8b23";
/** Lists of the firmware are some 20 kB. */
const variableBytes = 256 * 1024;

/** Undefined: there is no such variable. Four bytes of attributes come before the value (efivarfs). */
async function variable(root: HostRoot, name: string): Promise<Buffer | undefined> {
  const bytes = await readIfThere(root, `${variables}/${name}`, variableBytes);
  if (bytes !== undefined && bytes.length < 4) throw new NotKnown(`the variable ${name} is malformed`);
  return bytes?.subarray(4);
}

/** What shim goes by: the firmware's list and its own, without what either has revoked. */
export async function enrolledKeysOf(root: HostRoot): Promise<readonly string[]> {
  const [db, mok] = [await variable(root, `db-${ofFirmware}`), await shimList(root, "MokListRT")];
  if (db === undefined && mok === undefined) throw new NotKnown("the firmware's lists of keys cannot be seen");
  const [dbx, mokx] = [await variable(root, `dbx-${ofFirmware}`), await shimList(root, "MokListXRT")];
  const inForce = withoutRevoked([db, mok].flatMap(certificatesIn), [dbx, mokx]);
  return [...new Set(inForce.map((certificate) => hash("sha256", certificate)))].sort();
}

/** Whole where shim gave it to the kernel as a table: a variable has room for a part of a long list. */
async function shimList(root: HostRoot, name: string): Promise<Buffer | undefined> {
  const whole = await readIfThere(root, `/sys/firmware/efi/mok-variables/${name}`, variableBytes);
  return whole ?? variable(root, `${name}-${ofShim}`);
}

/** https://systemd.io/BOOT_LOADER_INTERFACE: UTF-16, as `systemd-boot 258` or `GRUB 2.12`. */
export async function bootloaderOf(root: HostRoot): Promise<string> {
  const value = await variable(root, "LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f");
  const name = /^([a-z][a-z0-9-]{0,31})(?:[ \0]|$)/i.exec(value?.toString("utf16le") ?? "")?.[1];
  if (name === undefined) throw new NotKnown("the boot loader does not tell its name");
  return name.toLowerCase();
}

const devicesMax = 4_096;

/** Displays on the PCI bus (class 3). Of which generation a card is, no list here says. */
export async function gpusOf(root: HostRoot): Promise<readonly { readonly vendor: string }[]> {
  const folder = "/sys/bus/pci/devices";
  const names = await readdir(inside(root, folder)).catch(() => []);
  // A container may see the folder, and nothing in it.
  if (names.length === 0 || names.length > devicesMax) throw new NotKnown("the devices on the PCI bus cannot be seen");
  const gpus: { vendor: string }[] = [];
  for (const name of names.sort()) {
    const [kind, maker] = [
      await numberIn(root, `${folder}/${name}/class`),
      await numberIn(root, `${folder}/${name}/vendor`),
    ];
    if (!/^03[0-9a-f]{4}$/.test(kind)) continue;
    if (!/^[0-9a-f]{4}$/.test(maker)) throw new NotKnown(`the maker of ${name} cannot be seen`);
    gpus.push({ vendor: gpuVendor(maker) ?? maker });
  }
  return gpus;
}

async function numberIn(root: HostRoot, path: string): Promise<string> {
  const text = (await readSmall(root, path, 64)).toString("latin1").trim();
  return /^0x([0-9a-f]{1,16})$/i.exec(text)?.[1]?.toLowerCase() ?? "";
}

/** Of https://gitlab.com/x86-psABIs/x86-64-ABI, by the names that Linux has for them; `abm` is LZCNT. */
const levels: readonly (readonly string[])[] = [
  ["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"],
  ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"],
  ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
];

export async function variantOf(root: HostRoot): Promise<string> {
  // Every processor says the same: the first stands within the beginning.
  const text = (await readSmall(root, "/proc/cpuinfo", 64 * 1024)).toString("latin1");
  const flags = new Set(/^flags\s*:([^\n]*)\n/m.exec(text)?.[1]?.trim().split(" "));
  // `lm`, the long mode, is what makes it x86_64.
  if (!flags.has("lm")) throw new NotKnown("the processor is no x86_64");
  const missing = levels.findIndex((level) => !level.every((flag) => flags.has(flag)));
  const level = missing < 0 ? levels.length + 1 : missing + 1;
  return level === 1 ? "x86_64" : `x86_64-v${level}`;
}

/** A host with more was not changed by hand. */
const pathsBytes = 32 * 1024;

/** What was added stands beside the image's own files, and is not in their way. */
export async function etcModifiedOf(host: SwitchHost): Promise<readonly string[]> {
  const ran = await host.run("ostree", ["admin", "config-diff"], {});
  if (ran.outcome !== "ended" || ran.code !== 0) throw new NotKnown("ostree does not tell");
  if (ran.stdout.length > pathsBytes) throw new NotKnown("too many files were changed to name them");
  const lines = ran.stdout.split("\n").filter((line) => line !== "");
  const paths = lines.map((line) => /^([MDA])\s+(?:\/etc\/)?([^/].*)$/.exec(line));
  if (paths.some((match) => match === null)) throw new NotKnown("ostree wrote something that is no list of changes");
  return paths.flatMap((match) => (match === null || match[1] === "A" ? [] : [`/etc/${match[2]}`]));
}

/** Each layer that ostree-ext has imported is a branch, in whose name the colon of the digest is escaped. */
export async function cachedLayersOf(root: HostRoot): Promise<readonly string[]> {
  const paths = await listHostFiles(root, "/sysroot/ostree/repo/refs/heads/ostree/container/blob", "");
  const digests = paths.flatMap((path) => /\/sha256_3A_([0-9a-f]{64})$/.exec(path)?.[1] ?? []);
  if (digests.length === 0) throw new NotKnown("no layer of an image is stored");
  return digests.map((digest) => `sha256:${digest}`);
}

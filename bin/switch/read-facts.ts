// Facts of the host that can be read without changing or asking anything; each may be missing, and none is a secret.
import { stat, statfs } from "node:fs/promises";
import { factsOf, type HostFacts } from "../../policies/plan/host-facts.ts";
import { type HostRoot, listHostFiles, readHostFile } from "../trust/host-root.ts";
import { NotKnown, readSmall } from "./kernel-file.ts";
import { bootloaderOf, cachedLayersOf, enrolledKeysOf, etcModifiedOf, gpusOf, variantOf } from "./read-machine.ts";
import { documentBytes, inside, parseObject, type SwitchHost } from "./switch-host.ts";

export type ReadFacts = {
  readonly facts: HostFacts;
  /** Why a fact is not among them. */
  readonly unknown: readonly { readonly fact: string; readonly reason: string }[];
};

type Reader = (host: SwitchHost) => Promise<unknown>;

export async function readFacts(host: SwitchHost): Promise<ReadFacts> {
  const facts: HostFacts & Record<string, unknown> = {};
  const unknown: { fact: string; reason: string }[] = [];
  for (const [fact, read] of Object.entries(readers)) {
    try {
      const value = await read(host);
      const parsed = factsOf({ [fact]: value });
      // One fact that a service would refuse must not cost the others.
      if (parsed.outcome === "invalid") throw new NotKnown(`it is malformed: ${parsed.reason}`);
      if (JSON.stringify(value).length > documentBytes) throw new NotKnown("it is too long");
      facts[fact] = value;
    } catch (error) {
      unknown.push({ fact, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { facts, unknown };
}

const readers: Readonly<Record<string, Reader>> = {
  filesystem: ({ root }) => filesystemOf(root),
  firmware: ({ root }) => firmwareOf(root),
  secureBoot: ({ root }) => secureBootOf(root),
  enrolledKeys: ({ root }) => enrolledKeysOf(root),
  bootloader: ({ root }) => bootloaderOf(root),
  gpu: ({ root }) => gpusOf(root),
  architectureVariant: ({ root }) => variantOf(root),
  policyJson: ({ root }) => policyJsonOf(root),
  registriesD: ({ root }) => registriesOf(root),
  registryAuth: ({ root }) => hostsWithCredentials(root),
  osRelease: ({ root }) => osReleaseOf(root),
  imageInfo: ({ root }) => objectIn(root, "/usr/share/ublue-os/image-info.json"),
  freeBytes: ({ root }) => freeBytesOf(root),
  rpmOstreeStatus: statusOfRpmOstree,
  clientVersions: versionsOf,
  etcModified: etcModifiedOf,
  cachedLayers: ({ root }) => cachedLayersOf(root),
};

/** The table of the first process: a container's own root says nothing of the host's. /sysroot is where images go. */
async function filesystemOf(root: HostRoot): Promise<string> {
  const lines = (await readSmall(root, "/proc/1/mountinfo", 1024 * 1024)).toString("utf8").split("\n");
  for (const place of ["/sysroot", "/"]) {
    // proc(5): the mount point is the fifth field, the type the first after the hyphen.
    const line = lines.findLast((each) => each.split(" ")[4] === place);
    const type = line?.split(" - ")[1]?.split(" ")[0];
    if (type !== undefined && /^(?:ext4|xfs|btrfs)$/.test(type)) return type;
  }
  throw new NotKnown("neither /sysroot nor / is ext4, xfs or btrfs");
}

async function firmwareOf(root: HostRoot): Promise<string> {
  if (await isFolder(inside(root, "/sys/firmware/efi"))) return "uefi";
  if (await isFolder(inside(root, "/sys/firmware"))) return "bios";
  throw new NotKnown("/sys is not mounted");
}

async function secureBootOf(root: HostRoot): Promise<boolean> {
  if ((await firmwareOf(root)) === "bios") return false;
  // Four bytes of attributes, then the value (UEFI specification, 3.3 and 8.2).
  const path = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
  const bytes = await readSmall(root, path, 64);
  if (bytes.length !== 5) throw new NotKnown("the variable SecureBoot has another length");
  return bytes[4] === 1;
}

/** A host that has none in /etc goes by the one that its image brings. */
async function policyJsonOf(root: HostRoot): Promise<unknown> {
  for (const path of ["/etc/containers/policy.json", "/usr/share/containers/policy.json"]) {
    const found = await readHostFile(root, path);
    if (found !== undefined) return parsed(path, found.bytes);
  }
  return null;
}

async function registriesOf(root: HostRoot): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const path of await listHostFiles(root, "/etc/containers/registries.d", ".yaml")) {
    const found = await readHostFile(root, path);
    if (found !== undefined) texts[path] = found.bytes.toString("utf8");
  }
  return texts;
}

/** Names alone: no credential leaves this function. The first file that is there counts (ostree-ext, globals.rs). */
async function hostsWithCredentials(root: HostRoot): Promise<readonly string[]> {
  for (const path of ["/run/ostree/auth.json", "/etc/ostree/auth.json", "/usr/lib/ostree/auth.json"]) {
    const found = await readHostFile(root, path);
    if (found === undefined) continue;
    const { auths, credHelpers } = parsed(path, found.bytes);
    const names = [auths, credHelpers].flatMap((each) =>
      typeof each === "object" && each !== null ? Object.keys(each) : [],
    );
    return [...new Set(names)].sort();
  }
  return [];
}

async function osReleaseOf(root: HostRoot): Promise<unknown> {
  const found = (await readHostFile(root, "/usr/lib/os-release")) ?? (await readHostFile(root, "/etc/os-release"));
  if (found === undefined) throw new NotKnown("there is no os-release");
  // os-release(5): assignments as a shell reads them, of which quotes are all that is used in practice.
  const lines = found.bytes.toString("utf8").split("\n");
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, "$2")] as const];
  });
  const { ID, ID_LIKE, VERSION_ID, SUPPORT_END } = Object.fromEntries(pairs);
  return {
    id: ID ?? null,
    idLike: (ID_LIKE ?? "").split(" ").filter(Boolean),
    versionId: VERSION_ID ?? null,
    supportEnd: SUPPORT_END ?? null,
  };
}

async function objectIn(root: HostRoot, path: string): Promise<unknown> {
  const found = await readHostFile(root, path);
  if (found === undefined) throw new NotKnown(`there is no ${path}`);
  return parsed(path, found.bytes);
}

async function freeBytesOf(root: HostRoot): Promise<number> {
  const { bavail, bsize } = await statfs(inside(root, "/sysroot"));
  return bavail * bsize;
}

async function statusOfRpmOstree(host: SwitchHost): Promise<unknown> {
  const ran = await host.run("rpm-ostree", ["status", "--json"], {});
  if (ran.outcome !== "ended" || ran.code !== 0) throw new NotKnown("rpm-ostree does not tell");
  const status = parseObject(ran.stdout);
  if (status === undefined) throw new NotKnown("rpm-ostree wrote no JSON object");
  return status;
}

async function versionsOf(host: SwitchHost): Promise<unknown> {
  const [bootc, skopeo] = [await versionOf(host, "bootc"), await versionOf(host, "skopeo")];
  if (bootc === null && skopeo === null) throw new NotKnown("neither bootc nor skopeo tells its version");
  return { bootc, skopeo };
}

/** Null: there is no such program, or it does not say. */
export async function versionOf(host: Pick<SwitchHost, "run">, name: string): Promise<string | null> {
  const ran = await host.run(name, ["--version"], {});
  if (ran.outcome !== "ended" || ran.code !== 0) return null;
  return /\b(\d+(?:\.\d+)+[\w.+~-]{0,40})/.exec(ran.stdout)?.[1] ?? null;
}

function parsed(path: string, bytes: Buffer): Readonly<Record<string, unknown>> {
  const value = parseObject(bytes.toString("utf8"));
  if (value === undefined) throw new NotKnown(`${path} is no JSON object`);
  return value;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

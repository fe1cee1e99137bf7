// Hazards of the machine: its file system and the room on its disk.
import { familyOfKernel } from "../distribution-family.ts";
import { absent, type HostCircumstances, type HostHazard, isAlike, isNextBuild, isSameImage } from "./hazard.ts";

const common = ["ext4", "xfs", "btrfs"];

/** What `/` is mounted as; the file system below it was not said. */
const layered = ["overlay", "overlayfs", "composefs", "erofs"];

export const filesystemUnsupported: HostHazard = {
  id: "filesystem-unsupported",
  title: "It cannot read the host's file system",
  highest: "block",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const said = circumstances.host.facts.filesystem ?? null;
    const filesystem = said === null || layered.includes(said) ? null : said;
    const byKernel = kernelReads(circumstances);
    const verity = needsVerity(circumstances);
    const readable = verity === false ? byKernel : (byKernel?.filter((each) => withVerity.includes(each)) ?? null);
    // bootc installs on the common three alone: where it reads them all, it reads the one that was not said.
    const wanted = filesystem === null ? common : [filesystem];
    if (readable !== null && wanted.every((each) => readable.includes(each))) return absent;
    const atMost = verity === true ? (readable ?? withVerity) : byKernel;
    const evidence = { filesystem, readable: atMost };
    if (filesystem !== null && atMost !== null && !atMost.includes(filesystem)) {
      const advice =
        verity === true && !withVerity.includes(filesystem)
          ? "A sealed image needs fs-verity, which this file system does not have: it works on ext4 and btrfs. Install it anew on one of them."
          : "Its kernel has no driver for this file system and would not find its root. Choose a build with another kernel (`hwe`), or install it anew on ext4 or xfs.";
      return { status: "present", severity: "block", advice, evidence };
    }
    // What runs reads it, and this is a build of the same kind.
    const isInDoubt = byKernel === null || wanted.every((each) => byKernel.includes(each));
    const isOfItsKind = isNextBuild(circumstances) || isAlike(circumstances, ["hardware", "backend"]);
    if (isInDoubt && isOfItsKind) return absent;
    const kernel = byKernel === null ? ["Whether its kernel reads the file system of the host is not known."] : [];
    const sealed =
      verity === null
        ? [
            "Whether it is sealed is not known: a sealed image needs fs-verity, which ext4 and btrfs have and XFS has not.",
          ]
        : [];
    const unsaid =
      said === null
        ? ["It does not read every file system that bootc installs on."]
        : [`${JSON.stringify(said)} lies over the file system of the host: what /sysroot is mounted as tells.`];
    const advice = [...kernel, ...sealed, ...(filesystem === null ? unsaid : [])].join(" ");
    return { status: "unknown", advice, evidence, needs: filesystem === null ? ["filesystem"] : [] };
  },
};

/** fs-verity is what seals an image; XFS has none. */
const withVerity = ["ext4", "btrfs"];

/** Null: nobody says whether the image is sealed. */
function needsVerity({ host, traits }: HostCircumstances): boolean | null {
  if (host.mayLackVerity) return false;
  return traits.backend === null ? null : traits.backend === "composefs";
}

function kernelReads({ traits }: HostCircumstances): readonly string[] | null {
  const byKernel = familyOfKernel(traits.kernel);
  if (byKernel === "fedora") return common;
  if (traits.hardware?.includes("hwe")) return common;
  if (byKernel === "el") return ["ext4", "xfs"];
  if (traits.family === "fedora") return common;
  return null;
}

export const downloadSize: HostHazard = {
  id: "download-size",
  title: "What there is to download",
  highest: "warn",
  judge(circumstances) {
    const { host, delta, targetBytes } = circumstances;
    if (isSameImage(circumstances)) return absent;
    const most = delta.bytesNew ?? delta.estimate?.bytesNew ?? targetBytes;
    const isExact = delta.bytesNew !== null;
    const freeBytes = host.facts.freeBytes ?? null;
    if (isExact && most === 0) return absent;
    const diskBytes = delta.disk?.bytes ?? null;
    const evidence = {
      bytesNew: most,
      diskBytes,
      method: delta.disk?.method ?? null,
      freeBytes,
    };
    if (diskBytes !== null && freeBytes !== null && diskBytes <= freeBytes) return absent;
    if (diskBytes !== null && freeBytes !== null && isExact) {
      const advice =
        "There may be too little room on the disk for it. Before: remove what you do not need (`bootc rollback` entries that are pinned, `podman system prune`).";
      return { status: "present", severity: "warn", advice, evidence };
    }
    const advice = "Look that there is room on the disk, and that the network may carry it.";
    return {
      status: "unknown",
      advice,
      evidence,
      needs: freeBytes === null ? ["freeBytes"] : most === null || host.digest !== null ? [] : ["host"],
    };
  },
};

// Hazards of the machine: its file system, its graphics and the room on its disk.
import { familyOfKernel } from "../distribution-family.ts";
import { absent, type HostHazard, isSameImage } from "./hazard.ts";

const common = ["ext4", "xfs", "btrfs"];

/** What `/` is mounted as; the file system below it was not said. */
const layered = ["overlay", "overlayfs", "composefs", "erofs"];

export const filesystemUnsupported: HostHazard = {
  id: "filesystem-unsupported",
  title: "It cannot read the host's file system",
  highest: "block",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const readable = filesystemsOf(circumstances);
    const said = host.facts.filesystem ?? null;
    const filesystem = said === null || layered.includes(said) ? null : said;
    const evidence = { filesystem, readable };
    if (readable !== null) {
      // bootc installs on these three alone: whichever it is, the kernel reads it.
      if (filesystem === null && common.every((each) => readable.includes(each))) return absent;
      if (filesystem !== null && readable.includes(filesystem)) return absent;
    }
    if (filesystem !== null && readable !== null) {
      const advice =
        traits.backend === "composefs"
          ? "A sealed image needs fs-verity, which this file system does not have: it works on ext4 and btrfs. Install it anew on one of them."
          : "Its kernel has no driver for this file system and would not find its root. Choose a build with another kernel (`hwe`), or install it anew on ext4 or xfs.";
      return { status: "present", severity: "block", advice, evidence };
    }
    const advice = "Whether its kernel reads the file system of the host is not known.";
    return { status: "unknown", advice, evidence, needs: filesystem === null ? ["filesystem"] : [] };
  },
};

/** Null: not known. */
function filesystemsOf({ host, traits }: Parameters<HostHazard["judge"]>[0]): readonly string[] | null {
  // fs-verity is what seals an image; XFS has none.
  if (traits.backend === "composefs" && !host.mayLackVerity) return ["ext4", "btrfs"];
  const byKernel = familyOfKernel(traits.kernel);
  if (byKernel === "fedora") return common;
  if (traits.hardware?.includes("hwe")) return common;
  if (byKernel === "el") return ["ext4", "xfs"];
  if (traits.family === "fedora") return common;
  return null;
}

/** The open modules drive Turing and what came later; the closed ones were the only ones for what came before. */
const older = ["tesla", "fermi", "kepler", "maxwell", "pascal", "volta"];
const newer = ["turing", "ampere", "ada", "ada-lovelace", "lovelace", "hopper", "blackwell"];

export const hardwareVariant: HostHazard = {
  id: "hardware-variant",
  title: "Not the build for this machine's graphics",
  highest: "warn",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const hardware = traits.hardware;
    const gpus = host.facts.gpu ?? null;
    const evidence = { gpu: gpus, from: host.traits.hardware, image: hardware };
    const ask = gpus === null ? (["gpu"] as const) : [];
    const ofNvidia = gpus?.filter(({ vendor }) => vendor === "nvidia" || vendor === "10de") ?? null;
    if (ofNvidia?.length === 0) return absent;
    // A host that runs a build for NVIDIA has one, whether it says so or not.
    const hasNvidia = ofNvidia !== null || (host.traits.hardware?.some((each) => each.startsWith("nvidia")) ?? false);
    if (hardware === null || !hasNvidia) {
      if (hardware !== null && host.traits.hardware !== null && sameWords(hardware, host.traits.hardware))
        return absent;
      const advice = "A build without the drivers of the host's graphics starts with a slow screen, or with none.";
      return { status: "unknown", advice, evidence, needs: ask };
    }
    const [hasClosed, hasOpen] = [hardware.includes("nvidia"), hardware.includes("nvidia-open")];
    const isPresent = { status: "present", severity: "warn", evidence } as const;
    if (!hasClosed && !hasOpen) {
      return {
        ...isPresent,
        advice: "The host has graphics of NVIDIA, and this build has no drivers for them. Choose its build for NVIDIA.",
      };
    }
    if (hasClosed) return absent;
    const generations = ofNvidia?.map(({ generation }) => generation?.toLowerCase() ?? "") ?? [""];
    if (generations.some((generation) => older.includes(generation))) {
      return {
        ...isPresent,
        advice:
          "The open modules of this build drive Turing and later: this card is older. Choose the build with the closed modules.",
      };
    }
    if (generations.every((generation) => newer.includes(generation))) return absent;
    if (ofNvidia === null && host.traits.hardware?.includes("nvidia-open")) return absent;
    const advice =
      "The open modules of this build drive Turing and later; of which generation the host's card is was not said.";
    return { status: "unknown", advice, evidence, needs: ["gpu"] };
  },
};

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word) => b.includes(word));
}

/** Layers are compressed and are stored unpacked: system images are packed to a third or less of their size. */
const unpackedTimes = 3;

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
    const evidence = {
      bytesNew: most,
      diskBytes: most === null ? null : most * unpackedTimes,
      method: `${isExact ? "the layers that are missing" : "all layers that are not known to be there"}, times ${unpackedTimes} once they are unpacked`,
      freeBytes,
    };
    if (most !== null && freeBytes !== null && most * unpackedTimes <= freeBytes) return absent;
    if (most !== null && freeBytes !== null && isExact) {
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

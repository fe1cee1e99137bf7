// The plan's commands: how a host, an installer or a first boot deploys the target.
import type { HostFiles } from "../trust/host-files/make-host-files.ts";
import type { ClientReading } from "./client-reading.ts";
import { cloudInit } from "./commands/cloud-init.ts";
import { butane, ignition } from "./commands/ignition.ts";
import { imageBuilder } from "./commands/image-builder.ts";
import { kickstart, ostreeContainerCommand } from "./commands/kickstart.ts";
import { notesOf } from "./commands/notes.ts";
import { type TrustKit, trustKitOf } from "./commands/trust-kit.ts";
import type { ImageTraits } from "./image-traits.ts";
import type { PlanCommands, PlanTrust } from "./switch-plan.ts";

export const noCommands: PlanCommands = {
  bootc: null,
  rpmOstree: null,
  kickstart: null,
  cloudInit: null,
  ignition: null,
  butane: null,
  install: null,
  installToFilesystem: null,
  ostreeContainer: null,
  imageBuilder: null,
  notes: null,
  notEnforced: null,
};

/** Whether the host's policy will verify the signature, once the host files are in place; or why not. */
export type Enforcement =
  | { readonly outcome: "enforced"; readonly kit: TrustKit }
  | { readonly outcome: "not-enforced"; readonly reason: string };

/** `hostFiles` null: bootc would accept the image by no file, or the host's skopeo reads none of them. */
export function enforcementOf(
  bootc: PlanTrust["consumers"]["bootc"],
  hostFiles: HostFiles | null,
  reading: ClientReading = { outcome: "reads" },
): Enforcement {
  if (bootc.verdict === "verified" && reading.outcome === "refuses")
    return { outcome: "not-enforced", reason: reading.reason };
  if (bootc.verdict !== "verified" || hostFiles === null) {
    const messages = bootc.reasons.map(({ message }) => message);
    const reason = messages.length > 0 ? messages.join("; ") : `for bootc its signature is ${bootc.verdict}`;
    return { outcome: "not-enforced", reason };
  }
  if (hostFiles.enforceFlagWorks) return { outcome: "enforced", kit: trustKitOf(hostFiles.candidate) };
  const unreadable = hostFiles.conflicts.find((conflict) => conflict.kind === "unreadable");
  const reason =
    unreadable === undefined
      ? 'the host\'s policy.json accepts anything by default, and bootc refuses to enforce such a policy: make its `default` [{ "type": "reject" }] and accept the registries that should stay open under transports.docker'
      : `the host's ${unreadable.file} cannot be read (${unreadable.reason}): repair it first`;
  return { outcome: "not-enforced", reason };
}

/** What the image is to the programs that deploy it; null members are not known. */
export type CommandTraits = Pick<ImageTraits, "backend" | "family" | "bootloaders">;

/** An installer puts the name here; left as it is, the command fails before it writes anything. */
const disk = "/dev/TARGET-DISK";
const root = "/mnt/TARGET-ROOT";

/**
 * `ref` is a normal reference, a tag or a digest. Of its characters only the brackets of an IPv6 address mean anything
 * to a shell, and none means anything to YAML within quotes, to kickstart or to a unit.
 * Where the host's policy will verify the signature the commands insist on it (facts: 0.3, 1.2, 1.3).
 */
export function makeCommands(ref: string, enforcement: Enforcement, image: CommandTraits): PlanCommands {
  const isEnforced = enforcement.outcome === "enforced";
  const kit = isEnforced ? enforcement.kit : null;
  const enforce = isEnforced ? ["--enforce-container-sigpolicy"] : [];
  const origin = isEnforced ? `ostree-image-signed:docker://${ref}` : `ostree-unverified-registry:${ref}`;
  const images = ["--source-imgref", `registry:${ref}`, "--target-imgref", ref, ...enforce];
  const left = leftOut(image);
  return {
    bootc: ["bootc", "switch", ...enforce, ref],
    rpmOstree: left.ostree === null ? ["rpm-ostree", "rebase", origin] : null,
    kickstart: left.ostree === "sealed" ? null : kickstart(ref, kit),
    cloudInit: cloudInit(ref, kit),
    ignition: left.ignition === null ? ignition(ref, kit) : null,
    butane: left.ignition === null ? butane(ref, kit) : null,
    // ext4: images of Fedora's bases name no file system, every kernel has this one, and it can hold sealed images.
    install: ["bootc", "install", "to-disk", ...images, "--filesystem", "ext4", disk],
    installToFilesystem: ["bootc", "install", "to-filesystem", ...images, root],
    ostreeContainer: left.ostree === "sealed" ? null : ostreeContainerCommand(ref, isEnforced),
    imageBuilder: left.ostree === "sealed" ? null : imageBuilder(ref, kit),
    notes: notesOf({ pin: ref.includes("@") ? "digest" : "tag", isEnforced, left }),
    notEnforced: isEnforced ? null : enforcement.reason,
  };
}

/**
 * What cannot deploy the image, and why. A sealed one has no kernel where ostree looks for it, and of ostree are
 * rpm-ostree, Anaconda's commands and Fedora CoreOS (facts: 4a). What is not known of an image keeps none from it.
 */
function leftOut({ backend, family }: CommandTraits): {
  readonly ostree: "sealed" | "family" | null;
  readonly ignition: "sealed" | "family" | null;
} {
  if (backend === "composefs") return { ostree: "sealed", ignition: "sealed" };
  const hasRpmOstree = family === null || family === "fedora" || family === "el";
  const isOfCoreos = family === null || family === "fedora";
  return { ostree: hasRpmOstree ? null : "family", ignition: isOfCoreos ? null : "family" };
}

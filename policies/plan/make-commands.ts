// The plan's commands: how a host, an installer or a first boot deploys the target.
import type { HostFiles } from "../trust/host-files/make-host-files.ts";
import type { PlanCommands, PlanTrust } from "./switch-plan.ts";

export const noCommands: PlanCommands = {
  bootc: null,
  rpmOstree: null,
  kickstart: null,
  cloudInit: null,
  ignition: null,
  install: null,
  notEnforced: null,
};

/** Whether the host's policy will verify the signature, once the host files are in place; or why not. */
export type Enforcement =
  | { readonly outcome: "enforced" }
  | { readonly outcome: "not-enforced"; readonly reason: string };

/** `hostFiles` null: bootc would accept the image by no file. */
export function enforcementOf(bootc: PlanTrust["consumers"]["bootc"], hostFiles: HostFiles | null): Enforcement {
  if (bootc.verdict !== "verified" || hostFiles === null) {
    const messages = bootc.reasons.map(({ message }) => message);
    const reason = messages.length > 0 ? messages.join("; ") : `for bootc its signature is ${bootc.verdict}`;
    return { outcome: "not-enforced", reason };
  }
  if (hostFiles.enforceFlagWorks) return { outcome: "enforced" };
  const unreadable = hostFiles.conflicts.find((conflict) => conflict.kind === "unreadable");
  const reason =
    unreadable === undefined
      ? 'the host\'s policy.json accepts anything by default, and bootc refuses to enforce such a policy: make its `default` [{ "type": "reject" }] and accept the registries that should stay open under transports.docker'
      : `the host's ${unreadable.file} cannot be read (${unreadable.reason}): repair it first`;
  return { outcome: "not-enforced", reason };
}

/** An installer puts the disk's name here; left as it is, the command fails before it writes anything. */
const disk = "/dev/TARGET-DISK";

/**
 * `ref` is a normal reference, a tag or a digest: its characters need no quoting in a shell, YAML or a unit.
 * Where the host's policy will verify the signature the commands insist on it (facts: 0.3, 1.2, 1.3).
 */
export function makeCommands(ref: string, enforcement: Enforcement): PlanCommands {
  const isEnforced = enforcement.outcome === "enforced";
  const enforce = isEnforced ? ["--enforce-container-sigpolicy"] : [];
  const origin = isEnforced ? `ostree-image-signed:docker://${ref}` : `ostree-unverified-registry:${ref}`;
  return {
    bootc: ["bootc", "switch", ...enforce, ref],
    rpmOstree: ["rpm-ostree", "rebase", origin],
    // The source has a transport, the target has none (facts: 1.8).
    kickstart: `bootc --source-imgref=registry:${ref} --target-imgref=${ref}`,
    cloudInit: cloudInit(["bootc", "switch", "--apply", ...enforce, ref]),
    ignition: ignition(ref, origin),
    // ext4: images of Fedora's bases name no file system, every kernel has this one, and it can hold sealed images.
    install: ["bootc", "install", "to-disk", "--source-imgref", `registry:${ref}`, "--target-imgref", ref]
      .concat(enforce)
      .concat(["--filesystem", "ext4", disk]),
    notEnforced: enforcement.outcome === "enforced" ? null : enforcement.reason,
  };
}

/** JSON is YAML, and says where an argument ends. */
function cloudInit(command: readonly string[]): string {
  return `#cloud-config\nruncmd:\n  - ${JSON.stringify(command)}\n`;
}

/**
 * An Ignition config for Fedora CoreOS: one unit that rebases once and reboots. `--bypass-driver`, because Zincati
 * drives rpm-ostree there. The unit stays in /etc after the switch, so a file tells it that its work is done.
 */
function ignition(ref: string, origin: string): string {
  const done = "/etc/signalbox-switched";
  const contents = [
    "[Unit]",
    `Description=Switch this host to ${ref}`,
    "Wants=network-online.target",
    "After=network-online.target",
    `ConditionPathExists=!${done}`,
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=/usr/bin/rpm-ostree rebase --bypass-driver ${origin}`,
    `ExecStart=/usr/bin/touch ${done}`,
    "ExecStart=/usr/bin/systemctl --no-block reboot",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
  const units = [{ name: "signalbox-switch.service", enabled: true, contents }];
  return JSON.stringify({ ignition: { version: "3.4.0" }, systemd: { units } }, null, 2);
}

// Ignition and Butane: Fedora CoreOS gets the trust files before its first boot, and one unit that switches it and reboots.
import type { HostFile } from "../switch-plan.ts";
import { mergeInShell } from "./merge-policy.ts";
import type { TrustKit } from "./trust-kit.ts";
import { yamlText } from "./yaml-text.ts";

const folder = "/etc/signalbox";
const sectionsPath = `${folder}/policy-sections.json`;
const mergePath = `${folder}/merge-policy.sh`;
/** The unit stays in /etc after the switch, so a file tells it that its work is done. */
const done = `${folder}/switched`;

/**
 * Two steps in one config: Ignition writes the files, then the unit switches. Where keys come with the image itself
 * people rebase unverified first, and to the signed reference after a reboot; here nothing unverified is ever booted.
 */
export function ignition(ref: string, kit: TrustKit | null): string {
  const units = [{ name: unitName, enabled: true, contents: unit(ref, kit !== null) }];
  const parts = [
    `"ignition": { "version": "${version}" }`,
    ...(kit === null ? [] : [storageOf(kit)]),
    `"systemd": ${JSON.stringify({ units }, null, 2)}`,
  ];
  return `{\n${parts.join(",\n")}\n}`;
}

const unitName = "signalbox-switch.service";

/** Nothing newer is used, and every later Ignition takes it. */
const version = "3.3.0";

/** The same as Butane reads it, for whoever has more to say to the machine: version 1.4.0 makes Ignition 3.3.0 of it. */
export function butane(ref: string, kit: TrustKit | null): string {
  const contents = yamlText(unit(ref, kit !== null), 8);
  const units = `systemd:\n  units:\n    - name: ${unitName}\n      enabled: true\n      contents: ${contents}\n`;
  return `variant: fcos\nversion: 1.4.0\n${kit === null ? "" : storageTextOf(kit)}${units}`;
}

function unit(ref: string, isEnforced: boolean): string {
  return [
    "[Unit]",
    `Description=Switch this host to ${ref}`,
    "Wants=network-online.target",
    "After=network-online.target",
    `ConditionPathExists=!${done}`,
    // However often the network or the registry fails, nobody is there to start it again.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=oneshot",
    "Restart=on-failure",
    "RestartSec=60",
    ...(isEnforced ? enforcing(ref) : [rebase(`ostree-unverified-registry:${ref}`)]),
    `ExecStart=/usr/bin/mkdir -p ${folder}`,
    `ExecStart=/usr/bin/touch ${done}`,
    "ExecStart=/usr/bin/systemctl --no-block reboot",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

/** `--bypass-driver`, because Zincati drives rpm-ostree there. */
function rebase(origin: string): string {
  return `ExecStart=/usr/bin/rpm-ostree rebase --bypass-driver ${origin}`;
}

/**
 * bootc reads the host's own policy.json; Fedora CoreOS shows rpm-ostreed another one, so that a rebase there would be
 * verified by that alone: it is for a host without bootc.
 */
function enforcing(ref: string): readonly string[] {
  const byBootc = `exec /usr/bin/bootc switch --enforce-container-sigpolicy "${ref}"`;
  const byRpmOstree = `exec /usr/bin/rpm-ostree rebase --bypass-driver "ostree-image-signed:docker://${ref}"`;
  return [
    `ExecStart=/usr/bin/bash ${mergePath} ${sectionsPath}`,
    `ExecStart=/usr/bin/bash -c 'if [ -x /usr/bin/bootc ]; then ${byBootc}; else ${byRpmOstree}; fi'`,
  ];
}

function filesOf(kit: TrustKit): readonly HostFile[] {
  return [...kit.files, { path: sectionsPath, content: kit.sections }, { path: mergePath, content: mergeInShell }];
}

const mode = 0o644;
const written = new WeakMap<TrustKit, string>();

function storageOf(kit: TrustKit): string {
  const known = written.get(kit);
  if (known !== undefined) return known;
  const files = filesOf(kit).map(({ path, content }) => ({
    path,
    mode,
    overwrite: true,
    contents: { source: `data:;base64,${Buffer.from(content).toString("base64")}` },
  }));
  const text = `"storage": ${JSON.stringify({ files }, null, 2)}`;
  written.set(kit, text);
  return text;
}

const writtenText = new WeakMap<TrustKit, string>();

function storageTextOf(kit: TrustKit): string {
  const known = writtenText.get(kit);
  if (known !== undefined) return known;
  const files = filesOf(kit).map(({ path, content }) => {
    const inline = yamlText(content, 12);
    return `    - path: ${JSON.stringify(path)}\n      mode: ${mode}\n      overwrite: true\n      contents:\n        inline: ${inline}\n`;
  });
  const text = `storage:\n  files:\n${files.join("")}`;
  writtenText.set(kit, text);
  return text;
}

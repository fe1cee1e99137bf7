// Host questions: by which command a host learns each fact that a hazard may need.
import type { PlanHazard } from "../switch-plan.ts";

const commands = {
  host: "bootc status --format=json",
  architectureVariant: "/lib64/ld-linux-x86-64.so.2 --help",
  filesystem: "findmnt --noheadings --output FSTYPE /sysroot",
  secureBoot: "mokutil --sb-state",
  firmware: "test -d /sys/firmware/efi && echo uefi || echo bios",
  enrolledKeys: "mokutil --export && sha256sum MOK-*.der",
  bootloader: "bootctl status",
  gpu: "lspci -nn",
  policyJson: "cat /etc/containers/policy.json",
  registriesD: "tail -n +1 /etc/containers/registries.d/*.yaml",
  osRelease: "cat /etc/os-release",
  rpmOstreeStatus: "rpm-ostree status --json",
  etcModified: "ostree admin config-diff",
  registryAuth: "jq --raw-output '.auths | keys[]' /etc/ostree/auth.json",
  freeBytes: "df --block-size=1 --output=avail /sysroot",
  clientVersions: "bootc --version && skopeo --version",
} as const;

export type NeededFact = keyof typeof commands;

/** By which command a host learns the fact; null: no hazard asks for it. */
export function commandFor(fact: string): string | null {
  return Object.entries(commands).find(([name]) => name === fact)?.[1] ?? null;
}

export function needsOf(facts: readonly NeededFact[]): PlanHazard["needs"] {
  return facts.map((fact) => ({ fact, command: commands[fact] }));
}

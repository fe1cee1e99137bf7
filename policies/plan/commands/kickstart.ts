// Kickstart: the lines by which Anaconda installs the target, verifies it, and leaves a system that goes on verifying.
import type { HostFile } from "../switch-plan.ts";
import { mergeInPython } from "./merge-policy.ts";
import { shellWord } from "./shell-word.ts";
import type { TrustKit } from "./trust-kit.ts";

/** Anaconda's name for the root of the system that it installs. */
const sysroot = "/mnt/sysroot";
const sectionsPath = "/etc/signalbox/policy-sections.json";

/** pykickstart F43: the source has a transport, the target has none. */
export function bootcCommand(ref: string): string {
  return `bootc --source-imgref=registry:${ref} --target-imgref=${ref}`;
}

/** pykickstart F38 and RHEL 9, for an Anaconda without the other. Without its last option, policy.json decides. */
export function ostreeContainerCommand(ref: string, isEnforced: boolean): string {
  return `ostreecontainer --url=${ref} --transport=registry${isEnforced ? "" : " --no-signature-verification"}`;
}

/** With a kit, the installer verifies what it installs, and the system enforces from its first boot on. */
export function kickstart(ref: string, kit: TrustKit | null): string {
  if (kit === null) return bootcCommand(ref);
  return `${bootcCommand(ref)}
# Anaconda without a bootc command (before Fedora 43) takes this line in its place:
# ${ostreeContainerCommand(ref, true)}

${kickstartSections(ref, kit)}`;
}

/** The sections that give trust to the installer and to what it installs, whatever command installs it. */
export function kickstartSections(ref: string, kit: TrustKit): string {
  return `${filesSections(kit)}\n${enforceSection(ref)}`;
}

function filesSections(kit: TrustKit): string {
  const known = written.get(kit);
  if (known !== undefined) return known;
  const files = [...kit.files, kit.newPolicy, { path: sectionsPath, content: kit.sections }];
  const kept = [...kit.files.map(({ path }) => path), sectionsPath];
  const text = [
    "# The installer verifies what it installs.",
    "%pre-install --erroronfail",
    "set -eu",
    ...foldersOf(files, "").map((folder) => `mkdir -p ${shellWord(folder)}`),
    ...files.map(writeFile),
    "%end",
    "",
    "# The installed system verifies what it upgrades to.",
    "%post --nochroot --erroronfail",
    "set -eu",
    ...foldersOf(kit.files, sysroot).map((folder) => `mkdir -p ${shellWord(folder)}`),
    ...kept
      .filter((path) => path !== sectionsPath)
      .map((path) => `cp ${shellWord(path)} ${shellWord(`${sysroot}${path}`)}`),
    `python3 - ${sysroot} ${sectionsPath} <<'${delimiter}'`,
    `${mergeInPython}${delimiter}`,
    "%end",
    "",
  ].join("\n");
  written.set(kit, text);
  return text;
}

const written = new WeakMap<TrustKit, string>();

/** In place: it rewrites what the installed system asks for, and pulls nothing. */
function enforceSection(ref: string): string {
  return `%post --erroronfail
set -eu
if command -v restorecon > /dev/null; then restorecon -R /etc/containers /etc/pki/containers; fi
bootc switch --mutate-in-place --enforce-container-sigpolicy --transport registry ${shellWord(ref)}
%end
`;
}

const delimiter = "SIGNALBOX_END";

/** A line that begins with % would end the section, and the delimiter would end the file. */
function writeFile({ path, content }: HostFile): string {
  const isPlain = /^[\x20-\x7e\t\n]*\n$/.test(content) && !/^%/m.test(content);
  return isPlain && !content.includes(delimiter)
    ? `cat > ${shellWord(path)} <<'${delimiter}'\n${content}${delimiter}`
    : `base64 -d > ${shellWord(path)} <<'${delimiter}'\n${Buffer.from(content).toString("base64")}\n${delimiter}`;
}

function foldersOf(files: readonly HostFile[], root: string): readonly string[] {
  return [...new Set(files.map(({ path }) => `${root}${path.slice(0, path.lastIndexOf("/"))}`))];
}

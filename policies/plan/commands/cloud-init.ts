// cloud-init: a host that runs bootc already gets the trust files, then switches once and reboots.
import { mergeInPython } from "./merge-policy.ts";
import type { TrustKit } from "./trust-kit.ts";
import { yamlText } from "./yaml-text.ts";

/** Gone after the reboot: nobody needs them again. */
const sectionsPath = "/run/signalbox/policy-sections.json";
const mergePath = "/run/signalbox/merge-policy.py";

export function cloudInit(ref: string, kit: TrustKit | null): string {
  const enforce = kit === null ? [] : ["--enforce-container-sigpolicy"];
  const switching = item(["bootc", "switch", "--apply", ...enforce, ref]);
  if (kit === null) return `#cloud-config\nruncmd:\n${switching}`;
  // cloud-init makes one shell script of all commands: without `set -e` it would switch though the merging failed.
  const merging = [
    ["set", "-e"],
    ["python3", mergePath, "/", sectionsPath],
  ]
    .map(item)
    .join("");
  return `#cloud-config\n${writtenFiles(kit)}runcmd:\n${merging}${switching}`;
}

/** JSON is YAML, and says where an argument ends. */
function item(command: readonly string[]): string {
  return `  - ${JSON.stringify(command)}\n`;
}

const written = new WeakMap<TrustKit, string>();

function writtenFiles(kit: TrustKit): string {
  const known = written.get(kit);
  if (known !== undefined) return known;
  const files = [
    ...kit.files,
    { path: sectionsPath, content: kit.sections },
    { path: mergePath, content: mergeInPython },
  ];
  const items = files.map(
    ({ path, content }) =>
      `  - path: ${JSON.stringify(path)}\n    permissions: "0644"\n    content: ${yamlText(content, 6)}\n`,
  );
  const text = `write_files:\n${items.join("")}`;
  written.set(kit, text);
  return text;
}

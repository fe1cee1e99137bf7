// Settings for a podman that shares nothing with the podman of this machine: its images and its state lie in one folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type PodmanSettings = { readonly CONTAINERS_CONF: string; readonly CONTAINERS_STORAGE_CONF: string };

/**
 * runc and cgroupfs: Debian's crun ends on a machine that has cgroups of both versions, and systemd need not run. No
 * limits: podman asks for more than a sandbox's root may give.
 */
export function writePodmanSettings(folder: string, imagesOf?: string): PodmanSettings {
  const others = imagesOf === undefined ? [] : [join(imagesOf, "images")];
  const settings = {
    CONTAINERS_CONF: join(folder, "containers.conf"),
    CONTAINERS_STORAGE_CONF: join(folder, "storage.conf"),
  };
  mkdirSync(folder, { recursive: true });
  // JSON's strings and lists are TOML's.
  const text = (value: string | readonly string[]) => JSON.stringify(value);
  writeFileSync(
    settings.CONTAINERS_CONF,
    `[containers]
default_ulimits = []
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = ${text(join(folder, "run/libpod"))}
`,
  );
  writeFileSync(
    settings.CONTAINERS_STORAGE_CONF,
    `[storage]
driver = "overlay"
graphroot = ${text(join(folder, "images"))}
runroot = ${text(join(folder, "run"))}
[storage.options]
additionalimagestores = ${text(others)}
[storage.options.overlay]
skip_mount_home = "true"
`,
  );
  return settings;
}

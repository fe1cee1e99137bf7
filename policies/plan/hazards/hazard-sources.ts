// Where each hazard was learnt: documentation, source code or the report of who was hit by it.
import type { HazardId } from "../switch-plan.ts";

const bootcDocs = "https://bootc-dev.github.io/bootc";
const github = "https://github.com";

export const hazardSources: Readonly<Record<HazardId, string>> = {
  "architecture-mismatch": `${github}/bootc-dev/bootc/blob/main/crates/ostree-ext/src/container/store.rs`,
  "not-bootable": `${bootcDocs}/bootc-images.html`,
  "signature-not-enforceable": `${github}/coreos/rpm-ostree/issues/5509`,
  "signer-not-trusted-by-host": `${github}/ublue-os/main/issues/600`,
  "user-group-drift": `${github}/projectbluefin/bluefin/issues/18`,
  "etc-merge": `${bootcDocs}/filesystem.html`,
  "desktop-change": `${github}/fedora-silverblue/issue-tracker/issues/597`,
  "distribution-family-change": `${github}/ublue-os/bluefin-lts/issues/416`,
  downgrade: `${github}/fedora-silverblue/issue-tracker/issues/470`,
  "backend-change": `${github}/bootc-dev/bootc/issues/2079`,
  "filesystem-unsupported": `${github}/ublue-os/bluefin-lts/issues/658`,
  "secure-boot-key": `${github}/ublue-os/bluefin/issues/1652`,
  "bootloader-mismatch": `${bootcDocs}/bootloaders.html`,
  "local-modifications": `${bootcDocs}/man/bootc-status.8.html`,
  "pinned-digest": `${bootcDocs}/man/bootc-switch.8.html`,
  "stream-mismatch": `${github}/ublue-os/aurora/issues/126`,
  "target-unsupported": "https://docs.fedoraproject.org/en-US/releases/lifecycle/",
  "hardware-variant": `${github}/secureblue/secureblue`,
  "host-policy-conflict": `${github}/AlmaLinux/atomic-desktop/issues/173`,
  "registry-authentication": `${bootcDocs}/registries-and-offline.html`,
  "bound-images": `${bootcDocs}/logically-bound-images.html`,
  "composefs-digest": `${github}/bootc-dev/bootc/issues/2334`,
  "download-size": `${bootcDocs}/filesystem-storage.html`,
  "kernel-arguments": `${bootcDocs}/building/kernel-arguments.html`,
  "first-boot-reboot": `${github}/wayblueorg/wayblue`,
};

// bootc-image-builder: an installation medium of the target, which enforces like the systems it installs.
import type { PlanImageBuilder } from "../switch-plan.ts";
import { kickstartSections } from "./kickstart.ts";
import type { TrustKit } from "./trust-kit.ts";

const builder = "quay.io/centos-bootc/bootc-image-builder:latest";

/**
 * A medium rather than a disk image: its kickstart can carry files. The builder takes the image from the machine's own
 * storage, where `podman pull` has put it.
 */
export function imageBuilder(ref: string, kit: TrustKit | null): PlanImageBuilder {
  return {
    command: ["podman", "run", "--rm", "--privileged", "--security-opt", "label=type:unconfined_t"]
      .concat(["-v", "./config.toml:/config.toml:ro", "-v", "./output:/output"])
      .concat(["-v", "/var/lib/containers/storage:/var/lib/containers/storage"])
      .concat([builder, "--type", "anaconda-iso", "--rootfs", "ext4", ref]),
    config:
      kit === null
        ? nothing
        : `[customizations.installer.kickstart]\ncontents = ${text(kickstartSections(ref, kit), kit)}\n`,
  };
}

const nothing = "# Nothing has to be set for this image. Users, for example, are [[customizations.user]].\n";

/** Literal where TOML can hold it so, else a basic string, whose escapes are JSON's. */
function text(value: string, kit: TrustKit): string {
  // What of it is not the kit's is plain, so the kit is looked through once.
  const isLiteral = literal.get(kit) ?? (/^[\x20-\x7e\t\n]*$/.test(value) && !value.includes("'''"));
  literal.set(kit, isLiteral);
  return isLiteral ? `'''\n${value}'''` : JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

const literal = new WeakMap<TrustKit, boolean>();

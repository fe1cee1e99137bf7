// Notes: what there is to know before and after a switch, which no command says of itself.
import type { PlanNote } from "../switch-plan.ts";

type Case = {
  readonly pin: "tag" | "digest";
  readonly isEnforced: boolean;
  /** What cannot deploy the image: see deployersOf. */
  readonly left: { readonly ostree: "sealed" | "family" | null; readonly ignition: "sealed" | "family" | null };
};

const made = new Map<string, readonly PlanNote[]>();

/** A few cases, the same for every image. */
export function notesOf({ pin, isEnforced, left }: Case): readonly PlanNote[] {
  const key = `${pin} ${isEnforced} ${left.ostree} ${left.ignition}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const notes = [
    isEnforced
      ? note(
          "trust",
          "Install trust.hostFiles first: without them the host refuses the image. Kickstart, cloud-init and Ignition bring them along, and close a policy.json that accepts anything by default.",
        )
      : note("trust", "Nothing here makes the host verify a signature: notEnforced says why."),
    note(
      "switch",
      "bootc switch stages the image, and the next boot is into it; with --apply the host reboots at once. /var stays, /etc is merged.",
    ),
    pin === "tag"
      ? note(
          "upgrade",
          "bootc upgrade follows the tag, and verifies as the switch said; a later switch has to say it again.",
        )
      : note("upgrade", "The digest is pinned: bootc upgrade finds nothing, ever. Switch to a tag for updates."),
    note(
      "rollback",
      "bootc rollback boots the system of before, with its own /etc; what was changed in /etc since is not in it, and /var is as it is now.",
    ),
    note("rpmOstree", ofRpmOstree(left.ostree)),
    ...(left.ostree === "sealed"
      ? [
          note(
            "kickstart",
            "None, and no medium of bootc-image-builder: Anaconda deploys with ostree, and bootc switch --mutate-in-place, by which an installed system enforces, knows no sealed image. Use install.",
          ),
        ]
      : []),
    ...(left.ignition === null
      ? []
      : [
          note(
            "ignition",
            left.ignition === "sealed"
              ? "None: Fedora CoreOS is installed with ostree, and cannot take a sealed image."
              : "None: a machine that Ignition sets up runs Fedora CoreOS, and nobody supports a switch to another family of distributions.",
          ),
        ]),
    note(
      "install",
      "Name the disk, or the mounted root, at the end; everything on that disk is lost. ext4 is what every kernel has: an image may want another file system.",
    ),
    note(
      "imageBuilder",
      "As root, after podman pull of the image, beside a file config.toml. It writes a medium to ./output; disk images (--type qcow2, raw, ami) carry no kickstart, so the image has to bring its own trust.",
    ),
  ];
  made.set(key, notes);
  return notes;
}

function ofRpmOstree(left: Case["left"]["ostree"]): string {
  switch (left) {
    case null:
      return "For a host without bootc. Layered packages stay with rpm-ostree rebase, and are lost with bootc switch.";
    case "sealed":
      return "None: rpm-ostree knows no backend but ostree's own, and a sealed image has no kernel where it looks for one.";
    case "family":
      return "None: its distribution has no rpm-ostree, so that what is rebased to it could not rebase again.";
  }
}

function note(about: string, text: string): PlanNote {
  return { about, text };
}

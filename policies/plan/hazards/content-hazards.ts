// Hazards of what stays on the host: users, /etc, packages and data that an older or another system left behind.
import { compareBuilds } from "../../images/build-order.ts";
import type { Family } from "../distribution-family.ts";
import {
  absent,
  asksOsRelease,
  type HostCircumstances,
  type HostHazard,
  isNextBuild,
  isSameImage,
  isSameLine,
  type Judgement,
} from "./hazard.ts";
import { compareKernels } from "./kernel-order.ts";

/** Names in evidence: a host may have thousands. */
const shown = 20;

export const userGroupDrift: HostHazard = {
  id: "user-group-drift",
  title: "Users and groups are numbered in another way",
  highest: "warn",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const evidence = { from: host.traits.builder, to: traits.builder };
    if (evidence.from === null || evidence.to === null) {
      const advice =
        "Images that were built by different programs number users and groups differently; which one built them is not known.";
      return { status: "unknown", advice, evidence, needs: host.digest === null ? ["host"] : [] };
    }
    if (evidence.from === evidence.to) return absent;
    const advice =
      "Before: note the lines of /etc/passwd, /etc/group and /etc/gshadow that are yours. After: if the first start ends in a black screen, start once more; then compare owners below /etc and /var.";
    return { status: "present", severity: "warn", advice, evidence };
  },
};

/** Where new users and groups of the image are to be added: a file that was edited keeps them out. */
const accountFiles = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid"];

export const etcMerge: HostHazard = {
  id: "etc-merge",
  title: "Files in /etc that were changed here stay as they are",
  highest: "warn",
  judge({ host }) {
    const modified = host.facts.etcModified ?? null;
    if (modified === null) {
      const advice = "What was changed in /etc keeps its old content, whatever the new image brings.";
      return { status: "unknown", advice, evidence: {}, needs: ["etcModified"] };
    }
    if (modified.length === 0) return absent;
    const accounts = accountFiles.filter((path) => modified.includes(path));
    const evidence = { files: modified.slice(0, shown), count: modified.length, accounts };
    const kept =
      "They keep their content, and what the new image brings for them is not used: compare them with /usr/etc after the switch.";
    const users = accounts.length === 0 ? "" : ` New users of the image are missing in ${accounts.join(", ")}.`;
    // crates/lib/src/bootc_composefs/update.rs: "Merge conflicts found in etc".
    const fails =
      host.backend === "composefs" ? " On this host's backend a file that cannot be merged fails the switch." : "";
    const severity = host.backend === "composefs" ? "warn" : "info";
    return { status: "present", severity, advice: `${kept}${users}${fails}`, evidence };
  },
};

export const familyChange: HostHazard = {
  id: "distribution-family-change",
  title: "Another family of distributions",
  highest: "block",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const evidence = { from: host.traits.family, to: traits.family };
    if (evidence.from === null || evidence.to === null) {
      // A distribution is of its own family, whichever that is.
      const { family, distribution } = host.traits;
      const own = [distribution, ...(family === null ? [host.image.distribution] : [])];
      if (isNextBuild(circumstances) || (traits.distribution !== null && own.includes(traits.distribution))) {
        return absent;
      }
      const advice =
        "Nobody supports a switch from one family of distributions to another; compare both systems first.";
      return {
        status: "unknown",
        advice,
        evidence,
        needs: evidence.from === null && asksOsRelease(host, "id") ? ["osRelease"] : [],
      };
    }
    if (evidence.from === evidence.to) return absent;
    const advice =
      "What one family wrote to /etc and /var the other does not understand, and nobody supports it. Save your data and install it anew.";
    return { status: "present", severity: "block", advice, evidence };
  },
};

export const downgrade: HostHazard = {
  id: "downgrade",
  title: "An older system than the one that runs",
  highest: "block",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const releases = { from: host.traits.release, to: traits.release };
    const majors = comparableMajors(circumstances);
    const before =
      "Before: save what is in /var and in your home. bootc does not check this; databases, NetworkManager, SELinux and file systems may not understand what the newer system wrote.";
    if (majors !== null && majors.to < majors.from) {
      const advice = `${before} Choose an image of release ${majors.from} or later.`;
      return { status: "present", severity: "block", advice, evidence: releases };
    }
    const older = olderBuild(circumstances);
    if (older !== null && (majors === null || majors.to === majors.from)) {
      return {
        status: "present",
        severity: "warn",
        advice: `${before} \`bootc rollback\` leads back.`,
        evidence: older,
      };
    }
    if (majors !== null || isKnownNewer(circumstances)) return absent;
    const advice = "Whether it is older than what runs is not known; bootc itself does not check it.";
    const needs = host.traits.major === null && asksOsRelease(host, "versionId") ? (["osRelease"] as const) : [];
    return { status: "unknown", advice, evidence: releases, needs };
  },
};

/** Numbers of two distributions count different things. */
function comparableMajors({ host, traits }: HostCircumstances): { from: number; to: number } | null {
  const { major: from, family, distribution } = host.traits;
  const { major: to } = traits;
  if (from === null || to === null) return null;
  const together: readonly (Family | null)[] = ["fedora", "el"];
  const isComparable =
    (family !== null && family === traits.family && together.includes(family)) ||
    (distribution !== null && distribution === traits.distribution);
  return isComparable ? { from, to } : null;
}

/** What says that the build is older, or its kernel. */
function olderBuild(circumstances: HostCircumstances): Readonly<Record<string, unknown>> | null {
  const { host, target, traits } = circumstances;
  if (target.olderThan !== null && host.digest === target.olderThan.digest) {
    return { from: target.olderThan.version, to: traits.version, by: "tag" };
  }
  if (isSameLine(circumstances)) {
    const order = orderOfBuilds(circumstances);
    if (order.outcome === "older") {
      const [from, to] =
        order.by === "created" ? [host.traits.created, traits.created] : [host.traits.version, traits.version];
      return { from, to, by: order.by };
    }
    return null;
  }
  const kernels = compareKernels(host.traits.kernel, traits.kernel);
  return kernels !== null && kernels > 0 ? { from: host.traits.kernel, to: traits.kernel, by: "kernel" } : null;
}

function isKnownNewer(circumstances: HostCircumstances): boolean {
  if (!isSameLine(circumstances)) return false;
  const { outcome } = orderOfBuilds(circumstances);
  return outcome === "newer" || outcome === "same";
}

function orderOfBuilds({ host, traits }: HostCircumstances) {
  const build = ({ created, version }: typeof traits) => [{ architecture: null, created, version }];
  return compareBuilds(build(host.traits), build(traits));
}

export const localModifications: HostHazard = {
  id: "local-modifications",
  title: "Packages and other local changes are lost",
  highest: "block",
  judge({ host }): Judgement {
    switch (host.changes.outcome) {
      case "none":
        return absent;
      case "some": {
        const { names } = host.changes;
        const advice =
          "A switch drops them without a word. Before: write down what you need (`rpm-ostree status`), then run `rpm-ostree reset`, restart, and ask again. After: install what is missing as containers or Flatpaks, or build an image of your own.";
        const evidence = { changes: names.slice(0, shown), count: names.length };
        return { status: "present", severity: "block", advice, evidence };
      }
      case "unknown": {
        const advice = "Packages that were layered on the image are lost in a switch.";
        return { status: "unknown", advice, evidence: {}, needs: ["host", "rpmOstreeStatus"] };
      }
    }
  },
};

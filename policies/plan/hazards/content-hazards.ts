// Hazards of what stays on the host: users, /etc and the data that another system left behind.
import { absent, asksOsRelease, type HostHazard, isNextBuild, isSameImage, unreadOsRelease } from "./hazard.ts";

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
      // Only the composefs backend makes more of it.
      const severity = host.backend === "ostree" ? "info" : "warn";
      return { status: "unknown", severity, advice, evidence: {}, needs: ["etcModified"] };
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
    const disagreement = host.contradictions.family;
    if (disagreement !== undefined) {
      const advice =
        "The host's sources disagree on which family of distributions it runs, and nobody supports a switch from one to another: ask again with what it runs now.";
      return { status: "unknown", advice, evidence: { ...evidence, disagreement }, needs: ["host", "osRelease"] };
    }
    if (evidence.from === null || evidence.to === null) {
      // A distribution is of its own family, whichever that is.
      const { family, distribution } = host.traits;
      const own = [distribution, ...(family === null ? [host.image.distribution] : [])];
      if (isNextBuild(circumstances) || (traits.distribution !== null && own.includes(traits.distribution))) {
        return absent;
      }
      const unread = evidence.from === null ? unreadOsRelease(host, "id", "is of no family that is known here") : "";
      const advice = `Nobody supports a switch from one family of distributions to another; compare both systems first.${unread}`;
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

// Hazards that depend on the target alone, in the order of their numbers (facts: 4, 4a).
import type { Hazard, Judgement } from "./hazard.ts";

const architectureMismatch: Hazard = {
  id: "architecture-mismatch",
  title: "No image for this architecture",
  highest: "block",
  judge({ request, target }) {
    const { platform, architectures } = target;
    const evidence = { wanted: request.architecture, architectures };
    if (
      platform.digest === null ||
      (platform.architecture !== null && platform.architecture !== request.architecture)
    ) {
      const instead =
        architectures.length > 0 ? `It is there for ${architectures.join(", ")}.` : "It is there for none.";
      const advice = `bootc refuses an image of another architecture. ${instead} Choose another image.`;
      return { status: "present", severity: "block", advice, evidence };
    }
    if (platform.architecture === null) {
      const advice = "Inspect the image before you switch: bootc refuses one of another architecture.";
      return { status: "unknown", advice, evidence, needs: [] };
    }
    return { status: "absent" };
  },
};

const notBootable: Hazard = {
  id: "not-bootable",
  title: "Not a bootable image",
  highest: "block",
  judge({ target }) {
    const labels = ["containers.bootc", "ostree.bootable"];
    if (target.bootable === true) return { status: "absent" };
    if (target.bootable === false) {
      const advice =
        "This is not an operating system that bootc deploys: it has neither of the labels. Choose another image.";
      return { status: "present", severity: "block", advice, evidence: { missing: labels } };
    }
    const advice = "Look at the labels of the image's config before you switch: bootc wants one of them.";
    return { status: "unknown", advice, evidence: { labels }, needs: [] };
  },
};

const signatureNotEnforceable: Hazard = {
  id: "signature-not-enforceable",
  title: "bootc cannot verify its signature",
  highest: "block",
  judge({ trust }): Judgement {
    const { verdict, reasons } = trust.consumers.bootc;
    const evidence = { bootc: verdict, reasons: reasons.map(({ code }) => code) };
    switch (verdict) {
      case "verified":
        return { status: "absent" };
      // There is nothing that a host should enforce; whether it trusts the signer is a question to the host.
      case "no-policy":
        return { status: "absent" };
      case "pending":
      case "indeterminate": {
        const advice = "Ask again once its signatures were looked at: a host that enforces them may refuse it.";
        return { status: "unknown", advice, evidence, needs: [] };
      }
      case "untrusted":
      case "invalid":
      case "unsigned":
      case "not-enforceable": {
        // A host whose policy enforces nothing takes it; of any other it is the switch that fails.
        const advice = "A host whose policy asks for a signature refuses it. Any other takes it unverified.";
        return { status: "present", severity: "warn", advice, evidence };
      }
    }
  },
};

const pinnedDigest: Hazard = {
  id: "pinned-digest",
  title: "Pinned to one digest",
  highest: "info",
  judge({ target }) {
    if (target.pin === "tag") return { status: "absent" };
    const advice =
      "A host that follows a digest gets no updates: `bootc upgrade` finds nothing new. Name a tag to get them.";
    return { status: "present", severity: "info", advice, evidence: { digest: target.digest } };
  },
};

const targetUnsupported: Hazard = {
  id: "target-unsupported",
  title: "No longer, or not much longer, supported",
  highest: "block",
  judge({ lifecycle: { lifecycle, hasEnded } }) {
    const { status, endOfLife, successor } = lifecycle;
    if (status === "supported") return { status: "absent" };
    const evidence = { status, endOfLife, successor };
    if (status === "unknown") {
      const advice = "Find out until when its release is supported before you switch.";
      return { status: "unknown", advice, evidence, needs: [] };
    }
    // A repository that is deprecated on top of a release that has ended is no milder than that release.
    const severity = status === "retired" || status === "ended" || hasEnded ? "block" : "warn";
    const advice = successor === null ? "Choose a release that is still supported." : `Switch to ${successor} instead.`;
    return { status: "present", severity, advice, evidence };
  },
};

export const targetHazards: readonly Hazard[] = [
  architectureMismatch,
  notBootable,
  signatureNotEnforceable,
  pinnedDigest,
  targetUnsupported,
];

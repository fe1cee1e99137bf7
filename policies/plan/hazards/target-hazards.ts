// Hazards that depend on the target alone, in the order of their numbers (facts: 4, 4a).
import { isInScope } from "../../words/pattern.ts";
import { absent, type Circumstances, type Judgement, type TargetHazard } from "./hazard.ts";

export const architectureMismatch: TargetHazard = {
  id: "architecture-mismatch",
  title: "No image for this architecture",
  highest: "block",
  judge(circumstances) {
    const { request, target } = circumstances;
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
    return judgeVariant(circumstances);
  },
};

/** Nobody checks the variant of a single manifest: a processor that is too old stops at its first instruction. */
function judgeVariant({ request, target, host }: Circumstances): Judgement {
  const wanted = levelOf(target.platform.variant);
  if (wanted === null || request.architecture !== "amd64" || wanted === 1) return absent;
  const said = host?.facts.architectureVariant ?? null;
  const own = levelOf(said?.split(/[-/]/)[1] ?? null);
  const evidence = { wanted: `amd64/v${wanted}`, host: said };
  if (own !== null && own >= wanted) return absent;
  if (own !== null) {
    const advice = `It is built for processors of x86-64-v${wanted}; this one is older. Choose an image for amd64 of any level.`;
    return { status: "present", severity: "block", advice, evidence };
  }
  const unread = said === null ? "" : ` The host says ${JSON.stringify(said)}, which names no such level.`;
  const advice = `It is built for processors of x86-64-v${wanted}, which bootc does not check: an older one does not start it.${unread}`;
  return { status: "unknown", advice, evidence, needs: ["architectureVariant"] };
}

/** 3 of `v3`. */
function levelOf(variant: string | null): number | null {
  const level = /^v([1-4])$/.exec(variant ?? "")?.[1];
  return level === undefined ? null : Number(level);
}

export const notBootable: TargetHazard = {
  id: "not-bootable",
  title: "Not a bootable image",
  highest: "block",
  judge({ target }) {
    const labels = ["containers.bootc", "ostree.bootable"];
    if (target.bootable === true) return absent;
    if (target.bootable === false) {
      const advice =
        "This is not an operating system that bootc deploys: it has neither of the labels. Choose another image.";
      return { status: "present", severity: "block", advice, evidence: { missing: labels } };
    }
    const advice = "Look at the labels of the image's config before you switch: bootc wants one of them.";
    return { status: "unknown", advice, evidence: { labels }, needs: [] };
  },
};

export const pinnedDigest: TargetHazard = {
  id: "pinned-digest",
  title: "Pinned to one digest",
  highest: "info",
  judge({ target }) {
    if (target.pin === "tag") return absent;
    const advice =
      "A host that follows a digest gets no updates: `bootc upgrade` finds nothing new. Name a tag to get them.";
    return { status: "present", severity: "info", advice, evidence: { digest: target.digest } };
  },
};

export const targetUnsupported: TargetHazard = {
  id: "target-unsupported",
  title: "No longer, or not much longer, supported",
  highest: "block",
  judge({ lifecycle: { lifecycle, hasEnded } }) {
    const { status, endOfLife, successor } = lifecycle;
    if (status === "supported") return absent;
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

/** They give nothing to whoever does not log in, whatever this catalog was told of them. */
const loginRegistries = ["registry.redhat.io"];

export const registryAuthentication: TargetHazard = {
  id: "registry-authentication",
  title: "The registry wants a login",
  highest: "warn",
  judge({ target, wantsCredentials, mayWantCredentials, host }) {
    const registry = target.repository.slice(0, target.repository.indexOf("/"));
    const isWanted = wantsCredentials || loginRegistries.includes(registry);
    if (!isWanted && !mayWantCredentials) return absent;
    const known = host?.facts.registryAuth ?? null;
    if (known?.some((entry) => isInScope(entry.toLowerCase().replace(/\/$/, ""), target.repository))) return absent;
    if (!isWanted) {
      const advice = `This catalog logs in at ${registry}; whether a host has to is not known. If it has to: \`podman login --authfile /etc/ostree/auth.json ${registry}\`.`;
      const needs = known === null ? (["registryAuth"] as const) : [];
      return { status: "unknown", advice, evidence: { registry, credentials: known }, needs };
    }
    const advice = `Log in before you switch, with \`podman login --authfile /etc/ostree/auth.json ${registry}\`: without it neither the switch nor any later upgrade can pull.`;
    return { status: "present", severity: "warn", advice, evidence: { registry, credentials: known } };
  },
};

export const boundImages: TargetHazard = {
  id: "bound-images",
  title: "Other images are pulled with it",
  highest: "info",
  judge({ traits, target }) {
    const images = traits.boundImages;
    if (images !== null && images.length === 0) return absent;
    if (images !== null) {
      const advice =
        "bootc pulls these as well, in the same step. They are not in the size of the download, and each has a signature of its own to check.";
      return { status: "present", severity: "info", advice, evidence: { images } };
    }
    const advice = `Images may be bound to it, which are pulled too; look with \`podman run --rm ${target.ref} ls /usr/lib/bootc/bound-images.d\`.`;
    return { status: "unknown", advice, evidence: {}, needs: [] };
  },
};

export const kernelArguments: TargetHazard = {
  id: "kernel-arguments",
  title: "Kernel arguments to set by hand",
  highest: "info",
  judge({ traits }) {
    const wanted = traits.kernelArguments;
    if (wanted !== null && wanted.length === 0) return absent;
    if (wanted !== null) {
      const advice = `After the switch and before the restart: \`rpm-ostree kargs ${wanted.map((each) => `--append-if-missing=${each}`).join(" ")}\`.`;
      return { status: "present", severity: "info", advice, evidence: { arguments: wanted } };
    }
    const advice =
      "Arguments in /usr/lib/bootc/kargs.d are set by bootc itself; whether the image wants others stands in its documentation.";
    return { status: "unknown", advice, evidence: {}, needs: [] };
  },
};

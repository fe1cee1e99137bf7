// Hazard 9, an older system than the one that runs: by its release, then by whatever tells the age of two builds.
import { compareBuilds } from "../../images/build-order.ts";
import { parseTimestamp } from "../../images/timestamp.ts";
import { type Family, minorOf } from "../distribution-family.ts";
import type { HostState } from "../host-state.ts";
import { dayOfVersion } from "../release-of-version.ts";
import {
  absent,
  asksOsRelease,
  type HostCircumstances,
  type HostHazard,
  isSameChannel,
  isSameImage,
  isSameLine,
  unreadOsRelease,
} from "./hazard.ts";
import type { NeededFact } from "./host-questions.ts";
import { compareKernels } from "./kernel-order.ts";

const before =
  "Before: save what is in /var and in your home. bootc does not check this; databases, NetworkManager, SELinux and file systems may not understand what the newer system wrote.";

export const downgrade: HostHazard = {
  id: "downgrade",
  title: "An older system than the one that runs",
  highest: "block",
  judge(circumstances) {
    if (isSameImage(circumstances)) return absent;
    const { host, traits } = circumstances;
    const releases = { from: host.traits.release, to: traits.release };
    const majors = comparableMajors(circumstances);
    if (majors !== null && majors.to < majors.from) {
      const advice = `${before} Choose an image of release ${majors.from} or later.`;
      return { status: "present", severity: "block", advice, evidence: releases };
    }
    if (majors !== null && majors.to > majors.from) return absent;
    const age = ageOf(circumstances, majors !== null);
    const disagreement = host.contradictions.release ?? host.contradictions.family;
    const told = disagreement === undefined ? {} : { disagreement };
    if (age.outcome === "older") {
      const { advice } = age;
      const evidence = { ...age.evidence, ...told };
      return { status: "present", severity: "warn", advice: `${before} ${advice}`, evidence };
    }
    // A build of the same channel is newer whatever its release is; of any other that alone does not tell it.
    if (age.outcome === "not-older" && (majors !== null || isSameChannel(circumstances))) return absent;
    const unread = host.traits.major === null ? unreadOsRelease(host, "versionId", "names no release by a number") : "";
    const advice =
      disagreement === undefined
        ? `Whether it is older than what runs is not known; bootc itself does not check it.${unread}`
        : "The host's sources disagree on what it runs, so whether the image is older is not known: ask again with what it runs now.";
    return {
      status: "unknown",
      // Of one release it is older by builds at most.
      severity: majors === null ? "block" : "warn",
      advice,
      evidence: { ...releases, ...told },
      needs: disagreement === undefined ? wantedOf(host) : ["host", "osRelease"],
    };
  },
};

function wantedOf(host: HostState): readonly NeededFact[] {
  const { major, family, distribution, created } = host.traits;
  const isOfNobody = family === null && distribution === null;
  if ((major === null && asksOsRelease(host, "versionId")) || (isOfNobody && asksOsRelease(host, "id"))) {
    return ["osRelease"];
  }
  return created === null && host.document === null ? ["host"] : [];
}

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

type Age =
  | { readonly outcome: "older"; readonly advice: string; readonly evidence: Readonly<Record<string, unknown>> }
  | { readonly outcome: "not-older" }
  | { readonly outcome: "unknown" };

const back = "`bootc rollback` leads back.";

/** Any one thing that went back is enough; only then something that did not says that it is not older. */
function ageOf(circumstances: HostCircumstances, isOneRelease: boolean): Age {
  const { host, target, traits } = circumstances;
  const older = (from: unknown, to: unknown, by: string, advice = back): Age => ({
    outcome: "older",
    advice,
    evidence: { from, to, by },
  });
  if (target.olderThan !== null && host.digest === target.olderThan.digest) {
    return older(target.olderThan.version, traits.version, "tag");
  }
  const minor = isOneRelease ? minorOrder(circumstances) : null;
  if (minor !== null && minor < 0) return older(host.traits.release, traits.release, "release");
  if (minor !== null && minor > 0) return { outcome: "not-older" };
  const builds = isSameLine(circumstances) ? orderOfBuilds(circumstances) : null;
  if (builds?.outcome === "older") {
    const { by } = builds;
    return older(host.traits[by], traits[by], by);
  }
  const kernels = compareKernels(host.traits.kernel, traits.kernel);
  if (kernels !== null && kernels.order > 0) return older(host.traits.kernel, traits.kernel, "kernel");
  if (builds?.outcome === "newer" || builds?.outcome === "same") return { outcome: "not-older" };
  if (kernels?.isOneSeries && kernels.order < 0) return { outcome: "not-older" };
  const times = builds === null ? orderOfTimes(circumstances) : null;
  if (times !== null && times.order < 0) {
    const weaker = "Only the times of building are compared here, of images that are built apart.";
    return older(host.traits[times.by], traits[times.by], times.by, `${weaker} ${back}`);
  }
  return times !== null || kernels?.isOneSeries ? { outcome: "not-older" } : { outcome: "unknown" };
}

/** How the target's minor release stands to the host's. Fedora has none: a number there counts composes. */
function minorOrder({ host, traits }: HostCircumstances): number | null {
  const [from, to] = [minorOf(host.traits.release), minorOf(traits.release)];
  return from === null || to === null || traits.family === "fedora" ? null : to - from;
}

function orderOfBuilds({ host, traits }: HostCircumstances) {
  const build = ({ created, version }: typeof traits) => [{ architecture: null, created, version }];
  return compareBuilds(build(host.traits), build(traits));
}

/** To the second where both say it, else by the days in their versions. */
function orderOfTimes({ host, traits }: HostCircumstances): { by: "created" | "version"; order: number } | null {
  const order = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from);
  const created = order(millisecondsOf(host.traits.created), millisecondsOf(traits.created));
  if (created !== null) return { by: "created", order: created };
  const days = order(dayOfVersion(host.traits.version), dayOfVersion(traits.version));
  return days === null ? null : { by: "version", order: days };
}

function millisecondsOf(created: string | null): number | null {
  return created === null ? null : (parseTimestamp(created) ?? null);
}

// A hazard: one thing that can go wrong in a switch, and the question whether it does in this one.
import type { HostFiles } from "../../trust/host-files/make-host-files.ts";
import type { ClientReading } from "../client-reading.ts";
import type { HostState } from "../host-state.ts";
import type { ImageTraits } from "../image-traits.ts";
import type { DatedLifecycle } from "../make-lifecycle.ts";
import type { PlanInput } from "../plan-input.ts";
import type { HazardId, PlanDelta, PlanHazard, PlanTarget, PlanTrust, Severity } from "../switch-plan.ts";
import { hazardSources } from "./hazard-sources.ts";
import { type NeededFact, needsOf } from "./host-questions.ts";

/** What hazards are judged from. */
export type Circumstances = {
  readonly request: PlanInput["request"];
  readonly target: PlanTarget;
  readonly traits: ImageTraits;
  readonly trust: PlanTrust;
  /** Null: no host is given any. */
  readonly hostFiles: HostFiles | null;
  /** Whether its skopeo reads them. */
  readonly clientReading: ClientReading;
  readonly lifecycle: DatedLifecycle;
  readonly delta: PlanDelta;
  /** Compressed bytes of all of the target's layers; null: not known. */
  readonly targetBytes: number | null;
  readonly wantsCredentials: boolean;
  readonly mayWantCredentials: boolean;
  /** Null: it said nothing of itself. */
  readonly host: HostState | null;
};

/** With what a host said of itself. */
export type HostCircumstances = Circumstances & { readonly host: HostState };

type Detail = Pick<PlanHazard, "advice" | "evidence">;

export type Judgement =
  | { readonly status: "absent" }
  | (Detail & { readonly status: "present"; readonly severity: Severity })
  /** `severity`: the highest that it could have here; left out: that of the hazard. `needs` is empty where no host could tell. */
  | (Detail & { readonly status: "unknown"; readonly severity?: Severity; readonly needs: readonly NeededFact[] });

type Named = { readonly id: HazardId; readonly title: string; readonly highest: Severity };

/** Depends on the target alone: every plan judges it. */
export type TargetHazard = Named & { judge(circumstances: Circumstances): Judgement };

/** Depends on the host too: judged where it said something of itself. */
export type HostHazard = Named & { judge(circumstances: HostCircumstances): Judgement };

export const absent: Judgement = { status: "absent" };

export function planHazard({ id, title, highest }: Named, judgement: Judgement): PlanHazard {
  const source = hazardSources[id];
  switch (judgement.status) {
    case "absent":
      return { id, severity: highest, status: "absent", title, advice: "", evidence: {}, needs: [], source };
    case "present": {
      const { severity, advice, evidence } = judgement;
      return { id, severity, status: "present", title, advice, evidence, needs: [], source };
    }
    case "unknown": {
      const { advice, evidence, needs, severity = highest } = judgement;
      return { id, severity, status: "unknown", title, advice, evidence, needs: needsOf(needs), source };
    }
  }
}

/** The host runs what it is asked to switch to, byte for byte. */
export function isSameImage({ host, target }: HostCircumstances): boolean {
  return host.digest !== null && (host.digest === target.platform.digest || host.digest === target.digest);
}

/** The host follows the repository that it is asked to switch to, or to stay with. */
function isSameRepository({ host, target }: HostCircumstances): boolean {
  return host.reference?.repository === target.repository;
}

/** The host follows this very tag. */
export function isSameChannel(circumstances: HostCircumstances): boolean {
  const { tag } = circumstances.target;
  return isSameRepository(circumstances) && tag !== null && circumstances.host.reference?.tag === tag;
}

/**
 * The same repository, and both builds are of one distribution: one repository may hold several. Where it is not known
 * of what they are, the same tag.
 */
export function isSameLine(circumstances: HostCircumstances): boolean {
  const { host, traits } = circumstances;
  if (!isSameRepository(circumstances)) return false;
  if (host.image.family !== null && traits.family !== null) return host.image.family === traits.family;
  if (host.image.distribution !== null && traits.distribution !== null) {
    return host.image.distribution === traits.distribution;
  }
  return isSameChannel(circumstances);
}

/** What is curated of the tag that the host follows holds of its next build, as far as the two do not differ. */
export function isNextBuild(circumstances: HostCircumstances): boolean {
  return isSameChannel(circumstances) && isSameLine(circumstances);
}

/** Builds of one line of which these are known, and the same. */
export function isAlike(circumstances: HostCircumstances, names: readonly (keyof ImageTraits)[]): boolean {
  const { host, traits } = circumstances;
  const isSame = (name: keyof ImageTraits) =>
    traits[name] !== null && JSON.stringify(host.image[name]) === JSON.stringify(traits[name]);
  return isSameLine(circumstances) && names.every(isSame);
}

/** Whether os-release would tell more than the host said. */
export function asksOsRelease({ facts }: HostState, member: "id" | "versionId"): boolean {
  return (facts.osRelease?.[member] ?? null) === null;
}

/** What is to be said where the host sent it, and it tells nothing; "" where it did not: then it is asked for. */
export function unreadOsRelease({ facts }: HostState, member: "id" | "versionId", tells: string): string {
  const said = facts.osRelease?.[member] ?? null;
  const name = { id: "ID", versionId: "VERSION_ID" }[member];
  return said === null ? "" : ` The ${name} of the host's os-release, ${JSON.stringify(said)}, ${tells}.`;
}

// The plan's lifecycle: whether the target is still kept up, and when time alone will change that.
import { lifecycleAt } from "../documents/lifecycle-status.ts";
import type { TargetRelease } from "./os-release.ts";
import type { TargetInput } from "./plan-input.ts";
import type { PlanLifecycle } from "./switch-plan.ts";
import { withUnknown } from "./unknown-fields.ts";

export type DatedLifecycle = {
  readonly lifecycle: PlanLifecycle;
  /** Whether the release has ended, whatever else became of the repository. */
  readonly hasEnded: boolean;
  /** Milliseconds since 1970; null: never. */
  readonly changesAt: number | null;
};

export function makeLifecycle(input: TargetInput, target: TargetRelease): DatedLifecycle {
  const { now, policies, repository } = input;
  const { deprecatedOn, successor } = policies.standingOf(repository.name);
  const release = policies.releaseOf({
    osId: target.id,
    versionId: target.release,
    distribution: repository.distribution,
  });
  const endOfLife = release?.endOfLife ?? null;
  // The level of a project comes from its health reports, of which there are none yet: none is archived.
  const { status, changesAt } = lifecycleAt({ archived: false, deprecatedOn, endOfLife }, now);
  const ending = lifecycleAt({ archived: false, deprecatedOn: null, endOfLife }, now);
  const lifecycle = {
    level: null,
    deprecated: deprecatedOn !== null && now >= Date.parse(deprecatedOn),
    successor,
    endOfLife,
    status,
  };
  return {
    lifecycle: withUnknown(lifecycle, {
      level:
        repository.project === null ? "no project is declared for the repository" : "the project was not assessed yet",
      endOfLife: whyNoEnd(target.release, release === undefined, repository.distribution),
    }),
    hasEnded: ending.status === "ended",
    changesAt: earliest(changesAt, ending.changesAt),
  };
}

function whyNoEnd(release: string | null, undocumented: boolean, distribution: string | null): string {
  if (release === null) return "the version of its operating system is not known";
  if (undocumented) return `no release document speaks of ${distribution ?? "its operating system"} ${release}`;
  return "its release document names no end of life";
}

/** The earlier of two moments, of which null never comes. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

// Making releases: a repository's channels as Renovate's custom datasource reads them.
import type { PolicySet } from "../../policies/documents/policy-set.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";

export type Release = {
  readonly version: string;
  readonly digest: string;
  readonly releaseTimestamp?: string;
  readonly isDeprecated?: boolean;
  readonly changelogUrl?: string;
};

export type Releases = {
  readonly releases: readonly Release[];
  readonly sourceUrl?: string;
  readonly homepage?: string;
};

/** No update is worth an image whose signatures do not hold, or that no host could switch to. */
export function isOffered({ decision, trust }: SwitchPlan): boolean {
  return trust.verdict === "verified" && decision !== "block";
}

/** Renovate knows no null: what is not known is left out. `historyOf` says where a tag's past is told; null: nowhere. */
export function makeReleases(
  plans: readonly SwitchPlan[],
  set: Pick<PolicySet, "projects">,
  project: string | null,
  historyOf: ((tag: string) => string) | null,
): Releases {
  const document = set.projects.find(({ id }) => id === project);
  const source = document?.source.find(({ url }) => /^https?:\/\//.test(url))?.url;
  const about = {
    ...(source === undefined ? {} : { sourceUrl: source }),
    ...(document?.homepage === undefined ? {} : { homepage: document.homepage }),
  };
  const releases = plans.flatMap(({ target, lifecycle }): Release[] => {
    const { tag, digest, created } = target;
    if (tag === null) return [];
    return [
      {
        version: tag,
        digest,
        ...(created === null ? {} : { releaseTimestamp: created }),
        ...(over.has(lifecycle.status) ? { isDeprecated: true } : {}),
        ...(historyOf === null ? {} : { changelogUrl: historyOf(tag) }),
      },
    ];
  });
  return { releases, ...about };
}

const over: ReadonlySet<string> = new Set(["retired", "deprecated", "ended"]);

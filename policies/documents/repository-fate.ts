// What projects say became of their repositories.
import type { PolicySet } from "./policy-set.ts";

export type RepositoryFate = {
  /** The first day on which hosts should move away; null: no day is set. */
  readonly deprecatedOn: string | null;
  readonly deprecated: boolean;
  /** The repository or reference to go to; given as soon as it is declared, deprecated or not. */
  readonly successor: string | null;
};

/** What became of a repository, at `now` (milliseconds since 1970). Days begin in UTC. */
export function fateOf(set: Pick<PolicySet, "projects">, repository: string, now: number): RepositoryFate {
  const project = set.projects.find((each) => Object.hasOwn(each.repositories, repository));
  const fate = project?.repositories[repository];
  const deprecatedOn = fate?.deprecated ?? null;
  return {
    deprecatedOn,
    deprecated: deprecatedOn !== null && now >= Date.parse(deprecatedOn),
    successor: fate?.successor ?? null,
  };
}

/** Whether the move of a tag to this older build was announced by the project. */
export function isPublishedRollback(
  set: Pick<PolicySet, "projects">,
  repository: string,
  tag: string,
  digest: string,
): boolean {
  return set.projects.some((project) => {
    const fate = Object.hasOwn(project.repositories, repository) ? project.repositories[repository] : undefined;
    return fate?.rollbacks.some((rollback) => rollback.tag === tag && rollback.digest === digest) ?? false;
  });
}

// Checks of project and release documents that go beyond one document's form.
import { findDuplicates } from "./duplicates.ts";
import type { Located } from "./located-document.ts";
import type { Mistake } from "./policy-set.ts";
import type { ProjectDocument } from "./project-document.ts";
import type { ReleaseDocument } from "./release-document.ts";

export function checkProjects(projects: readonly Located<ProjectDocument>[]): readonly (Mistake | undefined)[] {
  const ids = findDuplicates(
    "the project id",
    projects.map((each) => ({
      name: each.value.id,
      place: each.placeOf(["id"]),
      mistake: (message) => each.mistakeAt(["id"], message),
    })),
    "give this one another id",
  );
  const repositories = findDuplicates(
    "the repository",
    projects.flatMap((each) =>
      Object.keys(each.value.repositories).map((name) => ({
        name,
        place: each.placeOf(["repositories", name]),
        mistake: (message: string) => each.mistakeAt(["repositories", name], message, "key"),
      })),
    ),
    "one project says what became of it",
  );
  return [...ids, ...repositories, ...projects.flatMap(checkProject)];
}

function checkProject({ value, mistakeAt }: Located<ProjectDocument>): readonly (Mistake | undefined)[] {
  const mistakes: (Mistake | undefined)[] = [];
  if (value.successor === value.id)
    mistakes.push(mistakeAt(["successor"], "a project does not succeed itself; leave the member out"));
  for (const [name, fate] of Object.entries(value.repositories)) {
    if (fate.successor === name) {
      mistakes.push(
        mistakeAt(["repositories", name, "successor"], "a repository does not succeed itself; leave the member out"),
      );
    }
  }
  return mistakes;
}

export function noteProjects(
  projects: readonly Located<ProjectDocument>[],
  ids: ReadonlySet<string>,
): readonly (Mistake | undefined)[] {
  return projects.map(({ value, mistakeAt }) =>
    value.successor === null || ids.has(value.successor)
      ? undefined
      : mistakeAt(["successor"], `no document under projects/ has the id ${value.successor}`),
  );
}

export function checkReleases(releases: readonly Located<ReleaseDocument>[]): readonly (Mistake | undefined)[] {
  const twice = findDuplicates(
    "the release",
    releases.map((each) => ({
      name: `${each.value.os} ${each.value.version}`,
      place: each.placeOf(["version"]),
      mistake: (message) => each.mistakeAt(["os"], message) && each.mistakeAt(["version"], message),
    })),
    "keep one",
  );
  const order = releases.map(({ value, mistakeAt }) =>
    value.released !== null && value.endOfLife !== null && value.released >= value.endOfLife
      ? mistakeAt(["endOfLife"], "this is not later than `released`")
      : undefined,
  );
  return [...twice, ...order];
}

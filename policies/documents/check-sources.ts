// Checks of source documents that go beyond one document's form.
import { nearest } from "../words/nearest.ts";
import { matchesAny } from "../words/pattern.ts";
import { findDuplicates } from "./duplicates.ts";
import type { Located } from "./located-document.ts";
import type { Mistake } from "./policy-set.ts";
import type { SourceDocument } from "./source-document.ts";
import { uses } from "./vocabulary.ts";
import type { Path } from "./yaml-text.ts";

type Source = Located<SourceDocument>;
/** What sources name elsewhere in the folder. A document that is wrong still declares its name. */
export type DeclaredNames = { readonly hosts: ReadonlySet<string>; readonly projects: ReadonlySet<string> };

export function checkSources(sources: readonly Source[], declared: DeclaredNames): readonly (Mistake | undefined)[] {
  const ids = findDuplicates(
    "the source id",
    sources.map((each) => ({
      name: each.value.id,
      place: each.placeOf(["id"]),
      mistake: (message) => each.mistakeAt(["id"], message),
    })),
    "give this one another id",
  );
  const repositories = findDuplicates(
    "the repository",
    sources.flatMap((each) =>
      (each.value.repositories ?? []).map((path, index) => ({
        name: `${each.value.registry}/${path}`,
        place: each.placeOf(["repositories", index]),
        mistake: (message: string) => each.mistakeAt(["repositories", index], message),
      })),
    ),
    "one source speaks for it: take it out of the other",
  );
  return [...ids, ...repositories, ...sources.flatMap((each) => checkSource(each, declared))];
}

function checkSource({ value, mistakeAt }: Source, declared: DeclaredNames): readonly (Mistake | undefined)[] {
  const mistakes: (Mistake | undefined)[] = [];
  if (!declared.hosts.has(value.registry)) {
    const near = nearest(value.registry, [...declared.hosts]);
    mistakes.push(
      mistakeAt(
        ["registry"],
        `no document under registries/ declares ${value.registry}; ${near === undefined ? "add one" : `did you mean ${near}?`}`,
      ),
    );
  }
  if (value.tags.default !== undefined && matchesAny(value.tags.ignore, value.tags.default)) {
    mistakes.push(
      mistakeAt(
        ["tags", "default"],
        "this tag is left out by `ignore`, which wins; choose another, or narrow `ignore`",
      ),
    );
  }
  return mistakes;
}

/** What is allowed and yet hardly meant. */
export function noteSources(sources: readonly Source[], declared: DeclaredNames): readonly (Mistake | undefined)[] {
  return sources.flatMap(({ value, mistakeAt }) => {
    const notes: (Mistake | undefined)[] = [];
    if (value.project !== undefined && !declared.projects.has(value.project)) {
      const near = nearest(value.project, [...declared.projects]);
      notes.push(
        mistakeAt(
          ["project"],
          `no document under projects/ has the id ${value.project}${near === undefined ? "" : `; did you mean ${near}?`}`,
        ),
      );
    }
    if (value.tags.default !== undefined && !matchesAny(value.tags.channels, value.tags.default)) {
      notes.push(
        mistakeAt(
          ["tags", "default"],
          "no pattern of `channels` matches this tag, so it is not followed and never the default",
        ),
      );
    }
    if (!value.confirmed && value.evidence === undefined) {
      notes.push(mistakeAt(["confirmed"], "say in `evidence` where this was read, so that somebody can confirm it"));
    }
    for (const { path, pattern, kind } of patternsOf(value)) {
      const stranger = kind === "tag" ? /[^A-Za-z0-9._*-]/.exec(pattern) : /[^a-z0-9._/*-]/.exec(pattern);
      if (stranger !== null) {
        notes.push(
          mistakeAt(
            path,
            `no ${kind} can hold ${JSON.stringify(stranger[0])}, so this matches nothing: only * is special`,
          ),
        );
      }
    }
    for (const { path, value: use } of usesOf(value)) {
      if (!(uses as readonly string[]).includes(use))
        notes.push(mistakeAt(path, `no menu offers this use; the uses are ${uses.join(", ")}`));
    }
    return notes;
  });
}

function patternsOf(source: SourceDocument) {
  const list = (path: Path, patterns: readonly string[] | undefined, kind: "tag" | "repository") =>
    (patterns ?? []).map((pattern, index) => ({ path: [...path, index], pattern, kind }));
  return [
    ...list(["tags", "channels"], source.tags.channels, "tag"),
    ...list(["tags", "ignore"], source.tags.ignore, "tag"),
    ...list(["include"], source.include, "repository"),
    ...list(["exclude"], source.exclude, "repository"),
    ...source.facetPatterns.map((each, index) =>
      "tag" in each
        ? ({ path: ["facetPatterns", index, "tag"], pattern: each.tag, kind: "tag" } as const)
        : ({ path: ["facetPatterns", index, "match"], pattern: each.match, kind: "repository" } as const),
    ),
  ];
}

function usesOf(source: SourceDocument) {
  const sets: readonly { path: Path; set: SourceDocument["facets"] }[] = [
    { path: ["facets"], set: source.facets },
    ...source.facetPatterns.map(({ set }, index) => ({ path: ["facetPatterns", index, "set"], set })),
  ];
  return sets.flatMap(({ path, set }) => {
    const use = set.use ?? [];
    return typeof use === "string"
      ? [{ path: [...path, "use"], value: use }]
      : use.map((value, index) => ({ path: [...path, "use", index], value }));
  });
}

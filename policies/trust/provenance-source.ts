// Provenance sources: which repository a build was made from, told apart from what it only fetched on its way.
import { matchesPattern } from "../words/pattern.ts";
import type { ProvenanceFacts, ProvenanceSource } from "./finding.ts";

/** `git+https://forge.example/o/r.git@refs/heads/main` is `https://forge.example/o/r`. */
export function strippedSource(uri: string): string {
  const bare = uri.startsWith("git+") ? uri.slice("git+".length) : uri;
  const scheme = bare.indexOf("://");
  // A user's name before the host ends with @ too, and is part of where the source really is.
  const path = scheme < 0 ? -1 : bare.indexOf("/", scheme + "://".length);
  const at = path < 0 ? bare.indexOf("@") : bare.indexOf("@", path);
  const named = at < 0 ? bare : bare.slice(0, at);
  return named.endsWith(".git") ? named.slice(0, -".git".length) : named;
}

/** The members in which a builder says what it was told to build. */
const direct: readonly string[] = [
  "invocation.configSource",
  "externalParameters.workflow",
  "externalParameters.source",
];

/** Tekton Chains names there whose pipeline ran, which one cluster's tenants share (docs/slsa-provenance.md). */
function isTekton(buildType: string | null): boolean {
  return buildType !== null && /^(?:https:\/\/)?tekton\.dev\//.test(buildType);
}

/**
 * What the build was made from: what the builder was told, else everything that it took out of git. A build of a
 * stranger's source that fetches the right repository beside it must not pass, so all of these must match.
 */
export function sourcesOf(provenance: ProvenanceFacts): readonly ProvenanceSource[] {
  const told = isTekton(provenance.buildType) ? [] : provenance.sources.filter(({ member }) => direct.includes(member));
  const [first] = told;
  if (first !== undefined) return [first];
  return provenance.sources.filter(({ member }) => !direct.includes(member));
}

export function sourceMatches(provenance: ProvenanceFacts, pattern: string): boolean {
  const sources = sourcesOf(provenance);
  const wanted = strippedSource(pattern);
  return sources.length > 0 && sources.every(({ uri }) => matchesPattern(wanted, strippedSource(uri)));
}

/** The repository and the revision that are shown. A commit, where the provenance names one, rather than a branch. */
export function shownSource(provenance: ProvenanceFacts): { repository: string | null; revision: string | null } {
  const [source] = sourcesOf(provenance);
  if (source === undefined) return { repository: null, revision: null };
  const repository = strippedSource(source.uri);
  const revisions = provenance.sources
    .filter(({ uri }) => strippedSource(uri) === repository)
    .flatMap(({ revision }) => (revision === null ? [] : [revision]));
  return { repository, revision: revisions.find((text) => /^[0-9a-f]{40,64}$/.test(text)) ?? revisions[0] ?? null };
}

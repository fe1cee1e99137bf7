// Visible documents: the policy documents as strangers may see them, without what tells of private registries.
import { documentDigest } from "../../policies/documents/policy-digest.ts";
import type { DocumentKind, PolicyDocument, PolicySet } from "../../policies/documents/policy-set.ts";
import { visibilityOf } from "../../policies/documents/registry-document.ts";
import { isInScope } from "../../policies/words/pattern.ts";

export type VisibleDocument = {
  /** How it is asked for: an id, a host, or os and version of a release. */
  readonly id: string;
  readonly digest: string;
  readonly document: PolicyDocument;
};

export type VisibleDocuments = Readonly<Record<DocumentKind, readonly VisibleDocument[]>>;

/**
 * A document that speaks of private registries alone is left out; of one that speaks of others too, what names them.
 * The digest is the whole document's, by which answers name it.
 */
export function visibleDocuments(set: PolicySet): VisibleDocuments {
  const hidden = set.registries.filter((registry) => visibilityOf(registry) === "private").map(({ host }) => host);
  const isHidden = (name: string) => hidden.some((host) => isInScope(host, name));

  const sources = set.sources.filter(({ registry }) => !isHidden(registry));
  const shownProjects = new Set(sources.map(({ project }) => project));
  const hiddenProjects = new Set(
    set.sources.flatMap(({ registry, project }) =>
      isHidden(registry) && !shownProjects.has(project) ? [project] : [],
    ),
  );
  return {
    registries: set.registries.flatMap((document) =>
      isHidden(document.host) ? [] : [{ id: document.host, digest: documentDigest(document), document }],
    ),
    sources: sources.map((document) => ({ id: document.id, digest: documentDigest(document), document })),
    trust: set.trust.flatMap((document) => {
      const scopes = document.scopes.filter((scope) => !isHidden(scope));
      return scopes.length === 0
        ? []
        : [{ id: document.id, digest: documentDigest(document), document: { ...document, scopes } }];
    }),
    projects: set.projects.flatMap((document) => {
      const fates = Object.entries(document.repositories);
      const shown = fates.filter(([name]) => !isHidden(name));
      const isPrivate = hiddenProjects.has(document.id) && shown.length === 0;
      return isPrivate
        ? []
        : [
            {
              id: document.id,
              digest: documentDigest(document),
              document: { ...document, repositories: Object.fromEntries(shown) },
            },
          ];
    }),
    releases: set.releases.map((document) => ({
      id: `${document.os}-${document.version}`,
      digest: documentDigest(document),
      document,
    })),
  };
}

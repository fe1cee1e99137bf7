// Visible documents: the policy documents as strangers may see them, without what tells of private registries.
import { documentDigest } from "../../policies/documents/policy-digest.ts";
import type { DocumentKind, PolicyDocument, PolicySet } from "../../policies/documents/policy-set.ts";
import { privateNames } from "../../policies/documents/private-names.ts";
import type { RegistryDocument } from "../../policies/documents/registry-document.ts";

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
  const isHidden = privateNames(set);
  const sources = set.sources.filter(({ registry }) => !isHidden(registry));
  const shownProjects = new Set(sources.map(({ project }) => project));
  const hiddenProjects = new Set(
    set.sources.flatMap(({ registry, project }) =>
      isHidden(registry) && !shownProjects.has(project) ? [project] : [],
    ),
  );
  return {
    registries: set.registries.flatMap((document) =>
      isHidden(document.host)
        ? []
        : [{ id: document.host, digest: documentDigest(document), document: withoutPrivateOrigin(document, isHidden) }],
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
              document: {
                ...document,
                repositories: Object.fromEntries(
                  shown.map(([name, fate]) => [name, withoutPrivateGoal(fate, isHidden)]),
                ),
                successor: hiddenProjects.has(document.successor ?? undefined) ? null : document.successor,
              },
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

function withoutPrivateOrigin(document: RegistryDocument, isHidden: (name: string) => boolean): RegistryDocument {
  const { mirrorOf, ...rest } = document;
  return mirrorOf === undefined || isHidden(mirrorOf) ? rest : document;
}

function withoutPrivateGoal<Fate extends { readonly successor?: string | undefined }>(
  fate: Fate,
  isHidden: (name: string) => boolean,
): Fate {
  const { successor, ...rest } = fate;
  return successor === undefined || !isHidden(successor) ? fate : (rest as Fate);
}

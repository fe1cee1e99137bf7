// What documents say of a repository, as the columns of its row.
import type { DeclaredColumns } from "../db/adoption.ts";
import { type RegistryDocument, visibilityOf } from "../policies/documents/registry-document.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";

export function declaredBy(source: SourceDocument, registry: RegistryDocument): DeclaredColumns {
  return {
    sourceId: source.id,
    kind: source.kind,
    official: source.official,
    distribution: source.distribution ?? null,
    project: source.project ?? null,
    confirmed: source.confirmed,
    private: visibilityOf(registry) === "private",
    active: true,
  };
}

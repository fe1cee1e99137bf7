// Builders: small documents in which a test shows the one member it is about.
import type { z } from "zod";
import { ProjectDocument } from "../../../../policies/documents/project-document.ts";
import { RegistryDocument } from "../../../../policies/documents/registry-document.ts";
import { ReleaseDocument } from "../../../../policies/documents/release-document.ts";
import { SourceDocument } from "../../../../policies/documents/source-document.ts";
import { TrustDocument } from "../../../../policies/documents/trust-document.ts";

export function registry(members: Partial<z.input<typeof RegistryDocument>> & { host: string }): RegistryDocument {
  return RegistryDocument.parse("layout" in members ? members : { dialect: "oci", ...members });
}

export function source(id: string, members: Partial<z.input<typeof SourceDocument>>): SourceDocument {
  return SourceDocument.parse({ id, registry: "registry.example", kind: "remix", ...members });
}

export function trust(
  id: string,
  scopes: readonly string[],
  members: Partial<z.input<typeof TrustDocument>> = {},
): TrustDocument {
  return TrustDocument.parse({ id, scopes, signers: [{ id: "alice", key: "keys/alice.pub" }], ...members });
}

export function project(id: string, members: Partial<z.input<typeof ProjectDocument>> = {}): ProjectDocument {
  return ProjectDocument.parse({ id, name: id, ...members });
}

export function release(
  os: string,
  version: string,
  members: Partial<z.input<typeof ReleaseDocument>> = {},
): ReleaseDocument {
  return ReleaseDocument.parse({ os, version, source: "https://releases.example", ...members });
}

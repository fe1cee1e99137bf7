// The policy set: every document of one folder that was found right, with the digests by which it is named.
import type { Digest } from "../words/digest.ts";
import type { ProjectDocument } from "./project-document.ts";
import type { RegistryDocument } from "./registry-document.ts";
import type { ReleaseDocument } from "./release-document.ts";
import type { SourceDocument } from "./source-document.ts";
import type { TrustDocument } from "./trust-document.ts";

export type DocumentKind = "registries" | "sources" | "trust" | "projects" | "releases";

/** A policy set is plain JSON: it is stored whole in the database, so that a server without a worker answers by it. */
export type PolicySet = {
  /** SHA-256 of the canonical JSON of the folder: all documents, and the digests of all files they name. */
  readonly digest: Digest;
  readonly registries: readonly RegistryDocument[];
  readonly sources: readonly SourceDocument[];
  readonly trust: readonly TrustDocument[];
  readonly projects: readonly ProjectDocument[];
  readonly releases: readonly ReleaseDocument[];
  /** Keys and trust roots that trust documents name: path relative to the folder (as `trust/keys/x.pub`) -> text. */
  readonly files: Readonly<Record<string, string>>;
  /** Where layout registries lie: host -> absolute folder. Of use on the machine that loaded the folder alone. */
  readonly layouts: Readonly<Record<string, string>>;
};

/** One mistake in a folder: where it is and what to do. `line` and `column` count from 1. */
export type Mistake = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

// The policy set: every document of one folder that was found right, with the digests by which it is named.
import type { Digest } from "../words/digest.ts";
import type { ProjectDocument } from "./project-document.ts";
import type { RegistryDocument } from "./registry-document.ts";
import type { ReleaseDocument } from "./release-document.ts";
import type { SourceDocument } from "./source-document.ts";
import type { TrustDocument } from "./trust-document.ts";

export type DocumentKind = "registries" | "sources" | "trust" | "projects" | "releases";

/** A document with every default filled in: the form that is shown and that is digested. */
export type PolicyDocument = RegistryDocument | SourceDocument | TrustDocument | ProjectDocument | ReleaseDocument;

/** A key or trust root, byte for byte: text as it is, anything else (binary OpenPGP) in base64. */
export type PolicyFile = {
  /** Of the file's bytes. */
  readonly sha256: Digest;
  readonly encoding: "utf8" | "base64";
  readonly content: string;
};

/** A policy set is plain JSON: it is stored whole in the database, so that a server without a worker answers by it. */
export type PolicySet = {
  /** The policy digest (policy-digest.ts) of all documents and all files they name. */
  readonly digest: Digest;
  /** In the order of their hosts; all others in the order of their ids, releases of their os and version. */
  readonly registries: readonly RegistryDocument[];
  readonly sources: readonly SourceDocument[];
  readonly trust: readonly TrustDocument[];
  readonly projects: readonly ProjectDocument[];
  readonly releases: readonly ReleaseDocument[];
  /** Keys and trust roots by the name that the trust documents give them (`keys/example.pub`). */
  readonly files: Readonly<Record<string, PolicyFile>>;
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

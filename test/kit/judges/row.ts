// Rows: one image, what was signed of it and by which program, and what the policy asks for. Data, to be judged by all.

import type { Digest } from "../../../policies/words/digest.ts";
import type { Authority } from "../signing/authority.ts";
import type { BundleJson } from "../signing/bundle.ts";
import type { Layer } from "../signing/cosign.ts";
import type { OpenpgpPair } from "../signing/openpgp.ts";
import type { HostFile } from "./host.ts";

/** Keys of the signing kit; the names of the last ones say their kind. */
export type KeyName = "alice" | "bob" | "carol" | "mallory" | "p384" | "p521" | "ed25519" | "rsa2048" | "rsa4096";

/** `alice` and `mallory` are elliptic, `bob` is RSA; `expired` once was good. */
export type OpenpgpName = "alice" | "bob" | "mallory" | "expired";

/** The programs that sign, in the way that they sign. `skopeo` is its sigstore signature, which names the tag. */
export type SigningTool = "cosign 2" | "cosign 3" | "cosign 3 legacy" | "skopeo" | "gpg";

/**
 * `top` is what the tag names, `all` is that and everything below it, `pulled` is that and the platform that is pulled
 * (cosign 3 is slow: it unlocks its key for each signature), `other` is another image of the repository.
 */
export type Target = "top" | "amd64" | "arm64" | "all" | "pulled" | "other";

export type SingleTarget = Exclude<Target, "all" | "pulled">;

/**
 * `own` is the one that is pulled; `elsewhere` is out of the policy's scope and has the same image; `upstream` is what
 * a mirror mirrors, and where a mirror's images are signed.
 */
export type Place = "own" | "elsewhere" | "upstream";

/** What lies beside an image: cosign's tags, bundles under the fallback tag, files in the lookaside. */
export type Beside = "sig" | "att" | "bundles" | "lookaside";

/** What a material is made from: the addresses and digests of this run. */
export type Scene = {
  readonly authority: Authority;
  readonly otherAuthority: Authority;
  readonly openpgp: Readonly<Record<OpenpgpName, OpenpgpPair>>;
  readonly repository: string;
  digestOf(target: SingleTarget): Digest;
};

export type Material =
  | { readonly kind: "sig" | "att"; readonly layers: readonly Layer[] }
  | { readonly kind: "bundles"; readonly bundles: readonly BundleJson[] }
  /** The first file's number is 1 unless it says another. */
  | { readonly kind: "lookaside"; readonly signatures: readonly Uint8Array[]; readonly first?: number };

export type Act =
  | {
      readonly act: "sign";
      readonly by: Exclude<SigningTool, "gpg">;
      readonly key: KeyName;
      readonly on: Target;
      readonly at?: Place;
      /** cosign signs once with each key, unless it says something else: `name=value`. */
      readonly annotation?: string;
    }
  | { readonly act: "sign"; readonly by: "gpg"; readonly key: OpenpgpName; readonly on: Target; readonly at?: Place }
  | {
      readonly act: "attest";
      readonly by: "cosign 2" | "cosign 3";
      readonly key: KeyName;
      readonly on: "top" | "amd64";
      readonly type: "custom" | "spdxjson" | "slsaprovenance1";
    }
  | {
      readonly act: "copy";
      readonly kind: Beside;
      readonly from: { readonly at?: Place; readonly on: Target };
      readonly to: { readonly at?: Place; readonly on: Target; readonly kind?: Beside };
    }
  | { readonly act: "remove"; readonly kind: Beside; readonly on: Target }
  /** What no program here would sign: the kit makes and pushes it. */
  | { readonly act: "put"; readonly on: SingleTarget; make(scene: Scene): Material | Promise<Material> }
  /** The tag names the other image from now on. */
  | { readonly act: "retag" };

export type RowSigner = {
  readonly id: string;
  readonly by:
    | { readonly key: KeyName }
    | { readonly openpgp: OpenpgpName; readonly lookaside?: false }
    | { readonly issuer: string; readonly subject: string; readonly root?: "other" };
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly revoked?: { readonly at: string; readonly reason: "compromised" | "superseded" };
  readonly role?: "primary" | "backup" | "retired";
};

/** A trust document. `{row}` in a scope is the registry's name and the row's namespace. */
export type RowPolicy = {
  readonly scope: string;
  readonly signers: readonly RowSigner[];
  readonly threshold?: number;
  readonly signature?: "required" | "expected";
  readonly transparencyLog?: "required" | "optional";
  readonly attestations?: readonly {
    readonly predicateType: string;
    readonly signers: readonly string[];
    readonly required?: boolean;
  }[];
};

/** The words that host files of one row are written with. */
export type HostWords = {
  /** The row's namespace, as the host that pulls names it. */
  readonly scope: string;
  readonly repository: string;
  /** Where a mirror's images are signed; else the repository itself. */
  readonly signedRepository: string;
  readonly lookaside: string;
  /** PEM. */
  keyOf(name: KeyName): string;
  /** Armoured. */
  openpgpOf(name: OpenpgpName): string;
  readonly authority: Authority;
};

export type Row = {
  /** Also its namespace in the registry: lower case. */
  readonly id: string;
  readonly title: string;
  /** An index of two platforms or a single manifest, in either dialect of media types. */
  readonly image: "index" | "manifest" | "docker-list" | "docker-manifest";
  readonly pull: "tag" | "digest" | "platform-digest";
  readonly acts: readonly Act[];
  readonly policies: readonly RowPolicy[];
  readonly mirror: boolean;
  /** In place of what the policy gives: such a row shows what programs do with a host's own files, no more. */
  readonly otherHostFiles?: (words: HostWords) => readonly HostFile[];
};

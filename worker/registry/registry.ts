// A registry as the worker sees it: the same questions for every dialect, each bounded, cancellable and typed.
import type { Descriptor } from "../../policies/images/manifest.ts";

export type ListedRepository = {
  readonly path: string;
  readonly description: string | null;
  readonly popularity: number | null;
  readonly lastModifiedMs: number | null;
};

/** `digest` is null where the listing does not say it; `sinceMs` since when the tag names this digest, where known. */
export type ListedTag = { readonly name: string; readonly digest: string | null; readonly sinceMs: number | null };

/** One entry of a registry's own tag history; `toMs` is null while it is still so. */
export type TagPeriod = {
  readonly tag: string;
  readonly digest: string;
  readonly fromMs: number;
  readonly toMs: number | null;
};

export type TagHistory = { readonly periods: readonly TagPeriod[]; readonly watermark: number | null };

/** The digest is that of the bytes; the media type is one of the four that a bootc client can pull. */
export type ManifestAnswer = { readonly digest: string; readonly mediaType: string; readonly bytes: Buffer };

export type TagLook =
  /** The tag still names the digest that was known. */
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "manifest"; readonly manifest: ManifestAnswer }
  /** Only the digest is known; it is to be read by digest if it is new. */
  | { readonly outcome: "digest"; readonly digest: string }
  /** The registry itself says that there is none: MANIFEST_UNKNOWN, NAME_UNKNOWN, TAG_EXPIRED. */
  | { readonly outcome: "absent" };

/**
 * Descriptors as the registry gave them: artifactType and annotations are hints, to be believed only from the manifest.
 * Go's registry clients, and cosign with them, read one list: the first page of the API or the fallback tag
 * (read-by-go.ts).
 */
export type ReferrersAnswer = {
  readonly via: "api" | "tag";
  /** What those clients read. */
  readonly descriptors: readonly Descriptor[];
  /** What else the registry lists. Left out: nothing. */
  readonly unread?: UnreadReferrers;
  /** Why there are more than these, where the caller takes the first ones; left out otherwise. */
  readonly cut?: string;
  /** Why these may not be all: what is here counts, and that there is no more is not known. Left out otherwise. */
  readonly doubt?: Error;
};

export type UnreadReferrers = {
  /** By the API: on later pages, or on one that is none to those clients. */
  readonly api: readonly Descriptor[];
  /** By the fallback tag alone, which those clients do not come to, or cannot read. */
  readonly tag: readonly Descriptor[];
};

/** What was found out in earlier processes; null: nothing. */
export type KnownReferrers = {
  /** The API listed what refers to manifests of this repository: until when that there is none is a failure. */
  readonly apiUntilMs: number | null;
  /** Since when looks for what refers to this manifest have failed. */
  readonly failingSinceMs: number | null;
};

export type ReferrersWish = {
  /**
   * What a complete listing of tags says of the fallback tag: `unlisted` costs no request for it, `listed` is read
   * beside the API, which knows nothing of what older clients pushed. Default: the registry is asked as it can do.
   */
  readonly fallbackTag?: "listed" | "unlisted";
  /** Beyond the limit: an error (the default), or the first ones. */
  readonly beyondLimit?: "fail" | "cut";
  readonly known?: KnownReferrers;
};

/** A part of a blob, in bytes; `end` is the last byte, as in HTTP. What was read in part cannot be checked by digest. */
export type BlobRange = { readonly start: number; readonly end: number };

/** Every method throws RegistryError where the answer could not be found out, and the signal's reason where it was aborted. */
export type Registry = {
  readonly host: string;
  readonly dialect: "oci" | "quay" | "layout";

  /** All repositories below a namespace (whole path segments). Throws `listing-unsupported` where the registry has no listing. */
  listRepositories(namespace: string, signal: AbortSignal): Promise<readonly ListedRepository[]>;

  /** Whether the registry knows the repository: asked before anything is removed. */
  findRepository(path: string, signal: AbortSignal): Promise<"present" | "absent">;

  /** All tags, to the end, each once. undefined: the registry does not know the repository. Throws `too-many` beyond the limit. */
  listTags(path: string, signal: AbortSignal): Promise<readonly ListedTag[] | undefined>;

  /**
   * Quay: the history since the watermark (seconds), newest first, and the next watermark. Rows of the watermark's own
   * second come again, because a second may have had more rows than were there when it was read: storing is idempotent.
   * It says nothing of periods that ended since: compare with listTags. Other dialects: undefined.
   */
  readTagHistory(path: string, watermark: number | null, signal: AbortSignal): Promise<TagHistory | undefined>;

  /** What a tag names now, at the price of one request. `known` is the digest that the catalog has for it. */
  lookAtTag(path: string, tag: string, known: string | null, signal: AbortSignal): Promise<TagLook>;

  /** undefined: the registry says that there is none. */
  readManifest(path: string, digest: string, signal: AbortSignal): Promise<ManifestAnswer | undefined>;

  /** The blob's bytes, checked by digest unless a range was asked for. undefined: the registry says that there is none. */
  readBlob(
    path: string,
    digest: string,
    limitBytes: number,
    signal: AbortSignal,
    range?: BlobRange,
  ): Promise<Buffer | undefined>;

  /** What refers to this manifest: by the referrers API, or by the fallback tag where the registry has no such API. */
  readReferrers(path: string, digest: string, signal: AbortSignal, wish?: ReferrersWish): Promise<ReferrersAnswer>;
};

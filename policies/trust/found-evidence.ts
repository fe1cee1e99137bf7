// Found evidence: what a catalog knows of the signatures of one manifest, as one query gives it.
import type { Digest } from "../words/digest.ts";
import type { SignatureFinding } from "./finding.ts";

/** Where evidence stands: each program looks in places of its own. */
export type EvidencePlace =
  | { readonly via: "tag"; readonly tag: string }
  /** What Go's registry clients read of referrers: the API's first page, or the fallback tag where it has none. */
  | { readonly via: "referrers" }
  /** The fallback tag alone, where they do not read it: beside an API that answers, or that refuses to. */
  | { readonly via: "fallback-tag" }
  /** The referrers API alone, where they do not read it: a later page, another type to the letter, an entry that is broken. */
  | { readonly via: "unread-referrers" }
  /** `base`: the lookaside as its signer in the trust policy names it. */
  | { readonly via: "lookaside"; readonly base: string }
  /** Somebody's file: no registry shows it. */
  | { readonly via: "file" };

/** Whether cosign, by its registry client, never comes to see what stands there. */
export function isUnread({ via }: EvidencePlace): boolean {
  return via === "fallback-tag" || via === "unread-referrers";
}

export type FoundEvidence = {
  readonly finding: SignatureFinding;
  /** When this catalog first saw it in this repository. Never moved. */
  readonly firstSeenAt: number;
  /** Whether the last complete look still saw it (while none was complete: the last one). */
  readonly shown: boolean;
  readonly place: EvidencePlace;
  /** The manifest that carries it; null: none does, as in a lookaside. */
  readonly carrier: Digest | null;
};

/** What is known of the looks for signatures of one manifest. */
export type SignatureLook = {
  /** The last complete look; null: none ever was. */
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  /** The first failed look since `checkedAt`; null: the last look was complete. */
  readonly failingSince: number | null;
  /** Why the last look failed. */
  readonly failure: string | null;
};

export type ManifestEvidence = {
  readonly digest: Digest;
  readonly found: readonly FoundEvidence[];
  /** Null: nobody has looked yet. */
  readonly look: SignatureLook | null;
};

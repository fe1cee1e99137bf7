// A live look for signatures: what the registry shows for one manifest now, without a catalog that knows anything.
import type { ManifestEvidence } from "../../policies/trust/found-evidence.ts";
import { lookForSignatures, type SignatureLooker } from "./look-for-signatures.ts";
import { joinFound } from "./verify-found.ts";

export type LiveSignatureLooker = Omit<SignatureLooker, "stored" | "listingMaxMs">;

/** First sight is now. A look that failed says so, with what it found before. Throws only where it was aborted. */
export async function lookForSignaturesLive(
  looker: LiveSignatureLooker,
  path: string,
  digest: string,
): Promise<ManifestEvidence> {
  // Nobody lists all tags for one image. Asked for as if it were listed, the fallback tag shows what an API leaves out.
  const tags = [{ name: digest.replace(":", "-"), digest: null }];
  const unknown = { listedAt: null, apiListedAt: null, failingSince: null };
  const nothing = { path, digest, found: [], barren: [], tags, ...unknown };
  const look = await lookForSignatures({ ...looker, stored: async () => new Map(), listingMaxMs: 0 }, nothing);
  const { lookedAt, seen, failure } = look;
  return {
    digest,
    found: joinFound([], seen, failure === null, lookedAt),
    look: {
      checkedAt: failure === null ? lookedAt : null,
      recheckAt: null,
      failingSince: failure === null ? null : lookedAt,
      failure: failure?.reason ?? null,
    },
  };
}

// Listings: whether a registry's list of tags says something new, and whether it is to be believed.
import { createHash } from "node:crypto";
import type { ListedTag } from "./registry/registry.ts";

/** What a listing says, as one name: the same again means that there is nothing to compare. */
export function listingDigest(tags: readonly ListedTag[]): string {
  const hash = createHash("sha256");
  // Fields cannot run into each other: no tag or digest has a blank or a line feed in it.
  for (const { name, digest, sinceMs } of tags) hash.update(`${name} ${digest ?? ""} ${sinceMs ?? ""}\n`);
  return hash.digest("hex");
}

/** A listing of less than half of what was known, by at least this many, is an accident until it is seen twice. */
const suspectLoss = 5;

/**
 * Whether a listing removes what it does not show. One that is suddenly empty or much shorter is `suspect`: what it
 * leaves out stays, until the same listing comes a second time. (Followed tags are asked for one by one in any case.)
 */
export function judgeListing(
  known: { readonly present: number; readonly suspectListing: string | null },
  listed: { readonly count: number; readonly missing: number; readonly digest: string },
): "believed" | "suspect" {
  if (listed.missing === 0) return "believed";
  const emptied = listed.count === 0;
  const muchShorter = listed.missing >= suspectLoss && listed.missing * 2 > known.present;
  if (!emptied && !muchShorter) return "believed";
  return known.suspectListing === listed.digest ? "believed" : "suspect";
}

// Evidence places: where evidence stands, as judgements and rows name it.
import type { EvidencePlace } from "../../policies/trust/found-evidence.ts";
import type { Evidence, EvidenceProblem } from "../signatures/evidence.ts";
import type { FoundSignatures } from "./find-signatures.ts";

export function placeOf(
  item: Evidence | EvidenceProblem,
  found: Pick<FoundSignatures, "carriers" | "unread">,
  lookasides: readonly string[],
): EvidencePlace {
  const { source } = item;
  const listed = found.carriers.get(item) ?? ("digest" in item ? item.digest : null);
  const unread = listed !== null && found.unread.has(listed);
  switch (source.via) {
    case "tag":
      return source;
    case "referrers-api":
      return { via: unread ? "unread-referrers" : "referrers" };
    case "referrers-tag":
      return { via: unread ? "fallback-tag" : "referrers" };
    case "lookaside":
      return { via: "lookaside", base: lookasides.find((base) => source.url.startsWith(base)) ?? source.url };
    case "file":
      return source;
  }
}

/** One name for each place: the same bytes found in two places are seen by different programs. */
export function placeKey(place: EvidencePlace): string {
  switch (place.via) {
    case "tag":
      return place.tag;
    case "referrers":
    case "fallback-tag":
    case "unread-referrers":
    case "file":
      return place.via;
    case "lookaside":
      return place.base;
  }
}

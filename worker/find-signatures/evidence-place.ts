// Evidence places: where evidence stands, as judgements and rows name it.
import type { EvidencePlace } from "../../policies/trust/found-evidence.ts";
import type { EvidenceSource } from "../signatures/evidence.ts";

export function placeOf(source: EvidenceSource, lookasides: readonly string[]): EvidencePlace {
  switch (source.via) {
    case "tag":
      return source;
    case "referrers-api":
    case "referrers-tag":
      return { via: "referrers" };
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
    case "file":
      return place.via;
    case "lookaside":
      return place.base;
  }
}

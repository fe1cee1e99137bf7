// The public-good trust root as it ships with the sigstore packages: the one in force until a newer one was fetched.
import seeds from "@sigstore/tuf/seeds.json" with { type: "json" };

/** How policies name the root of sigstore's public-good instance; it stands for whichever root is in force. */
export const publicGood = "public-good";

/**
 * The bytes of the root that ships with the pinned packages. A refresh by TUF gives newer bytes, which go the same
 * way through readTrustRoot and have their own digest.
 */
export function shippedPublicGoodRoot(): Uint8Array {
  return Buffer.from(seeds["https://tuf-repo-cdn.sigstore.dev"].targets["trusted_root.json"], "base64");
}

/** What a program ships: the root, and the root of the TUF repository that newer ones come from. */
export type ShippedRoot = { readonly root: Uint8Array; readonly anchor: string };

export function shippedTrust(): ShippedRoot {
  return { root: shippedPublicGoodRoot(), anchor: shippedRootAnchor() };
}

/** The root of the TUF repository that the trust root comes from, by which a refresh begins. */
export function shippedRootAnchor(): string {
  return Buffer.from(seeds["https://tuf-repo-cdn.sigstore.dev"]["root.json"], "base64").toString("utf8");
}

/** Where that repository is. */
export const publicGoodRepository = "https://tuf-repo-cdn.sigstore.dev";

// Base claims: what an image's annotations or labels say of the image that it was built on.
import type { Labels } from "../images/image-config.ts";
import { isDigest } from "../words/digest.ts";
import { parseReference } from "../words/reference.ts";

/** The name and the digest of a base, as somebody says them. At least one of repository and digest is there. */
export type BaseClaim = {
  /** `host/path`. */
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
};

const nameKey = "org.opencontainers.image.base.name";
const digestKey = "org.opencontainers.image.base.digest";

/** By the image specification's keys ("Pre-Defined Annotation Keys"); null where they say nothing that can be used. */
export function baseClaimOf(said: Labels): BaseClaim | null {
  const written = said[digestKey]?.trim();
  const digest = written !== undefined && isDigest(written) ? written : null;
  const named = namedBase(said[nameKey] ?? "");
  const claim = { ...named, digest: digest ?? named.digest };
  return claim.repository === null && claim.digest === null ? null : claim;
}

/** Builders write a tag and a digest at once, which no client pulls; here the two say two things. */
export function namedBase(name: string): BaseClaim {
  const at = name.indexOf("@");
  const digest = at < 0 ? null : name.slice(at + 1).trim();
  const parsed = parseReference(at < 0 ? name : name.slice(0, at));
  const { repository = null, tag = null } = parsed.outcome === "reference" ? parsed.reference : {};
  const known = digest !== null && isDigest(digest) ? digest : null;
  // Without a tag beside it, a digest was what was pulled, and `latest` nothing that anybody said.
  const isTagged = /:[^/]*$/.test(at < 0 ? name : name.slice(0, at));
  return { repository, tag: known !== null && !isTagged ? null : tag, digest: known };
}

/** Whether the two say the same: a derived image repeats what its base said of its own base. */
export function isSameClaim(a: BaseClaim, b: BaseClaim): boolean {
  return a.repository === b.repository && a.tag === b.tag && a.digest === b.digest;
}

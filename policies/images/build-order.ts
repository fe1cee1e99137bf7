// Build order: whether a tag that moved went back to an older build.
import { compareImageVersions } from "./image-version.ts";
import { parseTimestamp } from "./timestamp.ts";

/** What tells one build from another: facts of an image, or of an index's entries, one for each architecture. */
export type Build = {
  readonly architecture: string | null;
  /** RFC 3339. */
  readonly created: string | null;
  readonly version: string | null;
};

export type BuildOrder =
  /** `by`: what was compared. */
  | { readonly outcome: "newer" | "same" | "older"; readonly by: "created" | "version" }
  | { readonly outcome: "unknown"; readonly reason: string };

/**
 * How the build that a tag names now (`after`) stands to the one it named before. Only architectures that both have
 * are compared, so that an architecture that was added or dropped says nothing. The newest `created` of each side
 * decides; where the times are equal or missing, the versions do, of the first architecture that has both.
 */
export function compareBuilds(before: readonly Build[], after: readonly Build[]): BuildOrder {
  const pairs = before.flatMap((old) => {
    const now = after.find((build) => build.architecture === old.architecture);
    return now === undefined ? [] : [{ old, now }];
  });
  if (pairs.length === 0) return { outcome: "unknown", reason: "the builds have no architecture in common" };

  const timed = pairs.flatMap(({ old, now }) => {
    const [then, later] = [millisecondsOf(old.created), millisecondsOf(now.created)];
    return then === undefined || later === undefined ? [] : [{ then, later }];
  });
  const newest = Math.max(...timed.map(({ then }) => then));
  const newestNow = Math.max(...timed.map(({ later }) => later));
  if (timed.length > 0 && newest !== newestNow) {
    return { outcome: newestNow < newest ? "older" : "newer", by: "created" };
  }

  for (const { old, now } of pairs) {
    if (old.version === null || now.version === null) continue;
    const answer = compareImageVersions(old.version, now.version);
    if (answer.outcome === "unknown") return { outcome: "unknown", reason: answer.reason };
    if (answer.order !== 0) return { outcome: answer.order > 0 ? "older" : "newer", by: "version" };
    return { outcome: "same", by: "version" };
  }
  if (timed.length > 0) return { outcome: "same", by: "created" };
  return { outcome: "unknown", reason: "neither the time of building nor the version of both is known" };
}

/** The `older` of a `tag.moved` event, and whether `olderThan` is set; null where it cannot be told. */
export function isOlderBuild(before: readonly Build[], after: readonly Build[]): boolean | null {
  const order = compareBuilds(before, after);
  return order.outcome === "unknown" ? null : order.outcome === "older";
}

function millisecondsOf(created: string | null): number | undefined {
  return created === null ? undefined : parseTimestamp(created);
}

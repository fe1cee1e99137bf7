// Build order: whether a tag that moved went back to an older build.
import type { FinishTimes } from "../trust/believed-provenance.ts";
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
 * are compared, so that one that was added or dropped says nothing; one that went back is enough for `older`, since
 * its hosts go back. `created` decides; where the times are equal or missing, the versions do.
 */
export function compareBuilds(before: readonly Build[], after: readonly Build[]): BuildOrder {
  const orders = before.flatMap((old) => {
    const now = after.find((build) => build.architecture === old.architecture);
    return now === undefined ? [] : [compareOne(old, now)];
  });
  for (const outcome of ["older", "newer", "unknown"] as const) {
    const order = orders.find((each) => each.outcome === outcome);
    if (order !== undefined) return order;
  }
  return orders[0] ?? { outcome: "unknown", reason: "the builds have no architecture in common" };
}

function compareOne(old: Build, now: Build): BuildOrder {
  const before = millisecondsOf(old.created);
  const after = millisecondsOf(now.created);
  const isTimed = before !== undefined && after !== undefined;
  if (isTimed && before !== after) return { outcome: after < before ? "older" : "newer", by: "created" };
  if (old.version !== null && now.version !== null) {
    const answer = compareImageVersions(old.version, now.version);
    if (answer.outcome === "unknown") return answer;
    return { outcome: answer.order > 0 ? "older" : answer.order < 0 ? "newer" : "same", by: "version" };
  }
  if (isTimed) return { outcome: "same", by: "created" };
  return { outcome: "unknown", reason: "neither the time of building nor the version of both is known" };
}

/** When a tag first named the digests of two builds, epoch milliseconds; null: it never did before this move. */
type FirstNamed = { readonly before: number | null; readonly after: number | null };

/**
 * The `older` of a `tag.moved` event, and whether `olderThan` is set; null where it cannot be told. Where the builds
 * themselves do not tell (reproducible builds have one time and one version), the tag's own past does: of two that it
 * named before, the one that it named first is the older. A build that is new to the tag says nothing by that.
 */
export function isOlderBuild(before: readonly Build[], after: readonly Build[], named: FirstNamed): boolean | null {
  const order = compareBuilds(before, after);
  if (order.outcome === "older" || order.outcome === "newer") return order.outcome === "older";
  if (named.before !== null && named.after !== null && named.before !== named.after) return named.after < named.before;
  return order.outcome === "unknown" ? null : false;
}

/** A build with when it ended by its provenance; null: nobody who is believed says so. */
export type ProvenBuild = Build & { readonly finished: FinishTimes | null };

/**
 * Whether provenance tells that the build after is the older, where what the builds say of themselves does not tell.
 * Times that overlap tell nothing: one of the two may have been built again.
 */
export function isOlderByProvenance(before: readonly ProvenBuild[], after: readonly ProvenBuild[]): boolean {
  return before.some((old) => {
    const now = after.find((build) => build.architecture === old.architecture);
    if (now === undefined || old.finished === null || now.finished === null) return false;
    const { outcome } = compareOne(old, now);
    return outcome !== "newer" && outcome !== "older" && now.finished.lastMs < old.finished.firstMs;
  });
}

function millisecondsOf(created: string | null): number | undefined {
  return created === null ? undefined : parseTimestamp(created);
}

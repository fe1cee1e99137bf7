// Tag changes: what a look at a repository's tags changes in the catalog, decided over plain data.
import type { OlderThan } from "../db/schema.ts";
import type { FirstNamings, TagChange, TagDigest, TagPeriodRow, TagRow } from "../db/tag-sync.ts";
import type { Facets } from "../policies/documents/facets-of.ts";
import { type Build, isOlderBuild } from "../policies/images/build-order.ts";
import type { ListedTag, TagPeriod } from "./registry/registry.ts";

/** What a look at one followed tag found. */
export type TagSight =
  /** It names this digest, whose image is in the store (or goes there in the same transaction). */
  | { readonly outcome: "seen"; readonly digest: string }
  | { readonly outcome: "absent" }
  /** It could not be found out, or its image could not be read. */
  | { readonly outcome: "failed"; readonly code: string; readonly reason: string };

export type TagLooks = {
  /** When the look began: what was stored since then is newer than what it saw. */
  readonly lookedAt: number;
  /** Undefined where it is the same as the last one that was believed. */
  readonly listing: { readonly tags: readonly ListedTag[]; readonly judgement: "believed" | "suspect" } | undefined;
  readonly sights: ReadonlyMap<string, TagSight>;
  /** The registry's own history, where it has one. */
  readonly periods: readonly TagPeriod[];
};

/** A digest's builds, one for each architecture, and what `olderThan` says of it. */
export type BuildFacts = {
  readonly builds: readonly (Build & { readonly digest: string })[];
  readonly version: string | null;
  readonly created: string | null;
};

export type TagRules = {
  readonly isFollowed: (tag: string) => boolean;
  readonly facetsOf: (tag: string) => Facets;
};

/** What the images and the tags' own past say of the digests that buildsToCompare gave. */
export type ComparedBuilds = {
  readonly builds: ReadonlyMap<string, BuildFacts>;
  readonly firstNamed: FirstNamings;
};

/** The builds that planTagChanges compares: of tags that moved, and of what they were older than before. */
export function buildsToCompare(known: ReadonlyMap<string, TagRow>, looks: Pick<TagLooks, "sights">): TagDigest[] {
  const compared: TagDigest[] = [];
  for (const [tag, sight] of looks.sights) {
    const row = known.get(tag);
    if (sight.outcome !== "seen" || row?.digest == null || row.digest === sight.digest) continue;
    const digests = new Set([sight.digest, row.digest, row.olderThan?.digest ?? row.digest]);
    for (const digest of digests) compared.push({ tag, digest });
  }
  return compared;
}

/**
 * What is different now. `known` are the rows as they are in the transaction that stores the result; `compared` is of
 * the builds that buildsToCompare names. Nothing is removed by a failure, nor by a listing that is not believed.
 */
export function planTagChanges(
  known: ReadonlyMap<string, TagRow>,
  looks: TagLooks,
  rules: TagRules,
  compared: ComparedBuilds,
): TagChange {
  const change: Draft = { rows: [], periods: historyOf(looks), closes: [], opens: [], events: [] };
  const listed = new Map((looks.listing?.tags ?? []).map((tag) => [tag.name, tag]));
  for (const [name, sight] of looks.sights) {
    const row = known.get(name) ?? unseen(name, rules);
    // Somebody else, who looked later, was faster: a wish, or a worker that took this lease over and gave it back.
    if ((row.observedAt ?? 0) > looks.lookedAt) continue;
    applySight(change, row, sight, listed.get(name)?.sinceMs ?? null, looks.lookedAt, compared);
  }
  if (looks.listing !== undefined) applyListing(change, known, looks, looks.listing, rules);
  return change;
}

/** The repository is gone, and with it every tag that was there. */
export function planAllRemoved(known: ReadonlyMap<string, TagRow>, at: number): TagChange {
  const change: Draft = { rows: [], periods: [], closes: [], opens: [], events: [] };
  for (const row of known.values()) if (row.present) applyRemoval(change, { ...row, lookedAt: at }, at);
  return change;
}

/** Whether anything but the times of looks is different. */
export function isChange(known: ReadonlyMap<string, TagRow>, change: TagChange): boolean {
  if (change.events.length + change.opens.length + change.closes.length + change.periods.length > 0) return true;
  return change.rows.some((row) => {
    const before = known.get(row.name);
    return (
      before === undefined ||
      before.digest !== row.digest ||
      before.present !== row.present ||
      before.followed !== row.followed ||
      before.failingSince !== row.failingSince ||
      before.failureCode !== row.failureCode
    );
  });
}

type Draft = { -readonly [Name in keyof TagChange]: TagChange[Name][number][] };

function unseen(name: string, rules: TagRules): TagRow {
  const followed = rules.isFollowed(name);
  return {
    name,
    digest: null,
    followed,
    present: false,
    removedAt: null,
    since: null,
    lookedAt: null,
    observedAt: null,
    failingSince: null,
    failureCode: null,
    failureReason: null,
    facets: followed ? rules.facetsOf(name) : null,
    olderThan: null,
    announced: false,
  };
}

function applySight(
  change: Draft,
  row: TagRow,
  sight: TagSight,
  listedSince: number | null,
  at: number,
  compared: ComparedBuilds,
): void {
  switch (sight.outcome) {
    case "seen":
      applySeen(change, row, sight.digest, listedSince, at, compared);
      return;
    case "absent":
      if (row.present) applyRemoval(change, { ...row, lookedAt: at }, at);
      return;
    case "failed":
      change.rows.push({
        ...row,
        // What was removed and came back unreadable does not name its old image again.
        present: row.present || row.digest === null,
        lookedAt: at,
        failingSince: row.failingSince ?? at,
        failureCode: sight.code,
        failureReason: sight.reason,
      });
  }
}

function applySeen(
  change: Draft,
  row: TagRow,
  digest: string,
  listedSince: number | null,
  at: number,
  compared: ComparedBuilds,
): void {
  const same = row.digest === digest;
  const stayed = same && row.present;
  // A registry that says since when is believed, but for times that are not over yet.
  const since = stayed && row.since !== null && listedSince === null ? row.since : Math.min(listedSince ?? at, at);
  const moved = row.present && row.digest !== null && !same;
  const from = row.digest;
  const order = tagOrder(row.name, compared);
  change.rows.push({
    ...row,
    digest,
    present: true,
    removedAt: null,
    since,
    lookedAt: at,
    observedAt: at,
    failingSince: null,
    failureCode: null,
    failureReason: null,
    // A tag that was gone between is no younger for it.
    olderThan: same || from === null ? row.olderThan : olderThan(row.olderThan, from, digest, order, compared, at),
    announced: row.announced || row.followed,
  });
  if (!stayed || since !== row.since) {
    if (row.present && row.digest !== null) change.closes.push({ tag: row.name, to: since });
    change.opens.push({ tag: row.name, digest, from: since });
  }
  if (!row.followed) return;
  if (moved && row.announced) {
    const data = { from, to: digest, older: order(row.digest, digest) };
    change.events.push({ type: "tag.moved", tag: row.name, data });
  } else if (!stayed || !row.announced) change.events.push({ type: "tag.added", tag: row.name, data: { digest } });
}

function applyRemoval(change: Draft, row: TagRow, at: number): void {
  change.rows.push({
    ...row,
    present: false,
    removedAt: at,
    failingSince: null,
    failureCode: null,
    failureReason: null,
    announced: false,
  });
  change.closes.push({ tag: row.name, to: at });
  if (row.followed && row.announced) {
    change.events.push({ type: "tag.removed", tag: row.name, data: { digest: row.digest } });
  }
}

/** Tags that are known by name alone: what the listing shows of them, and what it does not show any more. */
function applyListing(
  change: Draft,
  known: ReadonlyMap<string, TagRow>,
  looks: TagLooks,
  listing: NonNullable<TagLooks["listing"]>,
  rules: TagRules,
): void {
  const names = new Set<string>();
  for (const { name, digest, sinceMs } of listing.tags) {
    names.add(name);
    if (looks.sights.has(name)) continue;
    const row = known.get(name) ?? unseen(name, rules);
    // A followed tag that was not looked at: the documents changed since. It is due again at once.
    if (row.followed || (row.observedAt ?? 0) > looks.lookedAt) continue;
    applyListed(change, row, digest, sinceMs, looks.lookedAt);
  }
  if (listing.judgement === "suspect") return;
  for (const row of known.values()) {
    if (row.followed || !row.present || names.has(row.name) || looks.sights.has(row.name)) continue;
    if ((row.observedAt ?? 0) <= looks.lookedAt) applyRemoval(change, row, looks.lookedAt);
  }
}

function applyListed(change: Draft, row: TagRow, digest: string | null, sinceMs: number | null, at: number): void {
  const since = Math.min(sinceMs ?? at, at);
  const present = { ...row, present: true, removedAt: null, lookedAt: at };
  if (digest === null || digest === row.digest) {
    if (row.present) return;
    change.rows.push({ ...present, since: row.digest === null ? null : since });
    if (row.digest !== null) change.opens.push({ tag: row.name, digest: row.digest, from: since });
    return;
  }
  change.rows.push({ ...present, digest, since, observedAt: at, olderThan: null });
  if (row.present && row.digest !== null) change.closes.push({ tag: row.name, to: since });
  change.opens.push({ tag: row.name, digest, from: since });
}

/**
 * A tag that went back is older than the newest build it ever named, not only than the one before: two steps back
 * are not made good by half a step forward.
 */
function olderThan(
  before: OlderThan | null,
  from: string,
  to: string,
  isOlder: (before: string, after: string) => boolean | null,
  { builds }: ComparedBuilds,
  at: number,
): OlderThan | null {
  if (before !== null && before.digest !== to && isOlder(before.digest, to) === true) return before;
  if (isOlder(from, to) !== true) return null;
  const facts = builds.get(from);
  return { digest: from, version: facts?.version ?? null, created: facts?.created ?? null, since: at };
}

/** Whether the second of two digests is an older build of this tag. */
function tagOrder(tag: string, { builds, firstNamed }: ComparedBuilds) {
  const buildsOf = (digest: string): readonly Build[] => builds.get(digest)?.builds ?? [];
  const namedAt = (digest: string) => firstNamed.get(tag)?.get(digest) ?? null;
  return (before: string, after: string): boolean | null =>
    isOlderBuild(buildsOf(before), buildsOf(after), { before: namedAt(before), after: namedAt(after) });
}

/**
 * Quay gives a tag that is to expire its end beforehand: until then it is still so. Pages that shift while they are
 * read give a row twice.
 */
function historyOf({ periods, lookedAt }: TagLooks): TagPeriodRow[] {
  const rows = new Map<string, TagPeriodRow>();
  for (const { tag, digest, fromMs, toMs } of periods) {
    const to = toMs === null || toMs > lookedAt ? null : Math.max(fromMs, toMs);
    const key = `${tag} ${fromMs} ${digest}`;
    rows.set(key, { tag, digest, from: fromMs, to: to ?? rows.get(key)?.to ?? null });
  }
  return [...rows.values()];
}

// What a look makes of a repository: its new row, its tags' changes and its events, decided over plain data.
import type { NewEvent } from "../db/changes.ts";
import type { HeldRepository, LookedAtRow } from "../db/repository-sync.ts";
import type { FailedItem } from "../db/runs.ts";
import type { TagChange, TagRow } from "../db/tag-sync.ts";
import { isFollowed } from "../policies/documents/channels.ts";
import { facetsOf } from "../policies/documents/facets-of.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { nextLookAt, type Random, retryAt } from "./due-times.ts";
import { isRegistryFailure } from "./failures.ts";
import { judgeListing } from "./listing.ts";
import type { RepositoryLook } from "./look-at-repository.ts";
import { type ComparedBuilds, isChange, planAllRemoved, planTagChanges, type TagLooks } from "./tag-changes.ts";
import type { WorkerLimits } from "./worker-limits.ts";

export type PlannedRepository = {
  readonly row: LookedAtRow;
  readonly tags: TagChange;
  readonly outcome: "unchanged" | "changed" | "removed" | "failed";
  /** Whether an answer about it is different now. */
  readonly touched: boolean;
  readonly failures: readonly FailedItem[];
  /** It failed for a reason of the registry, not of its own. */
  readonly registryFailed: boolean;
  readonly events: readonly NewEvent[];
};

export type PlanContext = {
  readonly limits: Pick<WorkerLimits, "repositoryIntervalMs" | "retryMs" | "retryMaxMs" | "observedStepMs">;
  readonly source: SourceDocument;
  readonly compared: ComparedBuilds;
  readonly random: Random;
};

const nothing: TagChange = { rows: [], periods: [], closes: [], opens: [], events: [] };

/** `held` and `known` are the rows in the transaction that stores the plan; `known` has all tags where it matters. */
export function planLook(
  held: HeldRepository,
  known: ReadonlyMap<string, TagRow>,
  look: RepositoryLook,
  context: PlanContext,
): PlannedRepository {
  switch (look.outcome) {
    case "looked":
      return planLooked(held, known, look, context);
    case "absent":
      return planAbsent(held, known, look.lookedAt, context);
    case "failed": {
      const { code, reason, retryAfterMs } = look.failure;
      const item = failedItem(held, code, reason, look.lookedAt);
      const { limits, random } = context;
      const dueAt = retryAt(look.lookedAt, held.attempts + 1, retryAfterMs, limits, random);
      return { ...planFailed(held, look.lookedAt, item, dueAt), registryFailed: isRegistryFailure(code) };
    }
  }
}

type Looked = Extract<RepositoryLook, { readonly outcome: "looked" }>;

function planLooked(
  held: HeldRepository,
  known: ReadonlyMap<string, TagRow>,
  look: Looked,
  { source, compared, limits, random }: PlanContext,
): PlannedRepository {
  const at = look.lookedAt;
  const judgement = look.fresh ? judge(held, known, look) : "believed";
  const looks: TagLooks = {
    lookedAt: at,
    listing: look.fresh ? { tags: look.listing.tags, judgement } : undefined,
    sights: look.sights,
    periods: look.history?.periods ?? [],
  };
  const rules = {
    isFollowed: (tag: string) => isFollowed(source, tag),
    facetsOf: (tag: string) => facetsOf(source, held.path, tag),
  };
  const tags = planTagChanges(known, looks, rules, compared);

  const isNew = held.state !== "listed";
  const changed = isNew || held.failingSince !== null || isChange(known, tags);
  const touched = changed || isStale(held, at, limits.observedStepMs);
  const failed = look.failures.length > 0;
  const attempts = failed ? held.attempts + 1 : 0;
  const dueAt = nextLookAt(at, limits.repositoryIntervalMs, random);
  const retry = failed ? retryAt(at, attempts, look.retryAfterMs, limits, random) : dueAt;
  const believed = judgement === "believed";
  const row: LookedAtRow = {
    ...held,
    state: "listed",
    addedAt: isNew ? at : held.addedAt,
    removedAt: null,
    lookedAt: at,
    observedAt: at,
    failingSince: null,
    failureCode: null,
    failureReason: null,
    attempts,
    shownAt: touched ? at : held.shownAt,
    listing: believed ? look.listing.digest : held.listing,
    suspectListing: believed ? null : look.listing.digest,
    historyWatermark: look.history?.watermark ?? held.historyWatermark,
    // Its other tags are looked at as often as anybody's.
    dueAt: Math.min(retry, dueAt),
  };
  const added = event(held, "repository.added", held.name, { source: source.id, kind: source.kind });
  return {
    row,
    tags,
    outcome: changed ? "changed" : "unchanged",
    touched,
    failures: look.failures,
    registryFailed: false,
    events: [
      ...(isNew ? [added] : []),
      ...tags.events.map(({ type, tag, data }) => event(held, type, `${held.name}:${tag}`, data)),
    ],
  };
}

function judge(held: HeldRepository, known: ReadonlyMap<string, TagRow>, { listing }: Looked): "believed" | "suspect" {
  const listed = new Set(listing.tags.map(({ name }) => name));
  const present = [...known.values()].filter((tag) => tag.present);
  const missing = present.filter((tag) => !listed.has(tag.name)).length;
  return judgeListing(
    { present: present.length, suspectListing: held.suspectListing },
    { count: listing.tags.length, missing, digest: listing.digest },
  );
}

/** What was declared and never seen is a failed item each time; what was seen is a tombstone once. */
function planAbsent(
  held: HeldRepository,
  known: ReadonlyMap<string, TagRow>,
  at: number,
  { limits, random }: PlanContext,
): PlannedRepository {
  if (held.state === "expected") {
    const item = failedItem(held, "not-found", "the registry knows no such repository", at);
    return planFailed(held, at, item, retryAt(at, held.attempts + 1, null, limits, random));
  }
  const isNew = held.state === "listed";
  const tags = isNew ? planAllRemoved(known, at) : nothing;
  const row: LookedAtRow = {
    ...held,
    state: "removed",
    removedAt: held.removedAt ?? at,
    lookedAt: at,
    observedAt: at,
    failingSince: null,
    failureCode: null,
    failureReason: null,
    attempts: 0,
    shownAt: isNew ? at : held.shownAt,
    listing: null,
    suspectListing: null,
    // The next run of its source asks whether it came back.
    dueAt: null,
  };
  return {
    row,
    tags,
    outcome: isNew ? "removed" : "unchanged",
    touched: isNew,
    failures: [],
    registryFailed: false,
    events: [
      ...tags.events.map(({ type, tag, data }) => event(held, type, `${held.name}:${tag}`, data)),
      ...(isNew ? [event(held, "repository.removed", held.name, { source: held.sourceId })] : []),
    ],
  };
}

function planFailed(held: HeldRepository, at: number, item: FailedItem, dueAt: number): PlannedRepository {
  const touched = held.failingSince === null || held.failureCode !== item.code;
  const row: LookedAtRow = {
    ...held,
    lookedAt: at,
    failingSince: held.failingSince ?? at,
    failureCode: item.code,
    failureReason: item.reason,
    attempts: held.attempts + 1,
    dueAt,
  };
  return { row, tags: nothing, outcome: "failed", touched, failures: [item], registryFailed: false, events: [] };
}

/** Whether `observedAt` is to move in answers, though nothing else did. */
export function isStale(held: Pick<HeldRepository, "shownAt">, at: number, stepMs: number): boolean {
  return held.shownAt === null || at - held.shownAt >= stepMs;
}

function failedItem(held: HeldRepository, code: string, reason: string, at: number): FailedItem {
  return { repository: held.name, tag: null, stage: "tags", code, reason, at };
}

function event(held: HeldRepository, type: NewEvent["type"], subject: string, data: NewEvent["data"]): NewEvent {
  return { type, subject, data, private: held.private };
}

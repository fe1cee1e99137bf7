// Lifecycle status: whether a target is still kept up at a moment, and when that answer changes by time alone.

export type LifecycleStatus = "retired" | "deprecated" | "ended" | "ends-soon" | "supported" | "unknown";

export type LifecycleQuestion = {
  /** Whether the project's level is `archived`. */
  readonly archived: boolean;
  /** The first day on which the repository is deprecated; null: none is set. */
  readonly deprecatedOn: string | null;
  /** The first day without support (os-release(5), SUPPORT_END); null: not known. */
  readonly endOfLife: string | null;
};

export type Lifecycle = {
  readonly status: LifecycleStatus;
  /** The next moment at which the status changes by time alone; null: it never does. */
  readonly changesAt: number | null;
};

const dayMs = 24 * 60 * 60 * 1000;
const soonMs = 30 * dayMs;

/** The status at `now` (milliseconds since 1970); the first that applies in the order of contract.md, 2. Days begin in UTC. */
export function lifecycleAt(question: LifecycleQuestion, now: number): Lifecycle {
  const deprecation = question.deprecatedOn === null ? Number.POSITIVE_INFINITY : Date.parse(question.deprecatedOn);
  const end = question.endOfLife === null ? Number.POSITIVE_INFINITY : Date.parse(question.endOfLife);
  if (question.archived) return { status: "retired", changesAt: null };
  if (now >= deprecation) return { status: "deprecated", changesAt: null };
  const next = [deprecation, end - soonMs, end].filter((moment) => moment > now && Number.isFinite(moment));
  const changesAt = next.length === 0 ? null : Math.min(...next);
  if (question.endOfLife === null) return { status: "unknown", changesAt };
  if (now >= end) return { status: "ended", changesAt };
  return { status: now >= end - soonMs ? "ends-soon" : "supported", changesAt };
}

// Judging a target: what the store's rows say of a public, declared repository's tag or digest.
import type { Target, TargetImage, TargetTag } from "../../db/targets.ts";
import { earliest } from "../../policies/plan/make-lifecycle.ts";
import { makePlan } from "../../policies/plan/make-plan.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PlanInput, PlanRequest } from "../../policies/plan/plan-input.ts";
import type { SwitchPlan } from "../../policies/plan/switch-plan.ts";
import { planTarget } from "../../policies/plan/target-plan.ts";
import { danglingTag } from "../../policies/words/dangling-tag.ts";
import type { LoadedCatalog } from "../catalog/catalog-view.ts";
import { tagStaleSince } from "../catalog/stale-since.ts";
import type { Problem } from "../problems.ts";
import { removedProblem } from "./removed.ts";
import type { KnownTarget } from "./target-memory.ts";
import type { Denied } from "./unknown-reference.ts";

/** The stored answer stands so long before a question makes the worker look again (contract.md, 2). */
export const repeatMs = 10 * 60_000;
/** While a look that is due is not taken, the answer is given from memory for so long. */
const dueMs = 60_000;

/** `isDue`: the answer is old enough for another look. */
export type Judged =
  | {
      readonly outcome: "plan";
      readonly plan: SwitchPlan;
      /** The next moment at which time alone changes the plan or asks for another look; null: never. */
      readonly endsAt: number | null;
      readonly isDue: boolean;
      /** What the next question about the same target need not read again. */
      readonly target: JudgedTarget;
    }
  | { readonly outcome: "removed"; readonly problem: Problem; readonly isDue: boolean }
  | {
      readonly outcome: "absent";
      readonly isDue: boolean;
      /** Null: nothing is known but that its registry has none. */
      readonly denied: Denied | null;
    }
  | { readonly outcome: "not-seen"; readonly reason: string | null };

export type JudgedTarget = Omit<KnownTarget, "written" | "weakWritten">;

/** What the catalog knows of what a host has: of what it has booted, and layers of its other deployments. */
export type HostImages = Pick<PlanInput, "from" | "bootedChannels" | "held">;

export const noImages: HostImages = { from: null };

export function judgeTarget(
  target: Target,
  request: PlanRequest,
  catalog: LoadedCatalog,
  now: number,
  has: HostImages = noImages,
  channels: readonly string[] = [],
): Judged {
  const { policies } = catalog;
  const { repository, tag, image, wish } = target;
  const { reference } = request;
  const { successor } = policies.index.standingOf(repository.name);
  if (repository.state === "removed") {
    const lastDigest = tag?.digest ?? image?.digest ?? repository.defaultDigest;
    const problem = removedProblem(reference.text, repository.removedAt, lastDigest, successor);
    return { outcome: "removed", problem, isDue: false };
  }
  if (tag !== null && !tag.present) {
    const problem = removedProblem(reference.text, tag.removedAt, tag.digest, successor);
    return { outcome: "removed", problem, isDue: !tag.followed && isOld(wish?.answeredAt ?? tag.observedAt, now) };
  }
  if (wish?.state === "absent") {
    const isDue = isOld(wish.answeredAt, now);
    if (image === null) return { outcome: "absent", isDue, denied: deniedBy(tag) };
    // A tag that is there again was looked at since; a digest has no other look than this.
    if (tag === null) {
      return {
        outcome: "removed",
        problem: removedProblem(reference.text, wish.answeredAt, image.digest, successor),
        isDue,
      };
    }
  }
  const denied = deniedBy(tag);
  // A wish that failed since found the tag to be there, or could not find out.
  if (image === null && denied !== null && (wish?.answeredAt ?? 0) <= (tag?.lookedAt ?? 0)) {
    return { outcome: "absent", isDue: isOld(tag?.lookedAt ?? null, now), denied };
  }
  if (image === null) return { outcome: "not-seen", reason: tag?.failureReason ?? repository.failureReason };
  const known = {
    repositoryId: repository.id,
    repository,
    tag: tag === null ? null : { ...tag, failingSince: tagStaleSince(tag, repository) },
    image: planImage(image),
  };
  const plan = planTarget({ ...known, channels, now, policies: policies.index, request });
  const askedAt = wishedAt(target, image);
  const lookAt = askedAt === null ? null : Math.max(askedAt + repeatMs, now + dueMs);
  const endsAt = earliest(plan.changesAt, lookAt);
  const judged = { ...known, plan, endsAt: endsAt ?? Number.POSITIVE_INFINITY };
  return {
    outcome: "plan",
    plan: planOf(judged, request, catalog, now, has),
    endsAt,
    isDue: isOld(askedAt, now),
    target: judged,
  };
}

/** The plan of a target that is known already, for one host. */
export function planOf(
  { repository, tag, image, plan }: JudgedTarget,
  request: PlanRequest,
  { policies }: LoadedCatalog,
  now: number,
  has: HostImages = noImages,
): SwitchPlan {
  return makePlan({ now, policies: policies.index, request, repository, tag, image, ...has }, plan).plan;
}

/** What its registry says of a tag that it lists and has not. */
function deniedBy(tag: TargetTag | null): Denied | null {
  if (tag?.failureCode !== danglingTag || tag.failingSince === null) return null;
  return { reason: tag.failureReason ?? "the registry says that there is none", since: tag.failingSince };
}

/** When what only questions make the worker look at was last looked at; null for what it looks at by itself. */
function wishedAt({ tag }: Target, image: TargetImage): number | null {
  if (tag === null) return image.observedAt;
  return tag.followed ? null : (tag.observedAt ?? 0);
}

export function isOld(moment: number | null, now: number): boolean {
  return moment !== null && now >= moment + repeatMs;
}

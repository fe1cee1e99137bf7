// Making a switch plan: every part from the same plain data, then the decision over all of them.
import { isPublishedRollback } from "../documents/repository-fate.ts";
import { formatTimestamp, parseTimestamp } from "../images/timestamp.ts";
import type { ManifestEvidence } from "../trust/found-evidence.ts";
import { type PlannedTrust, planTrust } from "../trust/plan-trust.ts";
import { type Choice, choosePlatform } from "./choose-platform.ts";
import { decide } from "./decide.ts";
import { judgeHazards } from "./hazards/judge-hazards.ts";
import { hostStateOf } from "./host-state.ts";
import { type ImageTraits, traitsOf } from "./image-traits.ts";
import { enforcementOf, makeCommands, noCommands } from "./make-commands.ts";
import { makeDelta } from "./make-delta.ts";
import { earliest, makeLifecycle } from "./make-lifecycle.ts";
import { facetsOfTarget, makeTarget, type TargetFacets } from "./make-target.ts";
import { osReleaseOf, type TargetRelease } from "./os-release.ts";
import { pendingTrust } from "./pending-trust.ts";
import type { PlanInput, PlanRepository } from "./plan-input.ts";
import type { PlanTarget, PlanTrust, SwitchPlan } from "./switch-plan.ts";
import { gatherUnknown, withUnknown } from "./unknown-fields.ts";

export type MadePlan = {
  readonly plan: SwitchPlan;
  /** The next moment at which time alone changes the plan: no cache keeps it longer. Null: never. */
  readonly changesAt: number | null;
};

const staleAfterMs = 7 * 24 * 60 * 60 * 1000;

export function makePlan(asked: PlanInput): MadePlan {
  const facets = facetsOfTarget(asked);
  const input = { ...asked, repository: withFamily(asked.repository, facets) };
  const { policies, repository, request, tag, image } = input;
  const standing = policies.standingOf(repository.name);
  const choice = choosePlatform(image, request.architecture);
  const release = osReleaseOf(choice.outcome === "manifest" ? choice.facts : null, repository);
  const target = makeTarget(input, choice, release, facets);
  const dated = makeLifecycle(input, release);
  const planned = trustOf(input, choice, target.ref);
  const { trust } = planned;
  const delta = makeDelta(input, choice);
  const traits = traitsOfTarget(input, choice, release, target);
  const judged = judgeHazards({
    request,
    target,
    traits,
    trust,
    hostFiles: planned.hostFiles,
    lifecycle: dated,
    delta,
    targetBytes: choice.outcome === "manifest" ? (choice.facts?.layerBytes ?? null) : null,
    wantsCredentials: standing.wantsCredentials,
    host: request.host === undefined ? null : hostStateOf(input, request.host),
  });
  const age = ageOf(input, trust);
  const decided = decide({
    hazards: judged,
    trust,
    signature: standing.trust?.signature ?? null,
    isStale: age.isStale,
    isRollback: isUnpublishedRollback(input),
  });
  const observedAt = tag === null ? image.observedAt : tag.observedAt;
  const { lifecycle } = dated;
  const plan = withUnknown(
    {
      target,
      trust,
      lifecycle,
      delta,
      hostHazards: request.host === undefined ? ("not-asked" as const) : ("asked" as const),
      hazards: request.verbose ? judged : judged.filter(({ status }) => status !== "absent"),
      ...decided,
      commands:
        decided.decision === "block"
          ? noCommands
          : makeCommands(target.ref, enforcementOf(trust.consumers.bootc, planned.hostFiles), traits),
      observedAt: observedAt === null ? null : formatTimestamp(observedAt),
      staleSince: tag === null || tag.failingSince === null ? null : formatTimestamp(tag.failingSince),
    },
    { observedAt: "no complete look at it is recorded" },
  );
  const { platform, osRelease, olderThan } = target;
  const parts = {
    target,
    "target.platform": platform,
    "target.osRelease": osRelease,
    "target.olderThan": olderThan,
    trust,
    lifecycle,
    delta,
  };
  return {
    plan: { ...plan, unknown: [...(plan.unknown ?? []), ...gatherUnknown(parts)] },
    changesAt: earliest(earliest(dated.changesAt, age.changesAt), planned.changesAt),
  };
}

/** Where tags of one repository are built on several distributions, the curated facet `family` says which. */
function withFamily(repository: PlanRepository, { values }: TargetFacets): PlanRepository {
  const [family] = [values.family ?? []].flat();
  return family === undefined ? repository : { ...repository, distribution: family };
}

/** By what the catalog shows of it: its facets stand in the plan, and so does what is not known of them. */
function traitsOfTarget(
  { repository }: PlanInput,
  choice: Choice,
  release: TargetRelease,
  { facets, unknown = [] }: PlanTarget,
): ImageTraits {
  const { kind, official, distribution } = repository;
  const image = choice.outcome === "manifest" ? choice : null;
  return traitsOf({
    declared: kind === null ? null : { kind, official, distribution },
    facets,
    facetsCertain: unknown.every(({ field }) => field !== "facets"),
    facts: image?.facts ?? null,
    osId: release.id,
    release: release.release,
    builder: image?.builder ?? null,
  });
}

/** Judged for the index and for the manifest that the host pulls; `pending` where nobody looked at either. */
function trustOf(
  { policies, repository, request, image, now }: PlanInput,
  choice: Choice,
  reference: string,
): PlannedTrust {
  const isIndex = image.kind === "index";
  const platform = choice.outcome === "manifest" ? choice.digest : isIndex ? null : image.digest;
  const held = [image, ...image.entries];
  const evidenceOf = (digest: string): ManifestEvidence =>
    held.find((each) => each.digest === digest && each.evidence !== undefined)?.evidence ?? {
      digest,
      found: [],
      look: null,
    };
  const top = isIndex ? evidenceOf(image.digest) : null;
  const chosen = platform === null ? null : evidenceOf(platform);
  if ([top, chosen].every((evidence) => (evidence?.look ?? null) === null)) {
    return { trust: pendingTrust(policies.standingOf(repository.name), isIndex), changesAt: null, hostFiles: null };
  }
  return planTrust({
    index: policies.trust,
    repository: repository.name,
    reference,
    top,
    platform: chosen,
    now,
    ...(request.hostTrust === undefined ? {} : { host: request.hostTrust }),
  });
}

/** A tag is as fresh as the last look at it; a digest, which cannot move, as the last look at its signatures. */
function ageOf({ now, tag }: PlanInput, trust: PlanTrust): { isStale: boolean; changesAt: number | null } {
  const checkedAt = trust.checkedAt === null ? undefined : parseTimestamp(trust.checkedAt);
  const since = tag === null ? checkedAt : (tag.observedAt ?? Number.NEGATIVE_INFINITY);
  // A digest whose signatures were never looked for is not old: its verdict says what is wrong with it.
  if (since === undefined) return { isStale: false, changesAt: null };
  const last = since + staleAfterMs;
  return now > last ? { isStale: true, changesAt: null } : { isStale: false, changesAt: last + 1 };
}

function isUnpublishedRollback({ policies, repository, tag, image }: PlanInput): boolean {
  if (tag === null || tag.olderThan === null) return false;
  return !isPublishedRollback(policies.set, repository.name, tag.name, image.digest);
}

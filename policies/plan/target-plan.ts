// Target plans: what a plan says of its target whoever asks, made once for all hosts.
import { formatTimestamp, parseTimestamp } from "../images/timestamp.ts";
import type { ManifestEvidence } from "../trust/found-evidence.ts";
import { type PlannedTrust, planTrust } from "../trust/plan-trust.ts";
import { type Choice, choosePlatform } from "./choose-platform.ts";
import type { ImageTraits } from "./image-traits.ts";
import { traitsOf } from "./image-traits.ts";
import { enforcementOf, makeCommands } from "./make-commands.ts";
import { type DatedLifecycle, earliest, makeLifecycle } from "./make-lifecycle.ts";
import { facetsOfTarget, makeTarget, type TargetFacets } from "./make-target.ts";
import { osReleaseOf, type TargetRelease } from "./os-release.ts";
import { pendingTrust } from "./pending-trust.ts";
import type { PlanRepository, TargetInput } from "./plan-input.ts";
import type { Standing } from "./policy-index.ts";
import type { PlanCommands, PlanTarget, PlanTrust, UnknownField } from "./switch-plan.ts";
import { gatherUnknown } from "./unknown-fields.ts";

export type TargetPlan = {
  /** With the family that its facets say. */
  readonly repository: PlanRepository;
  readonly standing: Standing;
  readonly choice: Choice;
  readonly target: PlanTarget;
  readonly traits: ImageTraits;
  readonly dated: DatedLifecycle;
  /** For a host that said nothing of its files. */
  readonly planned: PlannedTrust;
  /** For such a host; others may be told other ones. */
  readonly commands: PlanCommands;
  /** Nobody has seen for more than seven days that this is still so. */
  readonly isStale: boolean;
  readonly observedAt: string | null;
  readonly staleSince: string | null;
  readonly unknown: readonly UnknownField[];
  /** The next moment at which time alone changes it; null: never. */
  readonly changesAt: number | null;
};

const staleAfterMs = 7 * 24 * 60 * 60 * 1000;

/** Good for every question about the same target and architecture, until `changesAt`. */
export function planTarget(asked: TargetInput): TargetPlan {
  const facets = facetsOfTarget(asked);
  const repository = withFamily(asked.repository, facets);
  const input = { ...asked, repository };
  const { policies, request, tag, image } = input;
  const standing = policies.standingOf(repository.name);
  const choice = choosePlatform(image, request.architecture);
  const release = osReleaseOf(choice.outcome === "manifest" ? choice.facts : null, repository);
  const target = makeTarget(input, choice, release, facets);
  const dated = makeLifecycle(input, release);
  const planned = trustOf(input, choice, target.ref);
  const { trust } = planned;
  const age = ageOf(input, trust);
  const { lifecycle } = dated;
  const traits = traitsOfTarget(repository, choice, release, facets);
  const observedAt = tag === null ? image.observedAt : tag.observedAt;
  const { platform, osRelease, olderThan } = target;
  const parts = {
    target,
    "target.platform": platform,
    "target.osRelease": osRelease,
    "target.olderThan": olderThan,
    trust,
    lifecycle,
  };
  return {
    repository,
    standing,
    choice,
    target,
    traits,
    dated,
    planned,
    commands: makeCommands(target.ref, enforcementOf(trust.consumers.bootc, planned.hostFiles), traits),
    isStale: age.isStale,
    observedAt: observedAt === null ? null : formatTimestamp(observedAt),
    staleSince: tag === null || tag.failingSince === null ? null : formatTimestamp(tag.failingSince),
    unknown: gatherUnknown(parts),
    changesAt: earliest(earliest(dated.changesAt, age.changesAt), planned.changesAt),
  };
}

/** Where tags of one repository are built on several distributions, the curated facet `family` says which. */
function withFamily(repository: PlanRepository, { values, open }: TargetFacets): PlanRepository {
  const [family = null] = [values.family ?? []].flat();
  return family === null && !open.includes("family") ? repository : { ...repository, distribution: family };
}

function traitsOfTarget(
  repository: PlanRepository,
  choice: Choice,
  release: TargetRelease,
  { values, open }: TargetFacets,
): ImageTraits {
  const { kind, official, distribution } = repository;
  const image = choice.outcome === "manifest" ? choice : null;
  return traitsOf({
    declared: kind === null ? null : { kind, official, distribution },
    facets: values,
    openFacets: open,
    facts: image?.facts ?? null,
    osId: release.id,
    release: release.release,
    builder: image?.builder ?? null,
  });
}

/** Judged for the index and for the manifest that the host pulls; `pending` where nobody looked at either. */
function trustOf({ policies, repository, image, now }: TargetInput, choice: Choice, reference: string): PlannedTrust {
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
  });
}

/** A tag is as fresh as the last look at it; a digest, which cannot move, as the last look at its signatures. */
function ageOf({ now, tag }: TargetInput, trust: PlanTrust): { isStale: boolean; changesAt: number | null } {
  const checkedAt = trust.checkedAt === null ? undefined : parseTimestamp(trust.checkedAt);
  const since = tag === null ? checkedAt : (tag.observedAt ?? Number.NEGATIVE_INFINITY);
  // A digest whose signatures were never looked for is not old: its verdict says what is wrong with it.
  if (since === undefined) return { isStale: false, changesAt: null };
  const last = since + staleAfterMs;
  return now > last ? { isStale: true, changesAt: null } : { isStale: false, changesAt: last + 1 };
}

// The plan's target: what would be deployed, as far as the catalog knows it.
import type { ImageFacts } from "../images/image-facts.ts";
import { formatTimestamp } from "../images/timestamp.ts";
import { architecturesOf, type Choice } from "./choose-platform.ts";
import type { TargetRelease } from "./os-release.ts";
import type { PlanTag, TargetInput } from "./plan-input.ts";
import type { PlanOlderThan, PlanPlatform, PlanTarget, UnknownField } from "./switch-plan.ts";
import { withUnknown } from "./unknown-fields.ts";

export function makeTarget(
  input: TargetInput,
  choice: Choice,
  release: TargetRelease,
  facets: TargetFacets,
): PlanTarget {
  const { image, repository, tag } = input;
  const facts = choice.outcome === "manifest" ? choice.facts : null;
  const silent = choice.outcome === "none" ? choice.reason : "the image was not inspected";
  const why = (field: keyof ImageFacts["unknown"]) => facts?.unknown[field] ?? silent;
  const target = {
    ref: input.request.reference.text,
    repository: repository.name,
    tag: tag?.name ?? null,
    digest: image.digest,
    pin: tag === null ? ("digest" as const) : ("tag" as const),
    platform: makePlatform(input, choice),
    architectures: architecturesOf(image),
    version: facts?.version ?? null,
    created: facts?.created ?? null,
    kernel: facts?.kernel ?? null,
    osRelease: withUnknown({ id: release.id, versionId: release.versionId }, release.unknown),
    kind: repository.kind,
    official: repository.official,
    project: repository.project,
    // An artifact carries no system, whoever asks: that is known without its config.
    bootable: image.kind === "artifact" ? false : (facts?.bootable ?? null),
    facets: facets.values,
    olderThan: makeOlderThan(tag),
  };
  return withUnknown(
    target,
    {
      version: why("version"),
      created: why("created"),
      kernel: why("kernel"),
      bootable: why("bootable"),
      kind: undeclared,
      official: undeclared,
      // A source that names no project is an answer; no source is none.
      ...(repository.kind === null ? { project: undeclared } : {}),
    },
    facets.unknown,
  );
}

const undeclared = "no source declares the repository";

export type TargetFacets = {
  readonly values: PlanTarget["facets"];
  /** As of `Facets`. */
  readonly open: readonly string[];
  readonly unknown: readonly UnknownField[];
};

/** A channel's facets stand in its row; those of another tag or of a digest are as certain as the source's patterns. */
export function facetsOfTarget({ policies, repository, tag, channels = [] }: TargetInput): TargetFacets {
  const row = tag?.facets ?? null;
  const facets =
    row === null ? policies.facetsOf(repository.name, tag === null ? channels : [tag.name]) : { values: row, open: [] };
  const values = Object.entries(facets?.values ?? {}).map(([facet, list]): [string, string | readonly string[]] => {
    const [first] = list;
    return [facet, list.length === 1 && first !== undefined ? first : list];
  });
  const open = facets?.open ?? [];
  const reason =
    facets === undefined ? undeclared : `a digest may be of any channel, and channels differ in ${open.join(", ")}`;
  return {
    values: Object.fromEntries(values),
    open,
    unknown: facets !== undefined && open.length === 0 ? [] : [{ field: "facets", reason }],
  };
}

function makePlatform({ request, image }: TargetInput, choice: Choice): PlanPlatform {
  if (choice.outcome === "none") {
    const wanted = { os: "linux", architecture: request.architecture, variant: null, digest: null };
    return withUnknown(wanted, { digest: choice.reason });
  }
  const { os = null, architecture = null, variant = null } = choice.platform;
  const silent = `neither the ${image.kind} nor its config says it`;
  return withUnknown({ os, architecture, variant, digest: choice.digest }, { os: silent, architecture: silent });
}

function makeOlderThan(tag: PlanTag | null): PlanOlderThan | null {
  if (tag === null || tag.olderThan === null) return null;
  const { digest, version, created, since } = tag.olderThan;
  const silent = "the newer build did not say it";
  return withUnknown({ digest, version, created, since: formatTimestamp(since) }, { version: silent, created: silent });
}

// The host's state: what is known of what a host runs, from all that it said, the surest source first.
import { formatTimestamp } from "../images/timestamp.ts";
import { parseReference, type Reference } from "../words/reference.ts";
import { choosePlatform } from "./choose-platform.ts";
import { type Family, familyOf, majorOf } from "./distribution-family.ts";
import type { Host, HostEntry } from "./host-document.ts";
import type { HostFacts } from "./host-facts.ts";
import { desktopOfImageInfo, referenceOfImageInfo } from "./image-info.ts";
import { bootloaderName, type ImageTraits, traitsOf } from "./image-traits.ts";
import { osReleaseOf } from "./os-release.ts";
import type { HostAnswers, PlanInput, PlanRepository, PlanRequest } from "./plan-input.ts";
import { distributionOf } from "./policy-index.ts";
import { type BootedDeployment, bootedDeployment } from "./rpm-ostree-status.ts";

/** Null is not known. */
export type HostState = {
  readonly document: Host | null;
  readonly facts: HostFacts;
  readonly reference: Reference | null;
  /** The manifest that is booted. */
  readonly digest: string | null;
  /** The trust policy of what is booted; null as well where none speaks for it: nobody knows then who signs it. */
  readonly trustPolicy: string | null;
  /** Of what is booted: by the catalog, and where the host knows better by the host. */
  readonly traits: ImageTraits;
  /** Of what is booted, by the catalog alone. */
  readonly image: ImageTraits;
  readonly backend: "ostree" | "composefs" | null;
  readonly mayLackVerity: boolean;
  readonly bootloader: string | null;
  readonly changes: LocalChanges;
};

/** Packages and other changes on top of the image, which a switch drops. */
export type LocalChanges =
  | { readonly outcome: "none" }
  | { readonly outcome: "some"; readonly names: readonly string[] }
  | { readonly outcome: "unknown" };

const noFacts: HostFacts = {};

export function hostStateOf(input: PlanInput, answers: HostAnswers): HostState {
  const { document } = answers;
  const facts = answers.facts ?? noFacts;
  const deployment = facts.rpmOstreeStatus == null ? null : bootedDeployment(facts.rpmOstreeStatus);
  const booted = document?.booted ?? null;
  const reference = referenceOf(document, deployment, facts);
  const traits = traitsOfBooted(input, reference);
  const standing = reference === null ? null : visibleStanding(input, reference.repository);
  return {
    document,
    facts,
    reference,
    digest: document?.bootedDigest ?? deployment?.digest ?? null,
    trustPolicy: standing?.trust?.id ?? null,
    traits: withOwnWords(traits, facts, booted, deployment),
    image: traits,
    backend: booted?.backend ?? (deployment === null ? null : "ostree"),
    mayLackVerity: booted?.composefs?.missingVerityAllowed ?? false,
    bootloader: facts.bootloader ? bootloaderName(facts.bootloader) : bootloaderOf(booted, deployment),
    changes: changesOf(document, deployment, facts),
  };
}

/** A host keeps two or three; whoever sends more is told less exactly. */
const maxHeld = 8;

/** What the host has beside what it has booted: staged, to roll back to, pinned. */
export function heldDigests({ host, from }: PlanRequest): readonly string[] {
  const document = host?.document ?? null;
  if (document === null) return [];
  const entries = [document.booted, document.staged, document.rollback, ...document.others];
  const digests = entries.flatMap((entry) => entry?.image?.digest ?? []);
  return [...new Set(digests)].filter((digest) => digest !== from).slice(0, maxHeld);
}

/** systemd-boot comes with the composefs backend alone (facts: 1.5). bootc calls `none` what it does not manage. */
function bootloaderOf(booted: HostEntry | null, deployment: BootedDeployment | null): string | null {
  const name = booted?.composefs?.bootloader ?? "";
  if (name !== "" && name !== "none") return bootloaderName(name);
  return booted?.backend === "ostree" || (booted === null && deployment !== null) ? "grub" : null;
}

function referenceOf(document: Host | null, deployment: BootedDeployment | null, facts: HostFacts): Reference | null {
  if (document?.bootedReference != null) return document.bootedReference;
  for (const text of [deployment?.reference, referenceOfImageInfo(facts.imageInfo)]) {
    const parsed = text == null ? undefined : parseReference(text);
    if (parsed?.outcome === "reference") return parsed.reference;
  }
  return null;
}

/** What is declared of a private repository is for those who see it: whoever has a plan of that registry does. */
function visibleStanding({ policies, repository }: PlanInput, name: string) {
  const standing = policies.standingOf(name);
  return standing.wantsCredentials && !policies.standingOf(repository.name).wantsCredentials ? null : standing;
}

/** What the catalog knows of the image that is booted, and its curated source of the repository it follows. */
function traitsOfBooted(input: PlanInput, reference: Reference | null): ImageTraits {
  const declared = reference === null ? null : (visibleStanding(input, reference.repository)?.declared ?? null);
  const facets =
    reference === null || declared === null
      ? undefined
      : input.policies.facetsOf(reference.repository, reference.tag === null ? [] : [reference.tag]);
  const choice = input.from === null ? null : choosePlatform(input.from, input.request.architecture);
  const image = choice?.outcome === "manifest" ? choice : null;
  const repository: PlanRepository = {
    name: reference?.repository ?? "",
    kind: declared?.kind ?? null,
    official: declared?.official ?? null,
    distribution: distributionOf(facets, declared?.distribution ?? null),
    project: null,
  };
  const release = osReleaseOf(image?.facts ?? null, repository);
  return traitsOf({
    declared,
    facets: facets?.values ?? {},
    openFacets: facets?.open ?? [],
    facts: image?.facts ?? null,
    osId: release.id,
    release: release.release,
    builder: image?.builder ?? null,
  });
}

function withOwnWords(
  traits: ImageTraits,
  facts: HostFacts,
  booted: HostEntry | null,
  deployment: BootedDeployment | null,
): ImageTraits {
  const { osRelease, imageInfo } = facts;
  const family: Family | null = familyOf(osRelease?.id ?? null, osRelease?.idLike ?? []) ?? traits.family;
  const version = booted?.image?.version ?? deployment?.version ?? traits.version ?? imageInfo?.version ?? null;
  const created = booted?.image?.createdMs ?? deployment?.createdMs ?? null;
  const desktop = desktopOfImageInfo(imageInfo);
  // A version begins with the release in Fedora and in Enterprise Linux; elsewhere it may begin with anything.
  const releases = [
    osRelease?.versionId,
    traits.release,
    imageInfo?.["fedora-version"]?.toString(),
    family === "fedora" || family === "el" ? version : null,
  ];
  const release = releases.find((text) => majorOf(text) !== null) ?? null;
  return {
    ...traits,
    family,
    distribution: osRelease?.id?.toLowerCase() ?? traits.distribution,
    release,
    major: majorOf(release),
    version,
    created: created === null ? traits.created : timeOf(created),
    desktops: traits.desktops ?? (desktop === null ? null : desktop === "none" ? [] : [desktop]),
  };
}

/** A number that is no time is nothing. */
function timeOf(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? formatTimestamp(Math.trunc(ms)) : null;
}

function changesOf(document: Host | null, deployment: BootedDeployment | null, facts: HostFacts): LocalChanges {
  const entries = [document?.booted ?? null, document?.staged ?? null].filter((entry) => entry !== null);
  const names = [...new Set([...(deployment?.modifications ?? []), ...(facts.packages ?? [])])];
  if (names.length > 0 || entries.some(({ incompatible }) => incompatible)) return { outcome: "some", names };
  // bootc and rpm-ostree know of every change; a list of packages says nothing of what was removed or replaced.
  return document?.booted != null || deployment !== null ? { outcome: "none" } : { outcome: "unknown" };
}

// The host's state: what is known of what a host runs, from all that it said, the surest source first.
import { parseReference, type Reference } from "../words/reference.ts";
import { choosePlatform } from "./choose-platform.ts";
import type { Family } from "./distribution-family.ts";
import type { Host, HostEntry } from "./host-document.ts";
import type { HostFacts } from "./host-facts.ts";
import { referenceOfImageInfo } from "./image-info.ts";
import { bootloaderName, type ImageTraits, traitsOf } from "./image-traits.ts";
import { osReleaseOf } from "./os-release.ts";
import { type Contradictions, gather, settle, withOwnWords } from "./own-words.ts";
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
  /** What its sources disagree on: that is not known then. */
  readonly contradictions: Contradictions;
  /** Why neither bootc nor rpm-ostree can switch it, as it runs now; null: nothing is against it. */
  readonly cannotSwitch: string | null;
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
  const known = traitsOfBooted(input, reference);
  const standing = reference === null ? null : visibleStanding(input, reference.repository);
  const version = booted?.image?.version ?? deployment?.version ?? null;
  const createdMs = booted?.image?.createdMs ?? deployment?.createdMs ?? null;
  const { traits, contradictions } = withOwnWords(known, { facts, version, createdMs }, (family, release) =>
    isDocumented(input, family, release),
  );
  const backend = settle<"ostree" | "composefs">({
    bootc: booted?.backend ?? null,
    rpmOstree: deployment === null ? null : "ostree",
  });
  const bootloader = bootloaderOf(booted, deployment, facts);
  return {
    document,
    facts,
    reference,
    digest: settle({ bootc: document?.bootedDigest ?? null, rpmOstree: deployment?.digest ?? null }).value,
    trustPolicy: standing?.trust?.id ?? null,
    traits,
    image: known,
    backend: backend.value,
    mayLackVerity: booted?.composefs?.missingVerityAllowed ?? false,
    bootloader: bootloader.value,
    changes: changesOf(document, deployment, facts),
    contradictions: {
      ...contradictions,
      ...gather({ backend: backend.contradiction, bootloader: bootloader.contradiction }),
    },
    cannotSwitch: document?.readOnly
      ? "The host runs from a live medium (`readOnly` in bootc status): nothing can be switched there, and what it says is said of the medium. Install the image, or ask on the system that is installed."
      : null,
  };
}

/** By the releases of the family itself, whatever is built on them. */
function isDocumented({ policies }: PlanInput, family: Family, release: string): boolean {
  const bases = family === "el" ? ["centos", "rhel", "almalinux", "rocky"] : [family];
  return bases.some((osId) => policies.releaseOf({ osId, versionId: release, distribution: null }) !== undefined);
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

/** bootc knows what it manages itself, and calls `none` what it does not. */
function bootloaderOf(booted: HostEntry | null, deployment: BootedDeployment | null, { bootloader }: HostFacts) {
  const managed = booted?.composefs?.bootloader ?? "";
  const bootc = managed === "" || managed === "none" ? null : bootloaderName(managed);
  const said = bootloader ? bootloaderName(bootloader) : null;
  if (bootc !== null) return settle({ bootc, bootloader: said }, (a, b) => a === b || (isGrub(a) && isGrub(b)));
  // systemd-boot comes with the composefs backend alone (facts: 1.5); who looked knows better.
  const isOstree = booted?.backend === "ostree" || (booted === null && deployment !== null);
  return settle({ bootloader: said ?? (isOstree ? "grub" : null) });
}

/** bootc tells two builds of it apart, and few others do. */
function isGrub(name: string): boolean {
  return name.startsWith("grub");
}

/** Whose channels tell of which tag it is: the host follows a digest. Null: it follows a tag, or nothing that is known. */
export function followedDigest({ host }: PlanRequest): { readonly repository: string; readonly digest: string } | null {
  if (host === undefined) return null;
  const facts = host.facts ?? noFacts;
  const deployment = facts.rpmOstreeStatus == null ? null : bootedDeployment(facts.rpmOstreeStatus);
  const reference = referenceOf(host.document, deployment, facts);
  if (reference === null || reference.digest === null || reference.tag !== null) return null;
  return { repository: reference.repository, digest: reference.digest };
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
      : input.policies.facetsOf(
          reference.repository,
          reference.tag === null ? (input.bootedChannels ?? []) : [reference.tag],
        );
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

function changesOf(document: Host | null, deployment: BootedDeployment | null, facts: HostFacts): LocalChanges {
  const entries = [document?.booted ?? null, document?.staged ?? null].filter((entry) => entry !== null);
  const names = [...new Set([...(deployment?.modifications ?? []), ...(facts.packages ?? [])])];
  if (names.length > 0 || entries.some(({ incompatible }) => incompatible)) return { outcome: "some", names };
  // bootc and rpm-ostree know of every change; a list of packages says nothing of what was removed or replaced.
  return document?.booted != null || deployment !== null ? { outcome: "none" } : { outcome: "unknown" };
}

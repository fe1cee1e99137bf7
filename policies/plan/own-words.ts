// A host's own words beside what the catalog knows of what it runs: one answer where they agree, none where they do not.
import { formatTimestamp } from "../images/timestamp.ts";
import { type Family, familyOf, majorOf, minorOf } from "./distribution-family.ts";
import type { HostFacts } from "./host-facts.ts";
import { desktopOfImageInfo } from "./image-info.ts";
import type { ImageTraits } from "./image-traits.ts";
import { releaseOfVersion } from "./release-of-version.ts";

/** What disagrees: each source with what it says. What they speak of is then not known. */
export type Contradictions = Readonly<
  Partial<
    Record<
      "family" | "distribution" | "release" | "desktop" | "bootloader" | "backend",
      Readonly<Record<string, string | readonly string[]>>
    >
  >
>;

export type OwnWords = {
  readonly facts: Pick<HostFacts, "osRelease" | "imageInfo">;
  readonly version: string | null;
  readonly createdMs: number | null;
};

export type Together = { readonly traits: ImageTraits; readonly contradictions: Contradictions };

/** `isKnownRelease`: whether a family has such a release. */
export function withOwnWords(
  traits: ImageTraits,
  { facts: { osRelease, imageInfo }, version: said, createdMs }: OwnWords,
  isKnownRelease: (family: Family, release: string) => boolean,
): Together {
  const version = said ?? traits.version ?? imageInfo?.version ?? null;
  const family = settle<Family>({
    image: traits.family,
    osRelease: familyOf(osRelease?.id ?? null, osRelease?.idLike ?? []),
  });
  const distribution = settle({ image: baseOf(traits.distribution), osRelease: baseOf(osRelease?.id) });
  const release = settleReleases({
    osRelease: osRelease?.versionId ?? null,
    image: traits.release,
    imageInfo: imageInfo?.["fedora-version"]?.toString() ?? null,
    // A version begins with the release in Fedora and in Enterprise Linux; elsewhere it may begin with anything.
    version: releaseIn(version, family.value, isKnownRelease),
  });
  const desktop = settleDesktops(traits.desktops, desktopOfImageInfo(imageInfo));
  const isOneFamily = family.contradiction === null && distribution.contradiction === null;
  return {
    traits: {
      ...traits,
      family: family.value,
      distribution: isOneFamily ? (osRelease?.id?.toLowerCase() ?? traits.distribution) : null,
      release: release.value,
      major: majorOf(release.value),
      version,
      created: createdMs === null ? traits.created : timeOf(createdMs),
      desktops: desktop.value,
      displayManagers: desktop.contradiction === null ? traits.displayManagers : null,
    },
    contradictions: gather({
      family: family.contradiction,
      distribution: distribution.contradiction,
      release: release.contradiction,
      desktop: desktop.contradiction,
    }),
  };
}

function releaseIn(
  version: string | null,
  family: Family | null,
  isKnownRelease: (family: Family, release: string) => boolean,
): string | null {
  if (family !== "fedora" && family !== "el") return null;
  return releaseOfVersion(version, (release) => isKnownRelease(family, release));
}

type Settled<T> = {
  readonly value: T | null;
  readonly contradiction: Readonly<Record<string, string | readonly string[]>> | null;
};

/** What all that say something say; `isSame` where two may say it differently. */
export function settle<T extends string>(
  said: Readonly<Record<string, T | null>>,
  isSame: (a: T, b: T) => boolean = (a, b) => a === b,
): Settled<T> {
  const sources = Object.entries(said).flatMap(([source, value]) => (value === null ? [] : [{ source, value }]));
  const [first] = sources;
  if (first === undefined) return { value: null, contradiction: null };
  if (sources.every(({ value }) => isSame(first.value, value))) return { value: first.value, contradiction: null };
  return { value: null, contradiction: Object.fromEntries(sources.map(({ source, value }) => [source, value])) };
}

/** The most exact of those that agree; where they differ in the minor number alone, the major one. */
function settleReleases(said: Readonly<Record<string, string | null>>): Settled<string> {
  const numbered: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(said).flatMap(([source, text]) => (text === null || majorOf(text) === null ? [] : [[source, text]])),
  );
  const { value, contradiction } = settle(numbered, (a, b) => majorOf(a) === majorOf(b));
  if (value === null) return { value, contradiction };
  const exact = Object.values(numbered).filter((text) => minorOf(text) !== null);
  const [most] = exact;
  if (most === undefined) return { value, contradiction };
  return { value: exact.every((text) => minorOf(text) === minorOf(most)) ? most : `${majorOf(most)}`, contradiction };
}

/** The image's own word says what it was built on: a desktop may have been put on a base that has none. */
function settleDesktops(known: readonly string[] | null, said: string | null): Settled<readonly string[]> {
  if (known === null || said === null) {
    return { value: known ?? (said === null ? null : said === "none" ? [] : [said]), contradiction: null };
  }
  if (said === "none" || known.includes(said)) return { value: known, contradiction: null };
  return { value: null, contradiction: { image: known, imageInfo: said } };
}

/** The ID of a distribution that others are built on; null: of one that may be called anything. */
function baseOf(id: string | null | undefined): string | null {
  return familyOf(id ?? null) === null ? null : (id?.toLowerCase() ?? null);
}

/** A number that is no time is nothing. */
function timeOf(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? formatTimestamp(Math.trunc(ms)) : null;
}

type About = keyof Contradictions;

/** Those of them that are contradictions. */
export function gather(all: { readonly [what in About]?: Contradictions[About] | null }): Contradictions {
  return Object.fromEntries(Object.entries(all).filter(([, each]) => each !== null));
}

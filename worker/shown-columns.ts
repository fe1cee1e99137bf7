// Shown columns: what a listing shows of a repository, derived from its channels and their images.
import type { ChannelRow, EntrySummary, ImageSummary } from "../db/channels.ts";
import type { ShownRow } from "../db/repository-sync.ts";
import { defaultChannel } from "../policies/documents/channels.ts";
import type { SourceDocument } from "../policies/documents/source-document.ts";
import { type ImageFacts, withIndexAnnotations } from "../policies/images/image-facts.ts";
import { parseTimestamp } from "../policies/images/timestamp.ts";
import { platformName } from "../policies/words/platform.ts";
import type { BuildFacts } from "./tag-changes.ts";

export type Images = ReadonlyMap<string, ImageSummary>;

/** `channels` are those of this repository alone; `images` holds what they name, and the image that speaks for each index. */
export function shownOf(id: number, source: SourceDocument, channels: readonly ChannelRow[], images: Images): ShownRow {
  const ordered = channels.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const name = defaultChannel(
    source,
    ordered.map((channel) => channel.name),
  );
  const channel = ordered.find((each) => each.name === name);
  const facts = channel === undefined ? null : factsOf(channel.digest, images);
  return {
    id,
    facets: unionOfFacets(ordered),
    architectures: [...new Set(ordered.flatMap((each) => architecturesOf(each.digest, images)))].toSorted(),
    defaultTag: channel?.name ?? null,
    defaultDigest: channel?.digest ?? null,
    title: facts?.title ?? null,
    description: facts?.description ?? null,
    version: facts?.version ?? null,
    updatedAt: (facts?.created ? parseTimestamp(facts.created) : undefined) ?? channel?.since ?? null,
  };
}

/** The digests of single images whose facts shownOf and buildsOf want, besides those that channels name. */
export function speakersOf(images: Iterable<ImageSummary>): string[] {
  return [...images].flatMap((image) => {
    const speaker = speakerOf(image);
    return speaker === undefined ? [] : [speaker];
  });
}

/** Every image of an index, one for each architecture: what buildsOf compares. */
export function buildDigestsOf(images: Iterable<ImageSummary>): string[] {
  return [...images].flatMap((image) => image.entries.filter(isInstallable).map((entry) => entry.digest));
}

/** What tells the builds behind a digest from others, one for each architecture. */
export function buildFactsOf(digest: string, images: Images): BuildFacts {
  const image = images.get(digest);
  const facts = factsOf(digest, images);
  const said = { version: facts?.version ?? null, created: facts?.created ?? null };
  if (image?.kind !== "index")
    return { ...said, builds: [{ digest, architecture: facts?.architecture ?? null, ...said }] };
  const builds = image.entries.filter(isInstallable).flatMap((entry) => {
    const own = images.get(entry.digest)?.facts;
    if (own == null) return [];
    const { created, version } = withIndexAnnotations(own, image.annotations ?? {});
    return [{ digest: entry.digest, architecture: entry.architecture ?? own.architecture, created, version }];
  });
  return { ...said, builds };
}

/** The facts of the image, or of the one that speaks for the index. */
function factsOf(digest: string, images: Images): ImageFacts | null {
  const image = images.get(digest);
  if (image === undefined) return null;
  if (image.kind !== "index") return image.facts;
  const speaker = speakerOf(image);
  const facts = speaker === undefined ? null : (images.get(speaker)?.facts ?? null);
  return facts === null ? null : withIndexAnnotations(facts, image.annotations ?? {});
}

/** Most hosts are amd64; else arm64; else the first that could be installed. */
function speakerOf(image: ImageSummary): string | undefined {
  const entries = image.entries.filter(isInstallable);
  for (const wanted of ["amd64", "arm64"]) {
    const entry = entries.find(({ architecture, variant }) => architecture === wanted && !variant);
    if (entry !== undefined) return entry.digest;
  }
  return entries[0]?.digest;
}

function isInstallable({ role, os }: EntrySummary): boolean {
  return role === "image" && (os === null || os === "linux");
}

function architecturesOf(digest: string, images: Images): string[] {
  const image = images.get(digest);
  if (image === undefined) return [];
  if (image.kind === "index") {
    return image.entries
      .filter(isInstallable)
      .flatMap(({ architecture, variant }) => (architecture === null ? [] : [platformName({ architecture, variant })]));
  }
  const { architecture = null, variant = null } = image.facts ?? {};
  return architecture === null ? [] : [platformName({ architecture, variant })];
}

function unionOfFacets(channels: readonly ChannelRow[]): ShownRow["facets"] {
  const union = new Map<string, Set<string>>();
  for (const { facets } of channels) {
    for (const [key, values] of Object.entries(facets ?? {})) {
      const set = union.get(key) ?? new Set();
      for (const value of values) set.add(value);
      union.set(key, set);
    }
  }
  const sorted = [...union].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, values]) => [key, [...values].toSorted()]));
}

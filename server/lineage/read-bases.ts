// Reading bases: from an image to the one that it was built on, and on from there, until nothing more is known.
import { type ChannelRow, historiesNaming, type LineageHolder, type Viewer } from "../../db/lineage.ts";
import { type BaseLag, baseLag } from "../../policies/lineage/base-lag.ts";
import { type BaseEvidence, type ChosenBase, chooseBase } from "../../policies/lineage/choose-base.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { TrustIndex } from "../../policies/trust/trust-rules.ts";
import type { BaseBody } from "./lineage-body.ts";
import { type ReadImage, readImage, readSigns } from "./read-image.ts";
import { unreadBase } from "./unread-base.ts";

export type BaseWalk = {
  readonly bases: readonly BaseBody[];
  /** The image that the first base is; null: it was not read. */
  readonly nearest: ReadImage | null;
  /** Why the chain does not go on; null: it ends with what a distribution itself made. */
  readonly ends: string | null;
  readonly about: readonly number[];
  readonly changesAt: number | null;
};

/** A remix of a remix of an edition of a base has four. */
const basesMax = 16;

type Chosen = Extract<ChosenBase, { outcome: "base" }>;
type Home = Pick<LineageHolder, "id" | "name" | "kind" | "official">;

export async function readBases(
  viewer: Viewer,
  start: { readonly image: ReadImage; readonly repository: Home },
  architecture: string,
  trust: { readonly index: TrustIndex; readonly now: number },
): Promise<BaseWalk> {
  const bases: BaseBody[] = [];
  const seen = new Set(start.image.digests);
  const about = [start.repository.id];
  const moments: number[] = [];
  let nearest: ReadImage | null = null;
  let { image, repository } = start;
  let ends: string | null = `more than ${basesMax} images stand on one another`;
  while (bases.length < basesMax) {
    const { signs, changesAt } = await readSigns(viewer, image, architecture, repository, trust);
    if (changesAt !== null) moments.push(changesAt);
    const chosen = chooseBase(signs);
    if (chosen.outcome === "unknown") {
      // What a distribution made and calls a base is where its chain begins.
      ends = repository.official && repository.kind === "base" ? null : chosen.reason;
      break;
    }
    const below = chosen.claim.digest === null ? undefined : await readImage(viewer, chosen.claim.digest, architecture);
    if (below?.outcome !== "image") {
      const reason = below?.reason ?? "it is named without a digest";
      bases.push(unreadBase(chosen, { digest: reason, lag: reason }));
      ends = `what ${bases.at(-1)?.ref ?? "the last of them"} was built on is not known: ${reason}`;
      break;
    }
    const home = homeOf(below.image, chosen);
    if (home === undefined) break;
    if (below.image.digests.some((digest) => seen.has(digest))) {
      ends = `the chain comes back to ${home.name}`;
      break;
    }
    for (const digest of below.image.digests) seen.add(digest);
    about.push(home.id);
    bases.push(await readBase(viewer, chosen, below.image, home));
    nearest ??= below.image;
    image = below.image;
    repository = home;
  }
  return { bases, nearest, ends, about, changesAt: moments.length === 0 ? null : Math.min(...moments) };
}

/** Where it is said to be, if that repository holds it; else where it most likely comes from. */
function homeOf(image: ReadImage, { claim }: Chosen): Home | undefined {
  return image.holders.find(({ name }) => name === claim.repository) ?? image.holders[0];
}

async function readBase(viewer: Viewer, { claim, evidence }: Chosen, image: ReadImage, home: Home): Promise<BaseBody> {
  const tag = claim.repository === home.name ? claim.tag : null;
  const channel = chooseChannel(await historiesNaming(viewer, home.id, image.digests, tag), image, home.name, tag);
  const digest = shownDigest(claim.digest, evidence, image, channel);
  const named = tag ?? channel?.tag ?? null;
  const ref = named === null ? `${home.name}@${digest}` : `${home.name}:${named}`;
  if (channel?.lag.outcome === "lag") {
    return { ref, digest, evidence, lagDays: channel.lag.days, lagBuilds: channel.lag.builds };
  }
  const reason = channel?.lag.reason ?? `no channel of ${home.name} was seen to name it`;
  return withUnknown({ ref, digest, evidence, lagDays: null, lagBuilds: null }, { lagDays: reason, lagBuilds: reason });
}

/** Layers lead to a manifest: what people know is the index by which its channel named it. */
function shownDigest(
  claimed: string | null,
  evidence: BaseEvidence,
  image: ReadImage,
  channel: NamingChannel | undefined,
): string {
  if (evidence !== "layers" && claimed !== null) return claimed;
  return channel?.digest ?? image.indexes[0] ?? image.manifest;
}

type NamingChannel = {
  readonly tag: string;
  readonly digest: string | null;
  readonly isDefault: boolean;
  readonly lag: BaseLag;
};

/** The channel that was named; else the one that has moved on least, since `latest` goes on to other releases. */
function chooseChannel(
  rows: readonly ChannelRow[],
  { digests }: ReadImage,
  repository: string,
  named: string | null,
): NamingChannel | undefined {
  const channels = [...Map.groupBy(rows, ({ tag }) => tag)].map(
    ([tag, history]): NamingChannel => ({
      tag,
      // The newest rows come first.
      digest: history.find(({ digest }) => digests.includes(digest))?.digest ?? null,
      isDefault: history.some(({ isDefault }) => isDefault),
      lag: baseLag(`${repository}:${tag}`, digests, history),
    }),
  );
  const order = ({ tag, isDefault, lag }: NamingChannel) => [
    tag === named ? 0 : 1,
    lag.outcome === "lag" ? lag.builds : Number.MAX_SAFE_INTEGER,
    isDefault ? 0 : 1,
  ];
  return channels.toSorted((a, b) => compare(order(a), order(b)) || (a.tag < b.tag ? -1 : 1))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, i) => value !== b[i]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

// Reading what is derived: the repositories whose tags now name something that was built on an image, and how that shows.
import {
  buildsOfTag,
  type DerivedImage,
  findLineageEvidence,
  imagesAbove,
  imagesClaiming,
  imagesSeen,
  manifestsOf,
  repositoriesNaming,
  type Viewer,
} from "../../db/lineage.ts";
import { type BaseEvidence, baseEvidences } from "../../policies/lineage/choose-base.ts";
import { provenanceImages } from "../../policies/lineage/provenance-images.ts";
import type { TrustIndex } from "../../policies/trust/trust-rules.ts";

export type DerivedList = {
  readonly items: readonly { readonly repository: string; readonly evidence: BaseEvidence }[];
  /** Null: these are all. */
  readonly unknown: string | null;
};

/** Builds of a channel that somebody may still be built on. */
const buildsMax = 100;
const imagesMax = 20_000;
const repositoriesMax = 1_000;
const provenancesMax = 200;

export async function readDerived(
  viewer: Viewer,
  base: {
    readonly repository: { readonly id: number; readonly name: string };
    /** Null: asked for by digest, which is then the only build. */
    readonly tag: string | null;
    readonly digests: readonly string[];
  },
  architecture: string,
  trust: { readonly index: TrustIndex; readonly now: number },
): Promise<DerivedList> {
  const { repository, tag } = base;
  const earlier = tag === null ? [] : await buildsOfTag(viewer, repository.id, tag, buildsMax);
  const tops = [...new Set([...base.digests, ...earlier])];
  const digests = [...new Set([...tops, ...(await manifestsOf(viewer, tops, architecture))])];
  const claimed = await imagesClaiming(viewer, { digests, repository: repository.name, tag }, imagesMax);
  const above = await imagesAbove(viewer, digests, imagesMax);
  const isCut = claimed.length >= imagesMax || above.length >= imagesMax;

  const found = new Map<string, DerivedImage[]>();
  const layered = above.map(
    (digest): DerivedImage => ({ digest, evidence: "layers", repositoryId: 0, baseDigest: "" }),
  );
  for (const image of [...(await ownClaims(viewer, claimed)), ...layered]) {
    const known = found.get(image.digest);
    if (known === undefined) found.set(image.digest, [image]);
    else known.push(image);
  }
  const holders = await repositoriesNaming(viewer, [...found.keys()]);
  const best = new Map<string, BaseEvidence>();
  let judged = 0;
  for (const { digest, repositoryId, repository: name } of holders) {
    if (repositoryId === repository.id) continue;
    for (const { evidence, repositoryId: sayer } of found.get(digest) ?? []) {
      // A signed statement is somebody's in one repository: elsewhere, nobody said it.
      if (sayer !== 0 && sayer !== repositoryId) continue;
      const known = best.get(name);
      if (known !== undefined && rank(known) <= rank(evidence)) continue;
      if (evidence === "provenance") {
        if (judged++ >= provenancesMax || !(await isSaid(digest, { id: repositoryId, name }))) continue;
      }
      best.set(name, evidence);
    }
  }
  const items = [...best]
    .map(([name, evidence]) => ({ repository: name, evidence }))
    .toSorted((a, b) => (a.repository < b.repository ? -1 : 1));
  const isTooMany = isCut || judged > provenancesMax || items.length > repositoriesMax;
  return {
    items: items.slice(0, repositoriesMax),
    unknown: isTooMany ? "there are more than are looked at for one answer" : null,
  };

  async function isSaid(digest: string, by: { readonly id: number; readonly name: string }): Promise<boolean> {
    const evidence = await findLineageEvidence(viewer, by.id, [digest]);
    const images = evidence.flatMap(({ found: each }) =>
      provenanceImages(each, trust.index.rulesFor(by.name), trust.now),
    );
    return images.some((image) => image.digest !== null && digests.includes(image.digest));
  }
}

/**
 * Without what an image says because the image below it said so: both stand on this base, but of the upper one its
 * layers alone show that. Signed provenance is made for one image, and nobody inherits it.
 */
async function ownClaims(viewer: Viewer, claimed: readonly DerivedImage[]): Promise<readonly DerivedImage[]> {
  const written = claimed.filter(({ evidence }) => evidence !== "provenance");
  const inherited = new Set<DerivedImage>();
  for (const same of Map.groupBy(written, ({ baseDigest }) => baseDigest).values()) {
    if (same.length < 2) continue;
    const seen = await imagesSeen(
      viewer,
      same.map(({ digest }) => digest),
    );
    const upper = new Set(await imagesAbove(viewer, seen, imagesMax));
    for (const claim of same) if (upper.has(claim.digest)) inherited.add(claim);
  }
  return claimed.filter((claim) => !inherited.has(claim));
}

function rank(evidence: BaseEvidence): number {
  return baseEvidences.indexOf(evidence);
}

// Target memory: what plans for hosts are made from, kept from one question to the next: targets, and hosts' images.
import { digestsHeldBy, findPublicImage } from "../../db/public-images.ts";
import type { Store } from "../../db/store.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PlanImage, PlanRepository, PlanRequest, PlanTag } from "../../policies/plan/plan-input.ts";
import type { TargetPlan } from "../../policies/plan/target-plan.ts";
import type { Topic } from "../hot/answer.ts";
import { createKept, type Drops } from "../hot/kept.ts";
import { type WrittenTarget, writeTarget } from "./plan-bytes.ts";

/** A target as one question found it: public, declared, there, and with no other look that is due. */
export type KnownTarget = {
  readonly repositoryId: number;
  readonly repository: PlanRepository;
  readonly tag: PlanTag | null;
  readonly image: PlanImage;
  readonly plan: TargetPlan;
  readonly written: WrittenTarget;
  /** Until then it is the same, whoever asks; Infinity: until something is committed. */
  readonly endsAt: number;
};

/** Null: no public repository holds it. */
export type HostImage = PlanImage | null;

export type TargetMemory = {
  readonly targets: {
    get(request: PlanRequest, now: number): KnownTarget | undefined;
    /** Taken before the database is read. */
    ticket(): number;
    put(request: PlanRequest, target: Omit<KnownTarget, "written">, ticket: number): KnownTarget;
  };
  /** The image that a host has, whatever its architecture; of an index nothing but its kind is used. */
  readImage(digest: string): Promise<HostImage>;
  readonly kept: readonly Drops[];
};

/** Of a commit of more, everything is read anew. */
const touchedMax = 100;

/** A digest and a size, as an object in memory. */
const layerBytes = 130;

export function createTargetMemory(store: Store, maxBytes: number): TargetMemory {
  const targets = createKept<{
    readonly target: KnownTarget;
    readonly about: readonly number[];
    readonly topics: readonly Topic[];
  }>(Math.ceil((maxBytes * 3) / 4), ({ target }) => target.written.sizeBytes + layersOf(target.image) * layerBytes);
  const images = createKept<{
    readonly image: HostImage;
    readonly about: readonly number[];
    readonly topics: readonly Topic[];
  }>(Math.ceil(maxBytes / 4), ({ image }) => (image === null ? 0 : layersOf(image) * layerBytes));

  /** What the repositories hold that a commit changed; null: they are too many to be asked. */
  let brought: readonly string[] | null = [];
  const imageDrops: Omit<Drops, "dropAll"> = {
    prepare: async (touched) => {
      brought = touched.size > touchedMax ? null : await digestsHeldBy(store, [...touched]);
    },
    // That nobody has an image is true until a repository brings it.
    drop: (repositories, topics) => {
      if (brought === null) {
        images.dropAll();
        return;
      }
      images.drop(repositories, topics);
      for (const digest of brought) if (images.get(digest)?.image === null) images.delete(digest);
    },
  };

  return {
    targets: {
      get: (request, now) => {
        const known = targets.get(keyOf(request))?.target;
        return known !== undefined && now < known.endsAt ? known : undefined;
      },
      ticket: targets.ticket,
      put: (request, found, ticket) => {
        const target = { ...found, written: writeTarget(found.plan) };
        targets.put(keyOf(request), { target, about: [found.repositoryId], topics: [] }, ticket);
        return target;
      },
    },
    readImage: async (digest) => {
      const known = images.get(digest);
      if (known !== undefined) return known.image;
      const ticket = images.ticket();
      const found = await findPublicImage(store, digest);
      if (found === undefined) {
        images.put(digest, { image: null, about: [], topics: [] }, ticket);
        return null;
      }
      const bytes = found.kind === "image" ? found.bytes : null;
      const image = planImage({ ...found, bytes, firstSeenAt: null, observedAt: null, entries: [] });
      images.put(digest, { image, about: [found.repositoryId], topics: [] }, ticket);
      return image;
    },
    kept: [targets, { ...imageDrops, dropAll: images.dropAll }],
  };
}

function keyOf({ reference, architecture }: PlanRequest): string {
  return `${architecture} ${reference.text}`;
}

function layersOf({ layers, entries }: PlanImage): number {
  const count = (list: PlanImage["layers"]) => list?.length ?? 0;
  return entries.reduce((sum, entry) => sum + count(entry.layers), count(layers));
}

// Target memory: what plans for hosts are made from, kept from one question to the next: targets, and hosts' images.
import { digestsHeldBy, findPublicImage } from "../../db/public-images.ts";
import type { Store } from "../../db/store.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PlanImage, PlanRepository, PlanRequest, PlanTag } from "../../policies/plan/plan-input.ts";
import type { TargetPlan } from "../../policies/plan/target-plan.ts";
import { createKept, type Drops, type Kept, type Made } from "../hot/kept.ts";
import { type WrittenTarget, writeTarget } from "./plan-bytes.ts";

/** What was read from the store, as long as nothing was committed that changes it. */
export type Held = {
  /** Whether it is what the memory would give now. */
  holds(): boolean;
};

/** A target as one question found it: public, declared, there, and with no other look that is due. */
export type KnownTarget = Held & {
  readonly repositoryId: number;
  readonly repository: PlanRepository;
  readonly tag: PlanTag | null;
  readonly image: PlanImage;
  readonly plan: TargetPlan;
  readonly written: WrittenTarget;
  /** Until then it is the same, whoever asks; Infinity: until something is committed. */
  readonly endsAt: number;
};

export type HostImage = Held & {
  /** Null: no public repository holds it. */
  readonly image: PlanImage | null;
};

export type TargetMemory = {
  readonly targets: {
    get(request: PlanRequest, now: number): KnownTarget | undefined;
    /** Taken before the database is read. */
    ticket(): number;
    put(request: PlanRequest, target: Omit<KnownTarget, "written" | "holds">, ticket: number | null): KnownTarget;
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
  const targets = createKept<KnownTarget & Made>(
    Math.ceil((maxBytes * 3) / 4),
    ({ written, image }) => written.sizeBytes + layersOf(image) * layerBytes,
  );
  const images = createKept<HostImage & Made>(Math.ceil(maxBytes / 4), ({ image }) =>
    image === null ? 0 : layersOf(image) * layerBytes,
  );

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
        const known = targets.get(keyOf(request));
        return known !== undefined && now < known.endsAt ? known : undefined;
      },
      ticket: targets.ticket,
      put: (request, found, ticket) => {
        const known = { ...found, written: writeTarget(found.plan), about: [found.repositoryId], topics: [] };
        return keep(targets, keyOf(request), known, ticket);
      },
    },
    readImage: async (digest) => {
      const known = images.get(digest);
      if (known !== undefined) return known;
      const ticket = images.ticket();
      const found = await findPublicImage(store, digest);
      if (found === undefined) return keep(images, digest, { image: null, about: [], topics: [] }, ticket);
      const bytes = found.kind === "image" ? found.bytes : null;
      const image = planImage({ ...found, bytes, firstSeenAt: null, observedAt: null, entries: [] });
      return keep(images, digest, { image, about: [found.repositoryId], topics: [] }, ticket);
    },
    kept: [targets, { ...imageDrops, dropAll: images.dropAll }],
  };
}

/** Also what cannot be kept is given to whoever asked; it does not hold. */
function keep<Value extends Made>(
  kept: Kept<Value & Held>,
  key: string,
  value: Value,
  ticket: number | null,
): Value & Held {
  const held = { ...value, holds: () => kept.get(key) === held };
  kept.put(key, held, ticket);
  return held;
}

function keyOf({ reference, architecture }: PlanRequest): string {
  return `${architecture} ${reference.text}`;
}

function layersOf({ layers, entries }: PlanImage): number {
  const count = (list: PlanImage["layers"]) => list?.length ?? 0;
  return entries.reduce((sum, entry) => sum + count(entry.layers), count(layers));
}

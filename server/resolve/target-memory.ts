// Target memory: what plans for hosts are made from, kept from one question to the next: targets, and hosts' images.
import { digestsHeldBy, findPublicImage, type PublicImage } from "../../db/public-images.ts";
import type { Store } from "../../db/store.ts";
import { planImage } from "../../policies/plan/plan-image.ts";
import type { PlanImage, PlanRepository, PlanRequest, PlanTag } from "../../policies/plan/plan-input.ts";
import type { TargetPlan } from "../../policies/plan/target-plan.ts";
import { createKept, type Drops, type Made } from "../hot/kept.ts";
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
  /** For who may not keep it in memory beyond its time there. */
  readonly weakWritten: WeakRef<WrittenTarget>;
};

export type HostImage = Made & {
  /** Null: no public repository holds it. */
  readonly image: PlanImage | null;
};

export type TargetMemory = {
  readonly targets: {
    get(request: PlanRequest, now: number): KnownTarget | undefined;
    /** Taken before the database is read. */
    ticket(): number;
    put(request: PlanRequest, target: Omit<KnownTarget, "written" | "weakWritten">, ticket: number | null): KnownTarget;
  };
  /** The image that a host has, whatever its architecture; of an index nothing but its kind is used. */
  readImage(digest: string): Promise<HostImage>;
  readonly kept: Drops;
};

/** Of a commit of more, everything is read anew. */
const touchedMax = 100;

/** A digest and a size, as an object in memory. */
const layerBytes = 130;

/** `answers`: what is made of hosts' images, and forgotten with them. */
export function createTargetMemory(store: Store, maxBytes: number, answers: Drops): TargetMemory {
  const targets = createKept<KnownTarget & Made>(
    Math.ceil((maxBytes * 3) / 4),
    ({ written, image }) => written.sizeBytes + layersOf(image) * layerBytes,
  );
  const images = createKept<HostImage>(Math.ceil(maxBytes / 4), ({ image }) =>
    image === null ? 0 : layersOf(image) * layerBytes,
  );

  const ofHosts: readonly Drops[] = [images, answers];

  /** What the repositories hold that a commit changed; null: they are too many to be asked. */
  let brought: readonly string[] | null = [];
  const kept: Drops = {
    prepare: async (touched) => {
      brought = touched.size > touchedMax ? null : await digestsHeldBy(store, [...touched]);
    },
    drop: (repositories, topics) => {
      targets.drop(repositories, topics);
      const subjects = [...repositories, ...(brought ?? [])];
      for (const each of ofHosts) {
        if (brought === null) each.dropAll();
        else each.drop(subjects, topics);
      }
    },
    dropAll: () => {
      for (const each of [targets, ...ofHosts]) each.dropAll();
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
        const written = writeTarget(found.plan);
        const about = [found.repositoryId];
        const known = { ...found, written, weakWritten: new WeakRef(written), about, topics: [] };
        targets.put(keyOf(request), known, ticket);
        return known;
      },
    },
    readImage: async (digest) => {
      const known = images.get(digest);
      if (known !== undefined) return known;
      const ticket = images.ticket();
      const found = await findPublicImage(store, digest);
      const image = found === undefined ? null : imageOf(found);
      // That nobody has an image is true until a repository brings it.
      const read = { image, about: [found === undefined ? digest : found.repositoryId], topics: [] };
      images.put(digest, read, ticket);
      return read;
    },
    kept,
  };
}

function imageOf(found: PublicImage): PlanImage {
  const bytes = found.kind === "image" ? found.bytes : null;
  return planImage({ ...found, bytes, firstSeenAt: null, observedAt: null, entries: [] });
}

function keyOf({ reference, architecture }: PlanRequest): string {
  return `${architecture} ${reference.text}`;
}

function layersOf({ layers, entries }: PlanImage): number {
  const count = (list: PlanImage["layers"]) => list?.length ?? 0;
  return entries.reduce((sum, entry) => sum + count(entry.layers), count(layers));
}

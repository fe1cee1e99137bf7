// Reading a lineage: what one image was built on and who builds on it, for one architecture.
import type { LineageHolder, Viewer } from "../../db/lineage.ts";
import { inheritedNames } from "../../policies/lineage/inherited.ts";
import { withUnknown } from "../../policies/plan/unknown-fields.ts";
import type { TrustIndex } from "../../policies/trust/trust-rules.ts";
import type { LineageBody } from "./lineage-body.ts";
import { type BaseWalk, readBases } from "./read-bases.ts";
import { readDerived } from "./read-derived.ts";
import { readImage } from "./read-image.ts";

export type LineageQuestion = {
  readonly ref: string;
  readonly digest: string;
  readonly repository: LineageHolder;
  readonly tag: string | null;
  readonly architecture: string;
};

export type ReadLineage = {
  readonly body: LineageBody;
  readonly about: readonly number[];
  readonly changesAt: number | null;
};

export async function readLineageOf(
  viewer: Viewer,
  question: LineageQuestion,
  trust: { readonly index: TrustIndex; readonly now: number },
): Promise<ReadLineage> {
  const { ref, digest, repository, tag, architecture } = question;
  const read = await readImage(viewer, digest, architecture);
  const walk: BaseWalk =
    read.outcome === "image"
      ? await readBases(viewer, { image: read.image, repository }, architecture, trust)
      : { bases: [], nearest: null, ends: read.reason, about: [repository.id], changesAt: null };
  const derived = await readDerived(viewer, { repository, tag, digests: [digest] }, architecture, trust);
  const above = read.outcome === "image" ? read.image.content : null;
  const below = walk.nearest?.content ?? null;
  // Nothing was inherited by what a distribution itself made from nothing.
  const none = read.outcome === "image" && walk.bases.length === 0 && walk.ends === null ? [] : null;
  const inheritedLabels =
    above?.labels == null || below?.labels == null ? none : inheritedNames(above.labels, below.labels);
  const inheritedAnnotations =
    above === null || below === null ? none : inheritedNames(above.annotations, below.annotations);
  const unread = walk.bases.length === 0 ? "no base of it is known" : "its base, or its own config, was not read";
  const body: LineageBody = withUnknown(
    { ref, digest, bases: walk.bases, derived: derived.items, inheritedLabels, inheritedAnnotations },
    { inheritedLabels: unread, inheritedAnnotations: unread },
    [
      ...(walk.ends === null ? [] : [{ field: "bases", reason: walk.ends }]),
      ...(derived.unknown === null ? [] : [{ field: "derived", reason: derived.unknown }]),
    ],
  );
  return { body, about: walk.about, changesAt: walk.changesAt };
}

// A live look: one reference, asked of its registry now and without a catalog, as the data a switch plan is made from.
import type { ImageRecord } from "../db/image-store.ts";
import type { Layer } from "../policies/images/layer.ts";
import { layersOf, parseManifest } from "../policies/images/manifest.ts";
import type { ImageLineage } from "../policies/lineage/image-lineage.ts";
import type { PlanEntry, PlanImage, PlanTag } from "../policies/plan/plan-input.ts";
import type { Reference } from "../policies/words/reference.ts";
import { type FailureCode, failureOf } from "./failures.ts";
import { type Inspector, inspectImage } from "./inspect-image.ts";
import type { ManifestAnswer, Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";

export type LiveLook =
  | {
      readonly outcome: "found";
      readonly tag: PlanTag | null;
      readonly image: PlanImage;
      /** What its manifests say of a base, by their digests; null: nothing. */
      readonly lineages: ReadonlyMap<string, ImageLineage | null>;
    }
  /** The registry itself says that there is none. */
  | { readonly outcome: "absent"; readonly reason: string }
  | { readonly outcome: "failed"; readonly code: FailureCode; readonly reason: string };

export type LiveLooker = Pick<Inspector, "registry" | "limits" | "now" | "signal">;

/** Throws only where the signal was aborted. */
export async function lookLive(
  looker: LiveLooker,
  reference: Pick<Reference, "path" | "tag" | "digest">,
): Promise<LiveLook> {
  try {
    const answer = await readNamed(looker.registry, reference, looker.signal);
    if (answer === undefined) return { outcome: "absent", reason: "the registry says that there is none" };
    const records = new Map<string, ImageRecord>();
    const inspector: Inspector = {
      ...looker,
      path: reference.path,
      known: async () => new Map(),
      keep: async (record) => void records.set(record.digest, record),
      borrow: async () => {},
    };
    await inspectImage(inspector, answer.digest, answer);
    const observedAt = looker.now();
    const image = planImage(records, answer.digest, observedAt);
    const tag = reference.tag === null ? null : planTag(reference.tag, observedAt);
    const lineages = new Map([...records].map(([digest, { lineage }]) => [digest, lineage]));
    return { outcome: "found", tag, image, lineages };
  } catch (error) {
    looker.signal.throwIfAborted();
    const { code, reason } = failureOf(error);
    return { outcome: "failed", code, reason };
  }
}

async function readNamed(
  registry: Registry,
  { path, tag, digest }: Pick<Reference, "path" | "tag" | "digest">,
  signal: AbortSignal,
): Promise<ManifestAnswer | undefined> {
  if (digest !== null) return registry.readManifest(path, digest, signal);
  const look = await registry.lookAtTag(path, tag ?? "latest", null, signal);
  switch (look.outcome) {
    case "absent":
      return undefined;
    case "manifest":
      return look.manifest;
    case "digest": {
      const manifest = await registry.readManifest(path, look.digest, signal);
      if (manifest !== undefined) return manifest;
      throw new RegistryError("not-found", `the registry names ${look.digest} and does not have it`);
    }
    case "unchanged":
      throw new RegistryError("malformed", "the registry says that what it was not told is unchanged");
  }
}

/** No document says what the tag is for, and nobody knows what it named before. */
function planTag(name: string, observedAt: number): PlanTag {
  return { name, observedAt, failingSince: null, facets: null, olderThan: null };
}

function planImage(records: ReadonlyMap<string, ImageRecord>, digest: string, observedAt: number): PlanImage {
  const record = records.get(digest);
  if (record === undefined) throw new Error(`${digest} was not inspected`);
  return {
    digest,
    kind: record.kind,
    facts: record.facts,
    annotations: record.annotations ?? {},
    layers: layersOfRecord(record),
    entries: record.entries
      .filter(({ role }) => role === "image")
      .map((entry): PlanEntry => {
        const image = records.get(entry.digest);
        const { platform, zstd } = entry;
        return { digest: entry.digest, platform, zstd, facts: image?.facts ?? null, layers: layersOfRecord(image) };
      }),
    observedAt,
  };
}

function layersOfRecord(record: ImageRecord | undefined): readonly Layer[] | null {
  if (record?.kind !== "image") return null;
  const parsed = parseManifest(record.bytes, record.mediaType);
  return parsed.outcome === "manifest" && parsed.manifest.kind === "image" ? layersOf(parsed.manifest) : null;
}

// Plan images: what a plan needs of an image, from its rows.
import type { ImageFacts } from "../images/image-facts.ts";
import { type IndexEntry, layersOf, parseManifest } from "../images/manifest.ts";
import type { FoundEvidence, ManifestEvidence } from "../trust/found-evidence.ts";
import { builderOf } from "./image-builder.ts";
import type { PlanEntry, PlanImage } from "./plan-input.ts";

/** Columns of `images` and `repository_images`, with the rows of the entries. */
export type StoredImage = {
  readonly digest: string;
  readonly kind: PlanImage["kind"];
  readonly facts: ImageFacts | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** The manifest of an image; null where nobody asks for its layers. */
  readonly bytes: Uint8Array | null;
  readonly firstSeenAt: number | null;
  readonly observedAt: number | null;
  readonly entries: readonly StoredEntry[];
  readonly signatures?: StoredSignatures | null;
};

/** Columns of `signature_looks`. */
export type StoredSignatures = {
  readonly found: readonly FoundEvidence[];
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly failingSince: number | null;
  readonly failureReason: string | null;
};

/** Columns of `image_platforms`, with the image that the entry names. */
export type StoredEntry = {
  readonly digest: string;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly variant: string | null;
  readonly role: IndexEntry["role"];
  readonly zstd: boolean;
  readonly facts: ImageFacts | null;
  readonly bytes: Uint8Array | null;
  readonly signatures?: StoredSignatures | null;
};

export function planImage(stored: StoredImage): PlanImage {
  const { digest, kind, facts, annotations, bytes, firstSeenAt, observedAt, entries } = stored;
  return {
    digest,
    kind,
    facts,
    annotations: annotations ?? {},
    ...readContent(bytes),
    entries: entries.filter(({ role }) => role === "image").map(planEntry),
    observedAt: observedAt ?? firstSeenAt,
    ...evidenceOf(digest, stored.signatures),
  };
}

function planEntry({ digest, os, architecture, variant, zstd, facts, bytes, signatures }: StoredEntry): PlanEntry {
  const platform = os === null || architecture === null ? null : { os, architecture, variant };
  return { digest, platform, zstd, facts, ...readContent(bytes), ...evidenceOf(digest, signatures) };
}

function evidenceOf(
  digest: string,
  stored: StoredSignatures | null | undefined,
): { readonly evidence?: ManifestEvidence } {
  if (stored == null) return {};
  const { found, checkedAt, recheckAt, failingSince, failureReason: failure } = stored;
  return { evidence: { digest, found, look: { checkedAt, recheckAt, failingSince, failure } } };
}

/** What the manifest's bytes tell beyond the facts that are kept of it. */
function readContent(bytes: Uint8Array | null): Pick<PlanImage, "layers" | "builder"> {
  if (bytes === null) return { layers: null };
  const parsed = parseManifest(bytes, null);
  if (parsed.outcome !== "manifest" || parsed.manifest.kind === "index") return { layers: null };
  return { layers: layersOf(parsed.manifest), builder: builderOf(parsed.manifest) };
}

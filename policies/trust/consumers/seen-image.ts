// What a consumer is shown: the two manifests of an image with their evidence, and what is judged of them.
import type { FoundEvidence, ManifestEvidence } from "../found-evidence.ts";
import type { ImageJudgement } from "../judge-image.ts";
import type { ManifestJudgement } from "../judge-manifest.ts";
import { reason, type TrustReason } from "../reasons.ts";
import type { TrustRules } from "../trust-rules.ts";

export type SeenManifest = { readonly evidence: ManifestEvidence; readonly judgement: ManifestJudgement };

export type SeenImage = {
  readonly rules: TrustRules;
  /** `host/path:tag` or `host/path@digest`, as the host asks for it. */
  readonly reference: string;
  /** Null: the tag names a manifest. */
  readonly index: SeenManifest | null;
  /** Null: the index has none for the architecture. */
  readonly platform: SeenManifest | null;
  readonly judgement: ImageJudgement;
  readonly now: number;
};

/** What the tag names. */
export function topLevel({ index, platform }: SeenImage): SeenManifest | null {
  return index ?? platform;
}

/** Evidence that only this catalog still has is of no use to programs. */
export function shownIn({ evidence }: SeenManifest): readonly FoundEvidence[] {
  return evidence.found.filter(({ shown }) => shown);
}

export function goneReason(consumer: string, manifests: readonly SeenManifest[]): TrustReason {
  const signatures = manifests.flatMap(({ evidence }) =>
    evidence.found.filter(({ shown }) => !shown).map(({ finding }) => finding.evidence),
  );
  const message = `the registry no longer shows the signature by which this is verified, so ${consumer} cannot see it: publish it again`;
  return reason("SIGNATURE_GONE", message, { signatures });
}

/** What a consumer looks at has no signature, where the other manifest has one. */
export function onesidedReason(image: SeenImage, consumer: string, manifests: readonly SeenManifest[]): TrustReason[] {
  const { index, platform } = image;
  if (index === null || platform === null) return [];
  if (!manifests.every(({ judgement }) => judgement.verdict === "unsigned")) return [];
  const [looksAt] = manifests;
  if (looksAt === index) {
    const message = `${consumer} looks at the index, which has no signature: sign it, too (cosign sign -r)`;
    return [reason("INDEX_UNSIGNED", message, { digest: index.evidence.digest })];
  }
  const message = `${consumer} looks at the platform's manifest, which has no signature: sign it, too (cosign sign -r)`;
  return [reason("INSTANCE_UNSIGNED", message, { digest: platform.evidence.digest })];
}

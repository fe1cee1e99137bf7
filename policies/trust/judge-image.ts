// Judging an image: the better of what is said of its index and of the manifest that a host pulls.
import type { Verdict } from "../plan/switch-plan.ts";
import type { Digest } from "../words/digest.ts";
import { bestVerdict } from "./best-verdict.ts";
import type { ManifestJudgement } from "./judge-manifest.ts";
import { mergeReasons, reason, type TrustReason } from "./reasons.ts";
import { nextMoment } from "./signing-time.ts";

export type ImageJudgement = {
  readonly verdict: Verdict;
  readonly reasons: readonly TrustReason[];
  /** `index` null: the tag names a manifest. */
  readonly manifests: { readonly index: Verdict | null; readonly platform: Verdict };
  readonly trustRoot: Digest | null;
  /** Of the looks at both the older. */
  readonly checkedAt: number | null;
  readonly recheckAt: number | null;
  readonly changesAt: number | null;
};

/** `platform` null: the index has none for the architecture. At least one of the two is there. */
export function judgeImage(
  index: ManifestJudgement | null,
  platform: ManifestJudgement | null,
  now: number,
): ImageJudgement {
  const judged = [index, platform].filter((each) => each !== null);
  const verdict = bestVerdict(judged.map((manifest) => manifest.verdict));
  const deciding = judged.filter((manifest) => manifest.verdict === verdict);
  const failing = judged.flatMap(({ reasons }) => reasons).filter(({ code }) => code === "REGISTRY_ERROR");
  return {
    verdict,
    reasons: mergeReasons([...deciding.flatMap(({ reasons }) => reasons), ...failing, ...oneSided(index, platform)]),
    manifests: { index: index?.verdict ?? null, platform: platform?.verdict ?? "pending" },
    trustRoot: deciding.find(({ trustRoot }) => trustRoot !== null)?.trustRoot ?? null,
    checkedAt: earliest(judged.map(({ checkedAt }) => checkedAt)),
    recheckAt: earliest(judged.map(({ recheckAt }) => recheckAt)),
    changesAt: nextMoment(
      judged.map(({ changesAt }) => changesAt),
      now,
    ),
  };
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** One of the two has nothing: programs differ in which of them they look at. */
function oneSided(index: ManifestJudgement | null, platform: ManifestJudgement | null): readonly TrustReason[] {
  if (index === null || platform === null || index.verdict === platform.verdict) return [];
  if (index.verdict === "unsigned") {
    const message =
      "the index has no signature: cosign, and bootc before skopeo 1.22.2, look at it alone; sign it, too (cosign sign -r)";
    return [reason("INDEX_UNSIGNED", message, { digest: index.digest })];
  }
  if (platform.verdict === "unsigned") {
    const message = "the platform's manifest has no signature: podman looks at it alone; sign it, too (cosign sign -r)";
    return [reason("INSTANCE_UNSIGNED", message, { digest: platform.digest })];
  }
  return [];
}

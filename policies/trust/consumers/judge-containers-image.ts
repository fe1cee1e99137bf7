// bootc and podman: what containers/image does with the host files given out, over the manifests that each looks at.
import type { ConsumerTrust } from "../../plan/switch-plan.ts";
import type { Digest } from "../../words/digest.ts";
import type { HostCandidate } from "../host-files/host-candidate.ts";
import { mergeReasons, reason, type TrustReason } from "../reasons.ts";
import type { TrustedRoot } from "../trusted-root.ts";
import { consumerTrust, type RangeOutcome } from "./consumer-trust.ts";
import { bootcRanges, podmanRanges } from "./consumer-versions.ts";
import type { ContainersImageVersion } from "./containers-policy.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { PulledManifest } from "./pull.ts";
import { goneReason, onesidedReason, type SeenImage, type SeenManifest, shownIn, topLevel } from "./seen-image.ts";
import { simulateContainersImage } from "./simulate-containers-image.ts";

export type HostAttempt = {
  readonly candidate: HostCandidate | null;
  /** Why there is no candidate. */
  readonly reasons: readonly TrustReason[];
  readonly roots: ReadonlyMap<Digest, TrustedRoot>;
};

/** A range of versions, and the manifests of which one must be accepted. */
type Look = {
  readonly from: string;
  readonly to: string | null;
  readonly version: ContainersImageVersion;
  readonly manifests: readonly SeenManifest[];
};

export function judgeBootc(image: SeenImage, attempt: HostAttempt): ConsumerTrust {
  const top = topLevel(image);
  const looks = bootcRanges.map(({ from, to, containersImage, takesEither }): Look => {
    const manifests = [top, takesEither && image.platform !== top ? image.platform : null];
    return { from, to, version: containersImage, manifests: manifests.filter((manifest) => manifest !== null) };
  });
  return judge(image, attempt, looks, "bootc");
}

export function judgePodman(image: SeenImage, attempt: HostAttempt): ConsumerTrust {
  const manifests = image.platform === null ? [] : [image.platform];
  const looks = podmanRanges.map(({ from, to, containersImage: version }) => ({ from, to, version, manifests }));
  return judge(image, attempt, looks, "podman");
}

function judge(image: SeenImage, attempt: HostAttempt, looks: readonly Look[], consumer: string): ConsumerTrust {
  const { candidate, roots } = attempt;
  const outcomes = looks.map(({ from, to, version, manifests }): RangeOutcome => {
    if (candidate === null) return { from, to, reads: false, accepts: false };
    const results = manifests.map((manifest) =>
      simulateContainersImage(candidate.configuration, image.reference, pulled(image, manifest, false), roots, version),
    );
    return {
      from,
      to,
      reads: results.every(({ outcome }) => outcome !== "unreadable"),
      accepts: results.some(({ outcome }) => outcome === "accepted"),
    };
  });
  return consumerTrust(image.judgement.verdict, outcomes, () => {
    if (image.judgement.verdict !== "verified") return image.judgement.reasons;
    if (candidate === null) return attempt.reasons;
    const refusing = looks.find((_, index) => outcomes[index]?.reads === true && !outcomes[index].accepts);
    return refusing === undefined ? [] : whyNot(image, candidate, roots, refusing, consumer);
  });
}

function pulled({ now }: SeenImage, manifest: SeenManifest, withGone: boolean): PulledManifest {
  const { digest, found } = manifest.evidence;
  return { digest, found: withGone ? found : shownIn(manifest), nowMs: now };
}

/** The plan is verified, and these versions refuse all that they look at. */
function whyNot(
  image: SeenImage,
  candidate: HostCandidate,
  roots: HostAttempt["roots"],
  { version, manifests }: Look,
  consumer: string,
): readonly TrustReason[] {
  if (manifests.length === 0) {
    return [reason("NO_SIGNATURE", `there is no image of this architecture that ${consumer} could pull`)];
  }
  const ask = (manifest: SeenManifest, withGone: boolean) =>
    simulateContainersImage(
      candidate.configuration,
      image.reference,
      pulled(image, manifest, withGone),
      roots,
      version,
    );
  const gone = manifests.filter(
    (manifest) =>
      shownIn(manifest).length < manifest.evidence.found.length && ask(manifest, true).outcome === "accepted",
  );
  if (gone.length > 0) return [goneReason(consumer, gone)];
  const onesided = onesidedReason(image, consumer, manifests);
  if (onesided.length > 0) return onesided;
  return mergeReasons(
    manifests.flatMap((manifest) => {
      const { judgement } = manifest;
      if (judgement.verdict !== "verified") return judgement.reasons;
      const outcome = ask(manifest, false);
      const refusals = outcome.outcome === "refused" ? outcome.refusals : [];
      return explainRefusal(consumer, judgement, candidate.signers, refusals);
    }),
  );
}

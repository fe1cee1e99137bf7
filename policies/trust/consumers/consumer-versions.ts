// Versions of the consumers: where they begin to do something else with what they are shown.
import type { ContainersImageVersion } from "./containers-policy.ts";

/** A range of versions that all do the same. `to` null: still so. */
export type Range = { readonly from: string; readonly to: string | null };

/**
 * podman and `skopeo copy` look at the chosen manifest alone (containers/image, copy/single.go). 5.24 reads fulcio,
 * 5.33 lists of keys, 5.35 other authorities, 5.37 signatures by OpenPGP subkeys (signature/policy_*.go by tag).
 */
export const podmanRanges: readonly (Range & { readonly containersImage: ContainersImageVersion })[] = [
  { from: "containers/image 5.22", to: "containers/image 5.23", containersImage: [5, 22] },
  { from: "containers/image 5.24", to: "containers/image 5.32", containersImage: [5, 24] },
  { from: "containers/image 5.33", to: "containers/image 5.34", containersImage: [5, 33] },
  { from: "containers/image 5.35", to: "containers/image 5.36", containersImage: [5, 35] },
  { from: "containers/image 5.37", to: null, containersImage: [5, 37] },
];

/**
 * bootc and rpm-ostree pull through skopeo's image proxy, which asks no policy at all before 1.13, then of what the
 * tag names, and from 1.22.2 is content with either that or the platform's manifest (cmd/skopeo/proxy.go by tag).
 */
export const bootcRanges: readonly (Range & {
  readonly containersImage: ContainersImageVersion;
  readonly takesEither: boolean;
})[] = [
  { from: "skopeo 1.13", to: "skopeo 1.16", containersImage: [5, 26], takesEither: false },
  { from: "skopeo 1.17", to: "skopeo 1.18", containersImage: [5, 33], takesEither: false },
  { from: "skopeo 1.19", to: "skopeo 1.20", containersImage: [5, 35], takesEither: false },
  { from: "skopeo 1.21", to: "skopeo 1.22.1", containersImage: [5, 38], takesEither: false },
  { from: "skopeo 1.22.2", to: null, containersImage: [5, 39], takesEither: true },
];

/**
 * cosign 2 looks at the `.sig` tag alone unless it is told otherwise. Since 3.0 bundles hide it (cli/verify/verify.go),
 * and since 3.0.5 a timestamp is taken where a log gives no time (verify_bundle.go, sigstore/cosign#4666).
 */
export const cosignRanges: readonly (Range & {
  readonly seesBundles: boolean;
  readonly takesTimestamps: boolean;
  /** Whether its verdict is the consumer's; older ones are only listed. */
  readonly isCurrent: boolean;
})[] = [
  { from: "cosign 2.0", to: "cosign 2.6", seesBundles: false, takesTimestamps: false, isCurrent: false },
  { from: "cosign 3.0", to: "cosign 3.0.4", seesBundles: true, takesTimestamps: false, isCurrent: true },
  { from: "cosign 3.0.5", to: null, seesBundles: true, takesTimestamps: true, isCurrent: true },
];

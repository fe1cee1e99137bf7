// Client readings: whether the host's own skopeo, through which bootc pulls, reads the files that would be given to it.
import { bootcRanges } from "../trust/consumers/consumer-versions.ts";
import type { HostFiles } from "../trust/host-files/make-host-files.ts";
import type { PlannedTrust } from "../trust/plan-trust.ts";
import type { ConsumerTrust } from "./switch-plan.ts";

export type ClientReading =
  | { readonly outcome: "reads" }
  /** What does not know a member of policy.json refuses the whole file, and with it every pull of the host. */
  | { readonly outcome: "refuses"; readonly skopeo: string; readonly since: string; readonly reason: string }
  /** It was not said, and not every version that bootc works with reads them. */
  | { readonly outcome: "unknown"; readonly since: string };

const reads: ClientReading = { outcome: "reads" };

/** The first that checks any policy when bootc pulls. */
const checkedSince = bootcRanges[0]?.from ?? "";

/** `skopeo`: as the host said it; null: it did not. */
export function clientReadingOf(
  { since }: Pick<ConsumerTrust, "since">,
  hostFiles: HostFiles | null,
  skopeo: string | null,
): ClientReading {
  if (hostFiles === null || since === null) return reads;
  const isOlder = skopeo === null ? null : isOlderSkopeo(skopeo, since);
  if (isOlder === null || skopeo === null) return since === checkedSince ? reads : { outcome: "unknown", since };
  if (!isOlder) return reads;
  const why =
    since === checkedSince || isOlderSkopeo(skopeo, checkedSince)
      ? "checks no signature when bootc pulls"
      : "cannot read the files by which it would be verified, and would refuse every pull";
  const reason = `the host's skopeo (${skopeo}) ${why}: ${since} and newer do it; update the host first`;
  return { outcome: "refuses", skopeo, since, reason };
}

/** Whether a version, however it is written, comes before one of this program's; null: the text names no version. */
export function isOlderSkopeo(text: string, since: string): boolean | null {
  const [version, wanted] = [versionIn(text), versionIn(since)];
  if (version === null || wanted === null) return null;
  const at = version.findIndex((part, i) => part !== wanted[i]);
  return at >= 0 && (version[at] ?? 0) < (wanted[at] ?? 0);
}

/** `1.14.3`, `skopeo version 1.14.3`, `1:1.14.3-1.fc40`; what is yet to become a release comes before it. */
function versionIn(text: string): readonly [number, number, number] | null {
  const [, major, minor, patch = "0", rest = ""] = /(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?([~.+-]\w+)?/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return null;
  const isBefore = /^[~.+-](?:dev|rc|alpha|beta)/.test(rest);
  return [Number(major), Number(minor), Number(patch) - (isBefore ? 1 : 0)];
}

/** No host is given files that it cannot read. What each program does with them stays as it is judged. */
export function heldBack(planned: PlannedTrust, reading: ClientReading): PlannedTrust {
  if (reading.outcome !== "refuses") return planned;
  return { ...planned, hostFiles: null, trust: { ...planned.trust, hostFiles: [], policyScope: null } };
}

// A policy's host files without an image: what any host that pulls from its scopes can be given now.
import type { TrustDocument } from "../../documents/trust-document.ts";
import { bootcRanges, podmanRanges } from "../consumers/consumer-versions.ts";
import { prepareHost } from "../consumers/prepared-host.ts";
import type { TrustReason } from "../reasons.ts";
import type { TrustIndex, TrustRules } from "../trust-rules.ts";
import { type HostCandidate, hostCandidates } from "./host-candidate.ts";
import { type HostFiles, type HostTrustFacts, makeHostFiles } from "./make-host-files.ts";

export type PolicyHostFiles = {
  /** The next moment at which time alone changes them; null: none. */
  readonly changesAt: number | null;
} & (
  | {
      readonly outcome: "files";
      readonly hostFiles: HostFiles;
      readonly policyScope: HostCandidate["sections"];
      /** The first versions that read them; null: none does. */
      readonly since: { readonly bootc: string | null; readonly podman: string | null };
    }
  | { readonly outcome: "inexpressible"; readonly reasons: readonly TrustReason[] }
);

/** Whether they accept an image is another question: it depends on how that was signed. */
export function policyHostFiles(
  index: TrustIndex,
  document: TrustDocument,
  now: number,
  host: HostTrustFacts = {},
): PolicyHostFiles {
  const policy = index.rulesOf(document);
  const [scope = ""] = document.scopes;
  const noMirror: TrustRules = {
    ...{ repository: scope, comparedName: scope, signedName: scope, mirror: null, policy, policyDigest: null },
  };
  const { candidates, reasons, changesAt } = hostCandidates(index, noMirror, policy, now);
  const [candidate] = candidates;
  if (candidate === undefined) return { outcome: "inexpressible", reasons, changesAt };
  const reads = (ranges: typeof bootcRanges | typeof podmanRanges) =>
    ranges.find(({ containersImage }) => prepareHost(candidate.configuration, containersImage).outcome === "host")
      ?.from ?? null;
  return {
    outcome: "files",
    changesAt,
    hostFiles: makeHostFiles(candidate, host, scope),
    policyScope: candidate.sections,
    since: { bootc: reads(bootcRanges), podman: reads(podmanRanges) },
  };
}

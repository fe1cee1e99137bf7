// One pull: a host that asks for an image, and the signatures of one manifest that the registry shows it.
import type { Digest } from "../../words/digest.ts";
import type { FoundEvidence } from "../found-evidence.ts";
import type { TrustedRoot } from "../trusted-root.ts";
import type { DockerReference } from "./docker-reference.ts";
import type { PreparedHost } from "./prepared-host.ts";

export type PulledManifest = {
  readonly digest: Digest;
  /** What the registry shows now. */
  readonly found: readonly FoundEvidence[];
  readonly nowMs: number;
};

export type Pull = {
  readonly host: Extract<PreparedHost, { outcome: "host" }>;
  readonly reference: DockerReference;
  readonly manifest: PulledManifest;
  /** The trust roots under which findings were made, by digest. */
  readonly roots: ReadonlyMap<Digest, TrustedRoot>;
};

/** Why one signature was not enough for one requirement. */
export type RefusalCode =
  /** The program reads all signatures or none, and one of them could not be read. */
  | "unreadable"
  | "other-signer"
  | "algorithm"
  | "subkey"
  | "payload"
  | "reference"
  | "proof"
  /** The requirement refuses everything. */
  | "rejected";

export type Refusal = { readonly code: RefusalCode; readonly evidence: Digest | null };

export type Simulated =
  | { readonly outcome: "accepted" }
  /** `refusals`: of the signatures that the program saw. */
  | { readonly outcome: "refused"; readonly refusals: readonly Refusal[] }
  /** This version cannot read the files, and pulls nothing at all. */
  | { readonly outcome: "unreadable"; readonly reason: string }
  /** It depends on a file that is not here. */
  | { readonly outcome: "unknown"; readonly missing: string };

/** Any one signature is enough. */
export function anyOf(
  found: readonly FoundEvidence[],
  refuse: (each: FoundEvidence) => RefusalCode | undefined,
): Simulated {
  const refusals: Refusal[] = [];
  for (const each of found) {
    const code = refuse(each);
    if (code === undefined) return { outcome: "accepted" };
    refusals.push({ code, evidence: each.finding.evidence });
  }
  return { outcome: "refused", refusals };
}

export const rejected: Simulated = { outcome: "refused", refusals: [{ code: "rejected", evidence: null }] };

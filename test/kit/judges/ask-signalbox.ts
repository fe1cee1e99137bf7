// Asking Signalbox what it says of a row, by its own way: find, verify, judge, and what it gives a host for it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadFolder } from "../../../policies/documents/load-folder.ts";
import type { PlanTrust } from "../../../policies/plan/switch-plan.ts";
import type { FoundEvidence, ManifestEvidence } from "../../../policies/trust/found-evidence.ts";
import { hostCandidates } from "../../../policies/trust/host-files/host-candidate.ts";
import { makeHostFiles } from "../../../policies/trust/host-files/make-host-files.ts";
import { planTrust } from "../../../policies/trust/plan-trust.ts";
import { type Digest, digestOf } from "../../../policies/words/digest.ts";
import { placeOf } from "../../../worker/find-signatures/evidence-place.ts";
import { findSignatures } from "../../../worker/find-signatures/find-signatures.ts";
import type { LookasideReader } from "../../../worker/find-signatures/read-lookaside.ts";
import type { Registry } from "../../../worker/registry/registry.ts";
import type { Evidence, EvidenceProblem } from "../../../worker/signatures/evidence.ts";
import { defaultSignatureLimits } from "../../../worker/signatures/limits.ts";
import { findingOfProblem } from "../../../worker/signatures/verify-evidence.ts";
import { openTrust, type TrustInForce } from "../../../worker/verify/trust-in-force.ts";
import { verifyAll } from "../../../worker/verify/verify-found.ts";
import type { PolicyFolder } from "./documents.ts";
import type { HostFile } from "./host.ts";

/** Where Signalbox looks: real registries, or what was recorded of them. */
export type Shown = {
  registryOf(host: string): Registry;
  readonly readLookaside: LookasideReader;
};

/** What a host pulls. `top` null: a manifest and no index is pulled. */
export type Pulled = {
  readonly repository: string;
  readonly reference: string;
  readonly top: Digest | null;
  readonly platform: Digest;
};

export type Said = {
  readonly trust: PlanTrust;
  readonly top: ManifestEvidence | null;
  readonly platform: ManifestEvidence;
  /** By which bootc or podman accepts it, else what the policy gives any host; undefined: nothing. */
  readonly hostFiles: readonly HostFile[] | undefined;
};

export async function trustOf(folder: PolicyFolder): Promise<TrustInForce> {
  const root = mkdtempSync(join(tmpdir(), "signalbox-matrix-"));
  try {
    for (const [path, content] of Object.entries(folder)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const loaded = await loadFolder(root);
    if (loaded.outcome === "refused") throw new Error(`the matrix's policies: ${JSON.stringify(loaded.mistakes)}`);
    // The kit's own instance stands where sigstore's public one is: keys that a log must know are logged there.
    const content = folder["trust/roots/own.json"];
    return openTrust(loaded.set, content === undefined ? null : { digest: digestOf(content), content });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export async function askSignalbox(trust: TrustInForce, shown: Shown, pulled: Pulled, nowMs: number): Promise<Said> {
  const { repository, reference } = pulled;
  const look = (digest: Digest) => lookAt(trust, shown, repository, digest, nowMs);
  const top = pulled.top === null ? null : await look(pulled.top);
  const platform = await look(pulled.platform);
  // A host that has no files of its own yet.
  const host = { policyJson: null, registriesD: {} };
  const planned = planTrust({ index: trust.index, repository, reference, top, platform, now: nowMs, host });
  const given = planned.trust.hostFiles;
  return {
    trust: planned.trust,
    top,
    platform,
    hostFiles: given.length > 0 ? given.map(wholeFile) : filesOfPolicy(trust, repository, reference, nowMs),
  };
}

function wholeFile({ path, content }: { readonly path: string; readonly content: string }): HostFile {
  return { path, content };
}

/** What any host that pulls from the policy's scopes is given, also where it refuses this image. */
function filesOfPolicy(
  { index }: TrustInForce,
  repository: string,
  reference: string,
  nowMs: number,
): readonly HostFile[] | undefined {
  const rules = index.rulesFor(repository);
  if (rules.policy === null) return undefined;
  const [candidate] = hostCandidates(index, rules, rules.policy, nowMs).candidates;
  if (candidate === undefined) return undefined;
  return makeHostFiles(candidate, { policyJson: null, registriesD: {} }, reference).files.map(wholeFile);
}

/** What is found and verified of one manifest, first seen now. */
export async function lookAt(
  trust: TrustInForce,
  { registryOf, readLookaside }: Shown,
  repository: string,
  digest: Digest,
  nowMs: number,
): Promise<ManifestEvidence> {
  const slash = repository.indexOf("/");
  const lookasides = trust.lookasidesFor(repository);
  const found = await findSignatures({
    registry: registryOf(repository.slice(0, slash)),
    path: repository.slice(slash + 1),
    digest,
    tag: () => ({ state: "unknown" }),
    lastCarrier: () => null,
    stored: async () => new Map(),
    barren: new Set(),
    referrers: { apiUntilMs: null, failingSinceMs: null },
    lookasides,
    readLookaside,
    limits: { evidenceBytes: 64 * 1024 * 1024, lookasideFiles: 20, signatures: defaultSignatureLimits },
    signal: new AbortController().signal,
    report: (error) => {
      throw error;
    },
  });
  const given = await trust.givenFor(repository);
  const findings = await verifyAll(found.evidence, new Map(), {
    trust: given,
    now: () => nowMs,
    limits: defaultSignatureLimits,
  });
  const join = (item: Evidence | EvidenceProblem, finding: FoundEvidence["finding"]) => ({
    finding,
    firstSeenAt: nowMs,
    shown: true,
    place: placeOf(item, found, lookasides),
    carrier: found.carriers.get(item) ?? null,
  });
  return {
    digest,
    found: [
      ...[...findings].map(([evidence, finding]) => join(evidence, finding)),
      ...found.problems.map((problem) => join(problem, findingOfProblem(problem))),
    ],
    look: {
      checkedAt: found.failure === null ? nowMs : null,
      recheckAt: nowMs + 6 * 60 * 60 * 1000,
      failingSince: found.failure === null ? null : nowMs,
      failure: found.failure?.reason ?? null,
    },
  };
}

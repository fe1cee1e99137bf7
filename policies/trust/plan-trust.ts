// The plan's trust: one image in one repository, judged for a host now, with the files that make the host enforce it.
import { formatTimestamp } from "../images/timestamp.ts";
import type { PlanSigner, PlanTrust } from "../plan/switch-plan.ts";
import { withUnknown } from "../plan/unknown-fields.ts";
import { judgeConsumers } from "./consumers/judge-consumers.ts";
import type { SeenImage, SeenManifest } from "./consumers/seen-image.ts";
import type { ManifestEvidence } from "./found-evidence.ts";
import { type HostFiles, type HostTrustFacts, makeHostFiles } from "./host-files/make-host-files.ts";
import { judgeImage } from "./judge-image.ts";
import { judgeManifest } from "./judge-manifest.ts";
import type { SignatureJudgement } from "./judge-signature.ts";
import { shownSigner } from "./shown-signer.ts";
import { isLogged, momentsOf, nextMoment } from "./signing-time.ts";
import type { TrustIndex, TrustRules } from "./trust-rules.ts";

export type PlanTrustInput = {
  readonly index: TrustIndex;
  /** `host/path`. */
  readonly repository: string;
  /** `host/path:tag` or `host/path@digest`, as the host asks for it. */
  readonly reference: string;
  /** Evidence of what the tag names, where that is an index; null: it is a manifest. */
  readonly top: ManifestEvidence | null;
  /** Evidence of the manifest that the host pulls; null: there is none for its architecture. */
  readonly platform: ManifestEvidence | null;
  readonly now: number;
  readonly host?: HostTrustFacts;
};

export type PlannedTrust = {
  readonly trust: PlanTrust;
  /** The next moment at which time alone changes it; null: none. */
  readonly changesAt: number | null;
  /** Null: no host is given anything. */
  readonly hostFiles: HostFiles | null;
};

/** The same for a host that said what files it has: what is judged does not depend on them, what it is given does. */
export function trustForHost(planned: PlannedTrust, host: HostTrustFacts, reference: string): PlannedTrust {
  if (planned.hostFiles === null) return planned;
  const hostFiles = makeHostFiles(planned.hostFiles.candidate, host, reference);
  return { ...planned, trust: { ...planned.trust, hostFiles: hostFiles.files }, hostFiles };
}

export function planTrust(input: PlanTrustInput): PlannedTrust {
  const { index, repository, reference, now } = input;
  const rules = index.rulesFor(repository);
  const see = (evidence: ManifestEvidence | null): SeenManifest | null =>
    evidence === null ? null : { evidence, judgement: judgeManifest(evidence, rules, now) };
  const top = see(input.top);
  const platform = see(input.platform);
  const judgement = judgeImage(top?.judgement ?? null, platform?.judgement ?? null, now);
  const seen: SeenImage = { rules, reference, index: top, platform, judgement, now };
  const { consumers, candidate } = judgeConsumers(seen, index);
  const hostFiles = candidate === null ? null : makeHostFiles(candidate, input.host ?? {}, reference);
  const ends = (candidate?.signers ?? []).flatMap(({ validUntilMs }) => (validUntilMs === null ? [] : [validUntilMs]));
  const recheckAt = judgement.recheckAt === null ? null : Math.min(judgement.recheckAt, ...ends);
  const trust = {
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    manifests: judgement.manifests,
    policy: rules.policy?.document.id ?? null,
    policyDigest: rules.policyDigest,
    trustRootDigest: judgement.trustRoot,
    checkedAt: judgement.checkedAt === null ? null : formatTimestamp(judgement.checkedAt),
    recheckAt: recheckAt === null ? null : formatTimestamp(recheckAt),
    signers: signersOf([top, platform]),
    consumers,
    hostFiles: hostFiles?.files ?? [],
    policyScope: candidate?.sections ?? null,
  };
  const never =
    judgement.verdict === "pending"
      ? "signatures of this image were not looked for yet"
      : "no look for its signatures was ever complete";
  return {
    trust: withUnknown(trust, { checkedAt: never, recheckAt: "no next look is planned yet" }),
    changesAt: nextMoment([judgement.changesAt, recheckAt, ...momentsOfSigners(rules)], now),
    hostFiles,
  };
}

function momentsOfSigners({ policy }: TrustRules): readonly number[] {
  return (policy?.signers ?? []).flatMap((signer) => momentsOf(signer));
}

/** More than any publisher has; a registry may show a thousand strangers. */
const signersShown = 100;

/** Each signer once for each format, the accepted ones first. */
function signersOf(manifests: readonly (SeenManifest | null)[]): readonly PlanSigner[] {
  const byName = new Map<string, PlanSigner>();
  for (const manifest of manifests) {
    for (const signature of manifest?.judgement.signatures ?? []) {
      const signer = planSigner(signature);
      if (signer === undefined) continue;
      const name = `${signature.makerName} ${signer.format} ${signer.id ?? ""}`;
      const before = byName.get(name);
      byName.set(name, {
        ...(before ?? signer),
        accepted: signer.accepted || before?.accepted === true,
        logged: signer.logged || before?.logged === true,
      });
    }
  }
  const signers = [...byName.values()];
  return [...signers.filter(({ accepted }) => accepted), ...signers.filter(({ accepted }) => !accepted)].slice(
    0,
    signersShown,
  );
}

function planSigner(signature: SignatureJudgement): PlanSigner | undefined {
  const signer = shownSigner(signature);
  if (signer === null) return undefined;
  const { finding } = signature.found;
  const accepted = signature.verdict === "verified";
  return { ...signer, format: finding.format, accepted, logged: isLogged(finding) };
}

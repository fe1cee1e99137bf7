// Hazards of trust: signatures that the host cannot verify, signers that it does not know, files that contradict.
import { policyJsonPath } from "../../trust/host-files/host-conflicts.ts";
import { enforceFlagWorks } from "../../trust/host-files/policy-json.ts";
import { canonicalJson } from "../../words/canonical-json.ts";
import { absent, type Circumstances, type HostHazard, type Judgement, type TargetHazard } from "./hazard.ts";
import { type HostPolicy, hostPolicyFor } from "./host-policy.ts";

/** Undefined: the host did not say; null: it has no policy.json. */
function policyOf({ host, target }: Circumstances): HostPolicy | null | undefined {
  const policyJson = host?.facts.policyJson;
  if (policyJson == null) return policyJson;
  return hostPolicyFor(policyJson, target.ref);
}

export const signatureNotEnforceable: TargetHazard = {
  id: "signature-not-enforceable",
  title: "bootc cannot verify its signature",
  highest: "block",
  judge(circumstances): Judgement {
    const { verdict, reasons } = circumstances.trust.consumers.bootc;
    const evidence = { bootc: verdict, reasons: reasons.map(({ code }) => code) };
    switch (verdict) {
      case "verified":
        return absent;
      case "no-policy":
        return unspoken(circumstances, evidence);
      case "pending":
      case "indeterminate": {
        const advice = "Ask again once its signatures were looked at: a host that enforces them may refuse it.";
        return { status: "unknown", advice, evidence, needs: [] };
      }
      case "untrusted":
      case "invalid":
      case "unsigned":
      case "not-enforceable":
        return enforced(policyOf(circumstances), evidence);
    }
  },
};

/** Nobody declared who may sign, so there is nothing that a host should enforce; what it does enforce counts. */
function unspoken(circumstances: Circumstances, evidence: Readonly<Record<string, unknown>>): Judgement {
  if (circumstances.host === null) return absent;
  const policy = policyOf(circumstances);
  if (policy === undefined) {
    const advice = "Whether the host asks for a signature of it stands in its policy.json.";
    return { status: "unknown", advice, evidence, needs: ["policyJson"] };
  }
  if (policy === null || policy.outcome !== "asks") {
    return isClosed(policy) ? enforced(policy, evidence) : absent;
  }
  if (policy.requirements.some(({ type }) => type === "reject")) return enforced(policy, evidence);
  const advice = `The section ${policy.section} of the host's policy.json names keys of its own; whether they are those that sign it stands in their files.`;
  return { status: "unknown", advice, evidence: { ...evidence, section: policy.section }, needs: [] };
}

/** containers/image pulls nothing without a policy.json that it can read. */
function isClosed(policy: HostPolicy | null | undefined): boolean {
  return policy === null || policy?.outcome === "unreadable";
}

const noPull =
  "The host has no policy.json that can be read, and pulls nothing without one: write one before the switch, which says what unsigned images it accepts.";

function enforced(policy: HostPolicy | null | undefined, evidence: Readonly<Record<string, unknown>>): Judgement {
  if (policy?.outcome === "asks") {
    const advice = `The section ${policy.section} of the host's policy.json asks for a signature that bootc cannot verify: the switch would fail. Choose an image that is signed for bootc.`;
    return { status: "present", severity: "block", advice, evidence: { ...evidence, section: policy.section } };
  }
  // A host whose policy enforces nothing takes it; of any other it is the switch that fails.
  const advice = isClosed(policy)
    ? noPull
    : policy == null
      ? "A host whose policy asks for a signature refuses it. Any other takes it unverified."
      : "The host takes it unverified: its policy asks for no signature of it.";
  return { status: "present", severity: "warn", advice, evidence };
}

export const signerNotTrusted: HostHazard = {
  id: "signer-not-trusted-by-host",
  title: "The host does not trust its signer yet",
  highest: "warn",
  judge(circumstances) {
    const { trust, host } = circumstances;
    const policy = policyOf(circumstances);
    const evidence = { policy: trust.policy, hostPolicy: host.trustPolicy, section: sectionOf(policy) };
    if (trust.policyScope === null) return withoutFiles(policy, evidence);
    const install =
      "Install the host files of this plan before the switch, so that the first pull is verified already.";
    // Whoever signs for another organisation has other keys.
    const moves = host.trustPolicy !== null && host.trustPolicy !== trust.policy;
    const isPresent = { status: "present", severity: "warn", evidence } as const;
    if (policy === undefined) {
      if (moves) return { ...isPresent, advice: `It is signed by others than what the host runs. ${install}` };
      const advice = "Whether the host has the keys that sign it stands in its policy.json.";
      return { status: "unknown", advice, evidence, needs: ["policyJson"] };
    }
    if (policy === null || policy.outcome !== "asks") return { ...isPresent, advice: install };
    const { section } = policy;
    if (isOwnSection(circumstances, section)) return absent;
    if (policy.requirements.some(({ type }) => type === "reject")) {
      return { ...isPresent, advice: `The section ${section} of its policy.json rejects the image. ${install}` };
    }
    if (moves) return { ...isPresent, advice: `It is signed by others than what the host runs. ${install}` };
    const advice = `The section ${section} of the host's policy.json names keys of its own; whether they are those that sign it stands in their files. The host files of this plan replace the section.`;
    return { status: "unknown", advice, evidence, needs: [] };
  },
};

function sectionOf(policy: HostPolicy | null | undefined): string | null {
  return policy == null || policy.outcome === "unreadable" ? null : policy.section;
}

/** No host is given files for it: nothing is to be trusted, unless the host itself asks for a signature. */
function withoutFiles(policy: HostPolicy | null | undefined, evidence: Readonly<Record<string, unknown>>): Judgement {
  if (policy === undefined) {
    const advice = "Whether the host asks for a signature of it stands in its policy.json.";
    return { status: "unknown", advice, evidence, needs: ["policyJson"] };
  }
  if (policy?.outcome === "accepts") return absent;
  if (policy === null) return { status: "present", severity: "warn", advice: noPull, evidence };
  const advice =
    "The host asks for a signature of it, and none is known that it could verify. Choose an image that is signed for bootc.";
  return { status: "present", severity: "warn", advice, evidence };
}

/** Whether the host has the very section that the plan gives out. */
function isOwnSection({ trust, host }: Circumstances, section: string): boolean {
  const own = trust.policyScope ?? {};
  const docker = memberOf(memberOf(host?.facts.policyJson, "transports"), "docker");
  const there = memberOf(docker, section);
  return Object.hasOwn(own, section) && there !== undefined && canonicalJson(there) === canonicalJson(own[section]);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

export const hostPolicyConflict: HostHazard = {
  id: "host-policy-conflict",
  title: "The host's policy stands in the way",
  highest: "warn",
  judge(circumstances) {
    const { host, hostFiles, clientReading: reading } = circumstances;
    const conflicts = hostFiles?.conflicts ?? conflictsWithout(circumstances);
    if (reading.outcome === "refuses") {
      const { skopeo, since } = reading;
      const old = `No files are given for it: ${reading.reason}.`;
      const advice = [old, ...conflicts.map(adviceOn)].join(" ");
      const evidence = { skopeo, since, conflicts: conflicts.slice(0, shown) };
      return { status: "present", severity: "warn", advice, evidence };
    }
    if (conflicts.length > 0) {
      const advice = conflicts.map(adviceOn).join(" ");
      return { status: "present", severity: "warn", advice, evidence: { conflicts: conflicts.slice(0, shown) } };
    }
    const needs = [
      ...(host.facts.policyJson === undefined ? ["policyJson" as const] : []),
      ...(hostFiles !== null && !hostFiles.conflictsKnown.registriesD ? ["registriesD" as const] : []),
      ...(reading.outcome === "unknown" ? ["clientVersions" as const] : []),
    ];
    if (needs.length === 0) return absent;
    const sections = "Sections of the host's own files may win over those of this plan.";
    if (reading.outcome !== "unknown") return { status: "unknown", advice: sections, evidence: {}, needs };
    const { since } = reading;
    const skopeo = host.facts.clientVersions?.skopeo ?? null;
    const unread =
      skopeo === null ? "" : ` The host says that its skopeo is ${JSON.stringify(skopeo)}, which names no version.`;
    const old = `Its files are read by ${since} and newer: an older one would refuse every pull with them.${unread}`;
    return { status: "unknown", advice: needs.length > 1 ? `${old} ${sections}` : old, evidence: { since }, needs };
  },
};

/** A file may have thousands of sections. */
const shown = 20;

type Conflict = NonNullable<Circumstances["hostFiles"]>["conflicts"][number];

/** What stands in the way though nothing is merged. */
function conflictsWithout(circumstances: Circumstances): readonly Conflict[] {
  const policyJson = circumstances.host?.facts.policyJson;
  const policy = policyOf(circumstances);
  if (policyJson == null || policy == null) return [];
  if (policy.outcome === "unreadable") {
    return [{ kind: "unreadable", file: policyJsonPath, reason: policy.reason }];
  }
  return enforceFlagWorks(policyJson) ? [] : [{ kind: "accepts-by-default" }];
}

function adviceOn(conflict: Conflict): string {
  switch (conflict.kind) {
    case "accepts-by-default":
      return "policy.json accepts anything by default: bootc refuses to enforce such a policy, and a host that was switched with enforcement cannot upgrade. Make its default reject, and accept the registries that should stay open.";
    case "narrower-section":
      return `The section ${conflict.section} of ${conflict.file} ${conflict.hitsImage ? "wins for this image" : "wins for a part of the policy's scope"}.`;
    case "lookaside-replaced":
      return `${conflict.file} looked for signatures of ${conflict.section} at ${conflict.was}, and no longer does.`;
    case "unreadable":
      return `${conflict.file} cannot be read (${conflict.reason}), and with it nothing can be pulled: repair it first.`;
  }
}

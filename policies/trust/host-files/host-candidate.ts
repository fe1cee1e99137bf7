// Host candidates: the files by which a host would enforce a trust policy, before anybody knows whether they do.
import type { HostFile } from "../../plan/switch-plan.ts";
import { parseDockerReference, sectionsFor } from "../consumers/docker-reference.ts";
import type { HostConfiguration } from "../consumers/prepared-host.ts";
import type { TrustReason } from "../reasons.ts";
import { momentsOf, nextMoment } from "../signing-time.ts";
import type { PolicyRules, SignerRule, TrustIndex, TrustRules } from "../trust-rules.ts";
import { readTrustedRoot } from "../trusted-root.ts";
import { type HostRequirements, hostRequirements, type SignedIdentity } from "./host-requirements.ts";
import { contestedScopes, hostScopes, innerPolicies } from "./host-scopes.ts";
import { newPolicy, policyFragment, type Sections } from "./policy-json.ts";
import { newRegistries, type RegistrySections } from "./registries-d.ts";

export type HostCandidate = {
  /** The policy's own sections of policy.json. */
  readonly sections: Sections;
  /** Sections for policies within its scopes, which its signers may not speak for. */
  readonly inner: Sections;
  readonly registries: RegistrySections;
  /** `registries`, as a file of its own. */
  readonly registryFile: HostFile;
  /** All sections, as a fragment of policy.json. */
  readonly fragment: string;
  /** By which its file in registries.d is called. */
  readonly name: string;
  /** Keys and certificates. */
  readonly files: readonly HostFile[];
  readonly signers: readonly SignerRule[];
  /** What a host has that had nothing before. */
  readonly configuration: HostConfiguration;
};

export type HostCandidates = {
  /** The first is tried first. Empty where the policy cannot be expressed. */
  readonly candidates: readonly HostCandidate[];
  /** Why there is none. */
  readonly reasons: readonly TrustReason[];
  /** The next moment at which time alone changes them; null: none. */
  readonly changesAt: number | null;
};

type Made = { readonly made: HostCandidates; readonly fromMs: number };

/** By the policy's rules, or by those of one repository of a mirror. */
const remembered = new WeakMap<PolicyRules | TrustRules, Made>();

/** They depend on no image, and are made again only when a signer or a trust root begins or ends. */
export function hostCandidates(index: TrustIndex, rules: TrustRules, policy: PolicyRules, now: number): HostCandidates {
  const key = rules.mirror === null ? policy : rules;
  const known = remembered.get(key);
  const ends = known?.made.changesAt ?? null;
  if (known !== undefined && known.fromMs <= now && (ends === null || now < ends)) return known.made;
  const inner = innerPolicies(index, rules, policy.document).map(({ document }) => index.rulesOf(document));
  const signers = [policy, ...inner].flatMap((each) => each.signers);
  const changesAt = nextMoment(signers.flatMap(allMomentsOf), now);
  const made = { ...makeCandidates(index, rules, policy, now), changesAt };
  remembered.set(key, { made, fromMs: now });
  return made;
}

function allMomentsOf(signer: SignerRule): readonly (number | null)[] {
  const root = signer.type === "identity" ? readTrustedRoot(signer.trustRoot.content) : undefined;
  const parts = [...(root?.authorities ?? []), ...(root?.logs ?? [])];
  // A part of a root is in use up to its last moment; the one after it is the change.
  return [...momentsOf(signer), ...parts.flatMap(({ startMs, endMs }) => [startMs, endMs === null ? null : endMs + 1])];
}

function makeCandidates(
  index: TrustIndex,
  rules: TrustRules,
  policy: PolicyRules,
  now: number,
): Omit<HostCandidates, "changesAt"> {
  const own = hostRequirements(policy, now);
  if (own.outcome === "inexpressible") return { candidates: [], reasons: own.reasons };
  const { document } = policy;
  const others = innerPolicies(index, rules, document).map((inner) => ({
    scopes: inner.scopes,
    host: hostRequirements(index.rulesOf(inner.document), now),
  }));
  const { mirror } = rules;
  const name = mirror === null ? document.id : `${document.id}@${mirror.host.replace(":", "+")}`;
  const candidates = hostScopes(rules, document)
    .filter(({ scopes }) => scopes.length > 0)
    .map(({ scopes, signedIdentity }): HostCandidate => {
      const within = signedIdentity.type === "exactRepository" ? [] : others;
      const sections = sectionsOf(scopes, own, signedIdentity);
      const inner = Object.assign(
        refused(signedIdentity.type === "exactRepository" ? [] : contestedScopes(index, rules, document)),
        ...within.map((each) => sectionsOf(each.scopes, each.host, signedIdentity)),
      );
      const registries: RegistrySections = Object.assign(
        {},
        ...within.map((each) => registriesOf(each.scopes, each.host)),
        registriesOf(scopes, own),
      );
      const files = uniqueFiles([own, ...within.map(({ host }) => host)]);
      const registryFile = newRegistries(name, registries);
      const all = { ...inner, ...sections };
      return {
        sections,
        inner,
        registries,
        registryFile,
        fragment: policyFragment(all),
        name,
        files,
        signers: own.signers,
        configuration: {
          policyJson: newPolicy(all),
          registriesD: { [registryFile.path]: registryFile.content },
          files: Object.fromEntries(files.map(({ path, content }) => [path, content])),
        },
      };
    });
  return { candidates, reasons: [] };
}

function refused(scopes: readonly string[]): Sections {
  return Object.fromEntries(scopes.map((scope) => [scope, [{ type: "reject" }]]));
}

/** Whether one of its own sections is the one that a host goes by for this image. */
export function speaksFor({ sections, inner }: HostCandidate, image: string): boolean {
  const reference = parseDockerReference(image);
  const speaking = reference === undefined ? [] : sectionsFor(reference);
  const section = speaking.find((each) => Object.hasOwn(sections, each) || Object.hasOwn(inner, each));
  return section !== undefined && Object.hasOwn(sections, section);
}

/** What nobody can express is refused there, rather than left to the signers of the wider scope. */
function sectionsOf(scopes: readonly string[], host: HostRequirements, signedIdentity: SignedIdentity): Sections {
  const requirements = host.outcome === "requirements" ? host.requirements(signedIdentity) : [{ type: "reject" }];
  return Object.fromEntries(scopes.map((scope) => [scope, requirements]));
}

function registriesOf(scopes: readonly string[], host: HostRequirements): RegistrySections {
  return host.outcome === "requirements" ? Object.fromEntries(scopes.map((scope) => [scope, host.section])) : {};
}

function uniqueFiles(hosts: readonly HostRequirements[]): readonly HostFile[] {
  const files = hosts.flatMap((host) => (host.outcome === "requirements" ? host.files : []));
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

// Host files: a candidate as files for one host, beside what that host has already.
import type { HostFile } from "../../plan/switch-plan.ts";
import type { HostConfiguration } from "../consumers/prepared-host.ts";
import type { HostCandidate } from "./host-candidate.ts";
import { type HostFileConflict, policyJsonPath } from "./host-conflicts.ts";
import { enforceFlagWorks, mergePolicy } from "./policy-json.ts";
import { mergeRegistries } from "./registries-d.ts";

/** What a host says of its own files. A member that is missing: it did not say. */
export type HostTrustFacts = {
  /** The object in policy.json; null: the host has none. */
  readonly policyJson?: Readonly<Record<string, unknown>> | null | undefined;
  /** Path to text; null is taken as not said. */
  readonly registriesD?: Readonly<Record<string, string>> | null | undefined;
};

export type HostFiles = {
  readonly files: readonly HostFile[];
  /** Whether the host's sections stand in the way. `unknown`: it did not say. */
  readonly conflicts: readonly HostFileConflict[];
  readonly conflictsKnown: { readonly policyJson: boolean; readonly registriesD: boolean };
  /** Whether `--enforce-container-sigpolicy` works once the files are in place. */
  readonly enforceFlagWorks: boolean;
  /** Everything that the host then has, as far as it said what it has. */
  readonly configuration: HostConfiguration;
  /** What they were made from: the same for a machine that has nothing yet. */
  readonly candidate: HostCandidate;
};

/** `image`: the reference that the host asks for. */
export function makeHostFiles(candidate: HostCandidate, host: HostTrustFacts, image: string): HostFiles {
  const policy = policyFile(candidate, host.policyJson, image);
  const registries = host.registriesD ?? null;
  const merged = registries === null ? null : mergeRegistries(registries, candidate.name, candidate.registries, image);
  return {
    files: [...candidate.files, ...(merged?.files ?? [candidate.registryFile]), policy.file],
    conflicts: [...policy.conflicts, ...(merged?.conflicts ?? [])],
    conflictsKnown: { policyJson: host.policyJson !== undefined, registriesD: registries !== null },
    enforceFlagWorks: policy.enforceFlagWorks,
    configuration: {
      ...candidate.configuration,
      policyJson: policy.whole,
      registriesD: merged?.all ?? candidate.configuration.registriesD,
    },
    candidate,
  };
}

type PolicyFile = {
  readonly file: HostFile;
  readonly whole: string;
  readonly conflicts: readonly HostFileConflict[];
  readonly enforceFlagWorks: boolean;
};

function policyFile(
  { sections, inner, fragment: text, configuration }: HostCandidate,
  policyJson: HostTrustFacts["policyJson"],
  image: string,
): PolicyFile {
  const whole = configuration.policyJson;
  const fragment = { path: policyJsonPath, content: text, merge: true };
  if (policyJson === undefined) return { file: fragment, whole, conflicts: [], enforceFlagWorks: true };
  if (policyJson === null) {
    return { file: { path: policyJsonPath, content: whole }, whole, conflicts: [], enforceFlagWorks: true };
  }
  const merged = mergePolicy(policyJson, sections, inner, image);
  if (merged.outcome === "unreadable") {
    // Nobody can merge into it before it is repaired: the host refuses every pull until then.
    return { file: fragment, whole: JSON.stringify(policyJson), conflicts: merged.conflicts, enforceFlagWorks: false };
  }
  return {
    file: { path: policyJsonPath, content: merged.content },
    whole: merged.content,
    conflicts: merged.conflicts,
    enforceFlagWorks: enforceFlagWorks(policyJson),
  };
}

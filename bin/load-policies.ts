// The folder of policy documents, as a command needs it: right, or an error that shows every mistake.
import { resolve } from "node:path";
import { formatMistakes } from "../policies/documents/format-mistakes.ts";
import { type LoadedFolder, loadFolder } from "../policies/documents/load-folder.ts";
import type { Mistake, PolicySet } from "../policies/documents/policy-set.ts";
import { CommandError } from "./command-error.ts";
import type { Config } from "./config.ts";

export async function readPolicies({ policiesFolder, policies }: Config): Promise<LoadedFolder> {
  return loadFolder(policiesFolder, policies);
}

export async function loadPolicies(config: Config): Promise<PolicySet> {
  const loaded = await readPolicies(config);
  if (loaded.outcome === "refused") throw refusedPolicies(config, loaded.mistakes);
  return loaded.set;
}

export function refusedPolicies({ policiesFolder }: Config, mistakes: readonly Mistake[]): CommandError {
  const lines = formatMistakes(mistakes).split("\n");
  return new CommandError(
    "wrong-policies",
    [`the policy documents in ${resolve(policiesFolder)} are refused:`, ...lines].join("\n  "),
  );
}

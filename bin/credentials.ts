// Registry credentials: the values behind the variables that registry documents name, read from the environment.
import type { RegistryDocument } from "../policies/documents/registry-document.ts";
import type { ResolvedCredentials } from "../worker/registry/registry-environment.ts";
import type { Environment } from "./config.ts";

/** undefined where the document names none. A variable that is empty is as good as unset. */
export function resolveCredentials(
  document: RegistryDocument | undefined,
  environment: Environment,
): ResolvedCredentials | undefined {
  if (document === undefined || !("credentials" in document) || document.credentials === undefined) return undefined;
  const names = document.credentials;
  const username = environment[names.username];
  const password = environment[names.password];
  if (username && password) return { outcome: "set", username, password };
  const variables = [names.username, names.password].filter((name) => !environment[name]);
  return { outcome: "unset", variables };
}

// Registries over one HTTP client: what the worker is given so that it can reach the documents' hosts, and no others.
import type { RegistryOpener } from "./documents.ts";
import { lookasideDestinations } from "./find-signatures/read-lookaside.ts";
import type { HttpClient } from "./http/http.ts";
import { openRegistry } from "./registry/open-registry.ts";
import type { RegistryEnvironment } from "./registry/registry-environment.ts";
import { destinationsOf } from "./registry/registry-origin.ts";

export function registriesOver(
  http: HttpClient,
  environment: Omit<RegistryEnvironment, "http" | "layouts" | "priority">,
): RegistryOpener {
  return {
    declare(set) {
      // A registry's own budget stands where a lookaside lies on its host.
      http.declare([...lookasideDestinations(set), ...set.registries.flatMap(destinationsOf)]);
    },
    open(document, set, priority) {
      return openRegistry(document, { ...environment, http, layouts: set.layouts, priority });
    },
  };
}

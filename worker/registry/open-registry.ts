// Opening a registry: the dialect that its document names.
import type { RegistryDocument } from "../../policies/documents/registry-document.ts";
import { openLayoutRegistry } from "./layout-registry.ts";
import { openOciRegistry } from "./oci-registry.ts";
import { openQuayRegistry } from "./quay-registry.ts";
import type { Registry } from "./registry.ts";
import type { RegistryEnvironment } from "./registry-environment.ts";

/**
 * The registry of a document. The environment's HTTP client must have been told of its destinations (destinationsOf).
 * What is learnt of the host, tokens among it, is kept in the registry: open it once, not for each question.
 */
export function openRegistry(document: RegistryDocument, environment: RegistryEnvironment): Registry {
  if (!("dialect" in document)) return openLayoutRegistry(document, environment);
  return document.dialect === "quay" ? openQuayRegistry(document, environment) : openOciRegistry(document, environment);
}

// Whether a registry answers for anybody: asked where its refusal of one repository could mean that it is out.
import { othersOfHost } from "../db/sources.ts";
import type { Store } from "../db/store.ts";
import type { Registry } from "./registry/registry.ts";
import { RegistryError } from "./registry/registry-error.ts";

/** How many others are asked before the registry is taken to be out. */
const asked = 3;

export async function anotherAnswers(
  store: Store,
  registry: Registry,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (const other of await othersOfHost(store, registry.host, path, asked)) {
    try {
      if ((await registry.findRepository(other, signal)) === "present") return true;
    } catch (error) {
      // An outage answers the question as well as a refusal does.
      if (!(error instanceof RegistryError)) throw error;
    }
  }
  return false;
}

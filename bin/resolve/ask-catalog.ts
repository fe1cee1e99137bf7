// Asking the local catalog for a switch plan: the server's own answer, made in this process, with what is private.
import type { Config } from "../config.ts";
import { withCatalog } from "../open-catalog.ts";
import { askService } from "./ask-service.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

const advice =
  "fill one with `signalbox index --once`, ask another with --server URL, or the registry itself with --live";

export async function askCatalog(config: Config, now: () => number, asked: ResolveQuestion): Promise<Resolved> {
  return withCatalog(config, now, advice, (send) => askService("http://localhost", send, "the catalog", asked));
}

// Asking the local catalog for a switch plan: the server's own answer, made in this process, with what is private.
import { existsSync } from "node:fs";
import { policyRevision } from "../../db/policy-sets.ts";
import { databaseOf, openStore } from "../../db/store.ts";
import { createServer } from "../../server/create-server.ts";
import { CommandError } from "../command-error.ts";
import type { Config } from "../config.ts";
import { createLogger } from "../logging.ts";
import { readVersion } from "../version.ts";
import { askService } from "./ask-service.ts";
import type { Resolved, ResolveQuestion } from "./resolved.ts";

const advice =
  "fill one with `signalbox index --once`, ask another with --server URL, or the registry itself with --live";

export async function askCatalog(config: Config, now: () => number, asked: ResolveQuestion): Promise<Resolved> {
  const place = databaseOf(config.databaseUrl);
  if (place.kind === "sqlite" && !existsSync(place.path)) {
    throw new CommandError("wrong-use", `there is no catalog at ${place.path}: ${advice}`);
  }
  const store = await openStore(config.databaseUrl, config.database);
  try {
    if ((await policyRevision(store)) === undefined) {
      throw new CommandError("wrong-use", `the catalog is empty: ${advice}`);
    }
    const log = createLogger(config.given.includes("LOG_LEVEL") ? config.log.level : "error");
    const server = createServer({
      store,
      limits: config.server,
      now,
      log,
      publicUrl: config.publicUrl,
      version: readVersion(),
      seesPrivate: true,
    });
    await server.refresh();
    const send = async (request: Request) => server.app.fetch(request);
    return await askService("http://localhost", send, "the catalog", asked);
  } finally {
    await store.close();
  }
}

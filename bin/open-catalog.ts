// Opening the local catalog: the server's own answers, made in this process, with what is private.
import { existsSync } from "node:fs";
import { policyRevision } from "../db/policy-sets.ts";
import { databaseOf, openStore } from "../db/store.ts";
import { createServer } from "../server/create-server.ts";
import { CommandError } from "./command-error.ts";
import type { Config } from "./config.ts";
import { createLogger } from "./logging.ts";
import type { Send } from "./resolve/ask-service.ts";
import { readVersion } from "./version.ts";

/** Closed when the work is done. `advice`: where else to ask, for whoever has no catalog. */
export async function withCatalog<Result>(
  config: Config,
  now: () => number,
  advice: string,
  work: (send: Send) => Promise<Result>,
): Promise<Result> {
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
    return await work(async (request) => server.app.fetch(request));
  } finally {
    await store.close();
  }
}

// The service: store, worker and server in one process, by documents that are read again when asked.
import { policyRevision } from "../db/policy-sets.ts";
import { openStore, type Store } from "../db/store.ts";
import { formatMistakes } from "../policies/documents/format-mistakes.ts";
import type { Mistake } from "../policies/documents/policy-set.ts";
import { createServer } from "../server/create-server.ts";
import { readPolicies, refusedPolicies } from "./load-policies.ts";
import { logRounds } from "./log-rounds.ts";
import type { OpenedWorker, OutsideOptions } from "./open-worker.ts";
import { waitForWishes } from "./wish-waiters.ts";

export type ServiceOptions = OutsideOptions & {
  readonly host: string;
  readonly port: number;
  /** false: only answers, by the documents that another process put in force. */
  readonly withWorker: boolean;
};

export type Service = {
  /** Where it listens. */
  readonly url: string;
  /** Reads the documents again: right ones come into force, wrong ones are told and change nothing. */
  reload(): Promise<void>;
  /** Fails where the rest of the database's check finds it damaged: nothing more should be written to it. */
  readonly checked: Promise<void>;
  /** Lets everything finish that is under way, then closes everything. */
  close(): Promise<void>;
};

export async function startService(options: ServiceOptions): Promise<Service> {
  const store = await openStore(options.config.databaseUrl, options.config.database);
  // What the worker needs of libraries is as much again as all the rest: who only answers does without.
  const opened = options.withWorker ? (await import("./open-worker.ts")).openWorker(store, options) : undefined;
  try {
    return await serveStore(store, opened, options);
  } catch (error) {
    await opened?.close();
    await store.close();
    throw error;
  }
}

/** The service over a store and a worker that are open already; once it runs, both are closed with it. */
export async function serveStore(
  store: Store,
  opened: OpenedWorker | undefined,
  options: Omit<ServiceOptions, "withWorker">,
): Promise<Service> {
  const { config, log, now, version } = options;
  const policies = { mistakes: [] as readonly Mistake[] };
  if (opened !== undefined) policies.mistakes = await adoptFolder(store, options, opened);
  else if ((await policyRevision(store)) === undefined) {
    log.warn({}, "no policy documents are in force: a process with a worker on this database brings them");
  }
  const server = createServer({
    store,
    limits: config.server,
    now,
    log,
    publicUrl: config.publicUrl,
    version,
    ...(opened === undefined ? {} : { waitForWish: waitForWishes(opened.worker) }),
    health: () => ({ worker: opened !== undefined, policyMistakes: policies.mistakes.length }),
  });
  const running = await server.start(options.host, options.port);
  if (opened !== undefined) {
    logRounds(opened.worker, log);
    opened.worker.start();
  }
  return {
    url: urlOf(options.host, running.port),
    checked: store.finishCheck(),
    reload: async () => {
      if (opened === undefined) log.info({}, "only answers: the documents come from the database");
      else policies.mistakes = await adoptFolder(store, options, opened);
    },
    close: async () => {
      await Promise.all([running.close(), opened?.close()]);
      await store.close();
    },
  };
}

/** Brings the folder into force. Where it is wrong the documents in the database stay; without any there is nothing to serve by. */
async function adoptFolder(
  store: Store,
  { config, log }: Pick<ServiceOptions, "config" | "log">,
  { worker }: OpenedWorker,
): Promise<readonly Mistake[]> {
  const loaded = await readPolicies(config);
  if (loaded.outcome === "loaded") {
    const { outcome, revision } = await worker.adopt(loaded.set);
    log.info(
      { digest: loaded.set.digest, revision },
      outcome === "same" ? "documents unchanged" : "documents in force",
    );
    return [];
  }
  if ((await policyRevision(store)) === undefined) throw refusedPolicies(config, loaded.mistakes);
  for (const mistake of loaded.mistakes) log.error({}, formatMistakes([mistake]));
  log.error(
    { mistakes: loaded.mistakes.length, folder: config.policiesFolder },
    "the policy documents are refused: the last good ones stay in force",
  );
  return loaded.mistakes;
}

export function urlOf(host: string, port: number): string {
  // What listens everywhere is reached here at this address.
  const reachable =
    host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}

// The worker with everything it needs to reach registries: one guarded HTTP client, and credentials from the environment.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Store } from "../db/store.ts";
import type { PolicySet } from "../policies/documents/policy-set.ts";
import type { RegistryOpener } from "../worker/documents.ts";
import { type LookasideReader, lookasidesOver } from "../worker/find-signatures/read-lookaside.ts";
import type { HttpClient } from "../worker/http/http.ts";
import { createHttpClient } from "../worker/http/http-client.ts";
import { registriesOver } from "../worker/open-registries.ts";
import type { Traffic } from "../worker/progress.ts";
import type { RegistryNote } from "../worker/registry/registry-environment.ts";
import { publicGoodRepository, shippedRootAnchor } from "../worker/signatures/public-good-root.ts";
import type { RootFetcher } from "../worker/trust-root/refresh-root.ts";
import { createWorker, type Worker } from "../worker/worker.ts";
import type { Config, Environment } from "./config.ts";
import { resolveCredentials } from "./credentials.ts";
import type { Logger } from "./logging.ts";

export type OutsideOptions = {
  readonly config: Config;
  readonly environment: Environment;
  readonly log: Logger;
  readonly now: () => number;
  readonly version: string;
  /** Whether nothing but what the documents name is asked for. */
  readonly isOffline?: boolean;
};

/** What reaches registries, with or without a catalog. */
export type Outside = {
  readonly registries: RegistryOpener;
  readonly lookasides: LookasideReader;
  readonly fetchRoot: RootFetcher;
  readonly traffic: () => Traffic;
  close(): Promise<void>;
};

export function openOutside({ config, environment, log, now, version }: OutsideOptions): Outside {
  const address = config.publicUrl === null ? "" : ` (+${config.publicUrl})`;
  const http = createHttpClient({ limits: config.http, userAgent: `signalbox/${version}${address}`, now });
  const counted = countTraffic(http);
  let inForce: PolicySet | undefined;
  const opener = registriesOver(counted.http, {
    limits: config.registry,
    credentials: (host) =>
      resolveCredentials(
        inForce?.registries.find((each) => each.host === host),
        environment,
      ),
    now,
    note: (note) => log.warn(note, describeNote(note)),
  });
  return {
    registries: {
      ...opener,
      declare(set) {
        inForce = set;
        opener.declare(set);
      },
    },
    lookasides: lookasidesOver(counted.http, now),
    // Loaded once a day, if at all.
    fetchRoot: async (kept, stop) => {
      const { fetchRoot } = await import("../worker/trust-root/fetch-root.ts");
      const source = { url: publicGoodRepository, anchor: shippedRootAnchor() };
      return fetchRoot(counted.http, source, kept, config.verify, stop);
    },
    traffic: counted.traffic,
    close: () => http.close(),
  };
}

export type OpenedWorker = { readonly worker: Worker; readonly traffic: () => Traffic; close(): Promise<void> };

/** `publicGoodRoot`: in place of the one that ships with the program. The store stays open when the worker is closed. */
export function openWorker(
  store: Store,
  options: OutsideOptions & { readonly publicGoodRoot?: Uint8Array },
): OpenedWorker {
  const { config, log, now, publicGoodRoot } = options;
  const outside = openOutside(options);
  const worker = createWorker({
    store,
    registries: outside.registries,
    lookasides: outside.lookasides,
    ...(options.isOffline === true ? {} : { fetchRoot: outside.fetchRoot }),
    limits: config.worker,
    verifyLimits: config.verify,
    signatureLimits: config.signatures,
    now,
    log,
    owner: `${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`,
    traffic: outside.traffic,
    ...(publicGoodRoot === undefined ? {} : { shippedRoot: { root: publicGoodRoot, anchor: shippedRootAnchor() } }),
  });
  return {
    worker,
    traffic: outside.traffic,
    close: async () => {
      await worker.stop();
      await outside.close();
    },
  };
}

function countTraffic(http: HttpClient): { readonly http: HttpClient; readonly traffic: () => Traffic } {
  let requests = 0;
  let bytes = 0;
  return {
    http: {
      ...http,
      request: async (request, signal) => {
        requests++;
        const answer = await http.request(request, signal);
        bytes += answer.body.length;
        return answer;
      },
    },
    traffic: () => ({ requests, bytes }),
  };
}

function describeNote(note: RegistryNote): string {
  switch (note.kind) {
    case "dropped-names":
      return "names in a listing that no reference can have were left out";
    case "warning":
      return "a registry sent a warning";
    case "history-cut":
      return "the older part of a tag history was left out at its limit";
  }
}

// The worker over one registry: a first run of everything, then a run in which nothing has changed.
import { readConfig } from "../../../bin/config.ts";
import { openStore } from "../../../db/store.ts";
import { createHttpClient } from "../../../worker/http/http-client.ts";
import { registriesOver } from "../../../worker/open-registries.ts";
import { createWorker } from "../../../worker/worker.ts";
import { policySetOf } from "../../kit/catalog.ts";

const [database = "", host = "", namespace = "", tag = ""] = process.argv.slice(2);
const config = readConfig({ SIGNALBOX_DATABASE_URL: database });
const store = await openStore(database, config.database);
const traffic = { requests: 0, manifests: 0, bytes: 0 };
const http = createHttpClient({ limits: config.http, userAgent: "signalbox/bench", now: Date.now });
const counted = {
  ...http,
  request: async (...request: Parameters<typeof http.request>) => {
    const answer = await http.request(...request);
    traffic.requests++;
    if (request[0].url.pathname.includes("/manifests/")) traffic.manifests++;
    traffic.bytes += answer.body.byteLength;
    return answer;
  },
};
const worker = createWorker({
  store,
  registries: registriesOver(counted, { limits: config.registry, credentials: () => undefined, now: Date.now }),
  limits: config.worker,
  now: Date.now,
  log: { debug: () => {}, info: () => {}, warn: console.error, error: console.error },
  owner: "bench",
});
await worker.adopt(
  policySetOf({
    registries: [{ host, dialect: "oci", plainHttp: true, requestsPerSecond: 1_000_000 }],
    sources: [{ id: "bench", registry: host, namespace, kind: "base", tags: { channels: [tag] } }],
  }),
);

const rounds: object[] = [];
for (let round = 0; round < 3; round++) {
  traffic.requests = 0;
  traffic.manifests = 0;
  traffic.bytes = 0;
  const started = performance.now();
  const report = await worker.runOnce();
  const ms = performance.now() - started;
  rounds.push({ ms, ...traffic, failures: report.failures.length, done: report.sources[0]?.done });
}
process.stdout.write(`${JSON.stringify({ rounds, concurrency: config.worker.perHostConcurrency })}\n`);
await worker.stop();
await http.close();
await store.close();
process.exit(0);

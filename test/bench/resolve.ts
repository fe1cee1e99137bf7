// How fast resolve answers from memory, beside a bare node:http server that answers the same bytes in the same run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { readConfig } from "../../bin/config.ts";
import { openStore } from "../../db/store.ts";
import { alternate } from "./alternate.ts";
import { answerTo, startBare } from "./bare.ts";
import { startChild } from "./child.ts";
import { atLeast, atMost, type Figure, noted } from "./figure.ts";
import { generateCatalog, repositoryName } from "./generated-catalog.ts";
import { seeded, zipf } from "./seeded.ts";
import type { LoadRequest } from "./wrk.ts";

const repositories = 5_000;
const channels = 2;
const references = repositories * channels;
const turns = { rounds: 3, seconds: 8 } as const;
const sampleSize = 200_000;

export async function benchResolve(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const database = `file:${join(folder, "catalog.db")}`;
    const store = await openStore(database, readConfig({}).database);
    await generateCatalog(store, { repositories, channels }, Date.now());
    await store.close();
    const ours = await startChild("serve-catalog.ts", [database, "commits"]);
    try {
      return await measure(folder, Number(ours.ready.port), async () => Number((await ours.ask("stats")).misses));
    } finally {
      await ours.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, port: number, misses: () => Promise<number>): Promise<Figure[]> {
  const requests = sample();
  const [question] = requests;
  if (question === undefined) throw new Error("there are questions");
  const first = await answerTo(port, question);
  const bare = await startBare(folder, first);
  const barePort = Number(bare.ready.port);
  try {
    // Each question once, one after the other: what a plan costs that is not in memory.
    const started = performance.now();
    const etags = await etagsOf(port, requests);
    const coldMs = (performance.now() - started) / etags.size;
    const before = await misses();
    const plain = await alternate(barePort, port, requests, turns);
    const missed = (await misses()) - before;
    const conditional = requests.map(({ path }) => ({ path, ifNoneMatch: etags.get(path) ?? "" }));
    const fresh = await alternate(barePort, port, conditional, turns);
    return [
      noted("plan, bytes", String(first.body.byteLength)),
      noted("plan that is not in memory", `${coldMs.toFixed(2)} ms`),
      noted("bare node:http, requests/s", plain.bare.requestsPerSecond.toFixed(0)),
      noted("resolve, requests/s", plain.ours.requestsPerSecond.toFixed(0)),
      noted("hit rate", `${((1 - missed / plain.oursRequests) * 100).toFixed(2)} %`),
      noted("errors", String(plain.ours.errors + fresh.ours.errors)),
      atLeast("resolve, rate", plain.rate, 0.8, "bare node:http"),
      atMost("resolve, p99", plain.p99, 1.5, "× bare"),
      atLeast("304, rate", fresh.rate, 0.9, "bare node:http"),
      atMost("304, p99", fresh.p99, 1.5, "× bare"),
    ];
  } finally {
    await bare.stop();
  }
}

/** Zipf over 10,000 references, three of four questions for amd64. */
function sample(): LoadRequest[] {
  const random = seeded(42);
  const rank = zipf(references, random);
  return Array.from({ length: sampleSize }, () => {
    const chosen = rank();
    // Scattered, so that popular references do not lie beside each other in the database.
    const repository = repositoryName((chosen * 7_919) % repositories);
    const architecture = random() < 0.75 ? "amd64" : "arm64";
    return { path: `/api/v1/resolve?ref=${repository}:c${chosen % channels}&arch=${architecture}` };
  });
}

async function etagsOf(port: number, requests: readonly LoadRequest[]): Promise<Map<string, string>> {
  const etags = new Map<string, string>();
  for (const { path } of requests) {
    if (etags.has(path)) continue;
    const answer = await request(`http://127.0.0.1:${port}${path}`);
    await answer.body.dump();
    etags.set(path, String(answer.headers.etag));
  }
  return etags;
}

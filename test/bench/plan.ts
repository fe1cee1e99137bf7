// How fast a switch plan is made for a host that nobody has asked for before, beside a bare node:http that reads the same bodies.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { readConfig } from "../../bin/config.ts";
import { openStore } from "../../db/store.ts";
import { alternate } from "./alternate.ts";
import { startChild } from "./child.ts";
import { atLeast, atMost, type Figure, noted, quantile } from "./figure.ts";
import { factsOf, generateHosts, type HostQuestion } from "./generated-hosts.ts";
import { writeSignedCatalog } from "./signed-catalog.ts";
import type { LoadRequest } from "./wrk.ts";

const size = { repositories: 5_000, channels: 2, layers: 64 } as const;
const hosts = 4_000;
const turns = { rounds: 5, seconds: 6 } as const;

export async function benchPlan(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const database = `file:${join(folder, "catalog.db")}`;
    const store = await openStore(database, readConfig({}).database);
    await writeSignedCatalog(store, size, Date.now());
    const questions = await generateHosts(store, hosts);
    await store.close();
    return await measurePlans(folder, database, questions);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measurePlans(
  folder: string,
  database: string,
  questions: readonly HostQuestion[],
): Promise<Figure[]> {
  const ours = await startChild("serve-catalog.ts", [database, "commits"]);
  const port = Number(ours.ready.port);
  const misses = async () => Number((await ours.ask("stats")).misses);
  try {
    const requests = questions.map(toRequest);
    const withFacts = questions.map((question, i) => toRequest({ ...question, facts: factsOf(i) }));
    const sample = await answersTo(port, requests.slice(0, 200));
    const bodies = sample.map(({ body }) => body.byteLength);
    const middle = sample.toSorted((a, b) => a.body.byteLength - b.body.byteLength)[100];
    if (middle === undefined) throw new Error("there is a sample");
    const bare = await startBare(folder, middle, "");
    const parsing = await startBare(folder, middle, "parse");
    try {
      const before = await misses();
      const plain = await alternate(Number(bare.ready.port), port, requests, turns);
      const missed = (await misses()) - before;
      const parsed = await alternate(Number(parsing.ready.port), port, requests, { rounds: 3, seconds: 4 });
      const told = await alternate(Number(bare.ready.port), port, withFacts, { rounds: 3, seconds: 4 });
      return [
        noted(
          "question with its host, bytes",
          String(
            quantile(
              requests.map(({ body }) => body?.length ?? 0),
              0.5,
            ),
          ),
        ),
        noted("plan, bytes", String(quantile(bodies, 0.5))),
        noted("bare node:http that reads, requests/s", plain.bare.requestsPerSecond.toFixed(0)),
        noted("plan, every host another, requests/s", plain.ours.requestsPerSecond.toFixed(0)),
        noted("targets found in memory", `${((1 - missed / plain.oursRequests) * 100).toFixed(2)} %`),
        noted("errors", String(plain.ours.errors + told.ours.errors)),
        atLeast("plan, rate", plain.rate, 0.6, "bare node:http"),
        atMost("plan, p99", plain.p99, 1.5, "× bare"),
        noted("plan, of bare node:http that also parses", parsed.rate.toFixed(2)),
        noted("plan with facts too, of bare node:http", told.rate.toFixed(2)),
      ];
    } finally {
      await bare.stop();
      await parsing.stop();
    }
  } finally {
    await ours.stop();
  }
}

function toRequest(question: HostQuestion): LoadRequest {
  return { path: "/api/v1/resolve", body: JSON.stringify(question) };
}

type Answered = { readonly body: Buffer; readonly headers: Readonly<Record<string, unknown>> };

async function answersTo(port: number, requests: readonly LoadRequest[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const { path, body = "" } of requests) {
    const headers = { "content-type": "application/json" };
    const answer = await request(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== 200) throw new Error(`resolve answered ${answer.statusCode}: ${bytes.toString()}`);
    answers.push({ body: bytes, headers: answer.headers });
  }
  return answers;
}

/** It answers the bytes and headers of one plan, the middle one by its length. */
function startBare(folder: string, { body, headers }: Answered, mode: "" | "parse") {
  const bodyFile = join(folder, "body.json");
  const headersFile = join(folder, "headers.json");
  writeFileSync(bodyFile, body);
  const { date, connection, "keep-alive": keepAlive, "transfer-encoding": encoding, ...rest } = headers;
  writeFileSync(headersFile, JSON.stringify({ ...rest, "content-length": String(body.byteLength) }));
  return startChild("bare-http.ts", [bodyFile, headersFile, mode]);
}

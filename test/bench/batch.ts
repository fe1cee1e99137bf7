// How long a batch of 1,000 hosts takes, beside as many single questions, and what others wait for meanwhile.
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { answerTo } from "./bare.ts";
import { startChild } from "./child.ts";
import { type Figure, median, noted, quantile } from "./figure.ts";
import { type HostQuestion, serialPlace } from "./generated-hosts.ts";
import { overPlanCatalog, type PlanCatalog } from "./plan-catalog.ts";

const size = { repositories: 1_000, channels: 2, layers: 64 } as const;
const hosts = 1_000;
const rounds = 3;
const connections = 50;
const probeEveryMs = 2;

export function benchBatch(): Promise<Figure[]> {
  return overPlanCatalog(size, hosts, measureBatches);
}

async function measureBatches({ database, questions }: PlanCatalog): Promise<Figure[]> {
  const ours = await startChild("serve-catalog.ts", [database, "none"]);
  const port = Number(ours.ready.port);
  try {
    const [first] = questions;
    if (first === undefined) throw new Error("there are hosts");
    const probed = `/api/v1/resolve?ref=${first.target}&arch=amd64`;
    // From here on all targets are in memory, as they are for a fleet that asks every day.
    await answerTo(port, batchOf(questions, 0));
    const quiet = await meanwhile(port, probed, () => sleep(2_000));
    const batches: Meanwhile[] = [];
    const singles: Meanwhile[] = [];
    let answered = 0;
    for (let round = 1; round <= rounds; round++) {
      const batch = batchOf(questions, round);
      batches.push(
        await meanwhile(port, probed, async () => {
          answered = (await answerTo(port, batch)).body.byteLength;
        }),
      );
      const alone = questions.map((question) => ({ path: "/api/v1/resolve", body: asOf(question, rounds + round) }));
      const limit = pLimit(connections);
      singles.push(
        await meanwhile(port, probed, () => Promise.all(alone.map((each) => limit(() => answerTo(port, each))))),
      );
    }
    const seconds = median(batches.map(({ ms }) => ms)) / 1_000;
    const waits = (list: readonly Meanwhile[], q: number) =>
      `${median(list.map(({ waitsMs }) => quantile(waitsMs, q))).toFixed(1)} ms`;
    return [
      noted("question, bytes", String(batchOf(questions, 0).body.length)),
      noted("answer, bytes", String(answered)),
      noted("batch of 1,000 hosts", `${seconds.toFixed(2)} s`),
      noted("each host", `${((seconds / hosts) * 1_000).toFixed(2)} ms`),
      noted("of 1,000 questions alone", median(batches.map(({ ms }, i) => ms / (singles[i]?.ms ?? ms))).toFixed(2)),
      noted("others' GET, p99, in quiet", waits([quiet], 0.99)),
      noted("others' GET, p99, beside a batch", waits(batches, 0.99)),
      noted("others' GET, longest, beside a batch", waits(batches, 1)),
      noted("others' GET, p99, beside 1,000 questions", waits(singles, 0.99)),
    ];
  } finally {
    await ours.stop();
  }
}

type Meanwhile = { readonly ms: number; readonly waitsMs: readonly number[] };

/** What one other client waits for that asks again and again while the work is done. */
async function meanwhile(port: number, path: string, work: () => Promise<unknown>): Promise<Meanwhile> {
  const started = performance.now();
  const waitsMs: number[] = [];
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const asked = performance.now();
    await answerTo(port, { path });
    waitsMs.push(performance.now() - asked);
    await sleep(probeEveryMs);
  }
  await working;
  return { ms: performance.now() - started, waitsMs };
}

function batchOf(questions: readonly HostQuestion[], round: number): { readonly path: string; readonly body: string } {
  return {
    path: "/api/v1/resolve/batch",
    body: `{"items":[${questions.map((question) => asOf(question, round)).join(",")}]}`,
  };
}

/** The same host with a checksum that it did not have before. */
function asOf(question: HostQuestion, round: number): string {
  return JSON.stringify(question).replace(serialPlace, round.toString(16).padStart(16, "0"));
}

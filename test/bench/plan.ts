// How fast a switch plan is given to a host, asked before or not, beside a bare node:http that reads the same bodies.
import { alternate } from "./alternate.ts";
import { answerTo, startBare } from "./bare.ts";
import { startChild } from "./child.ts";
import { atLeast, atMost, type Figure, noted, quantile } from "./figure.ts";
import { factsOf, serialPlace } from "./generated-hosts.ts";
import { overPlanCatalog, type PlanCatalog } from "./plan-catalog.ts";
import type { LoadRequest } from "./wrk.ts";

const size = { repositories: 5_000, channels: 2, layers: 64 } as const;
const hosts = 2_000;

export function benchPlan(): Promise<Figure[]> {
  return overPlanCatalog(size, hosts, measurePlans);
}

async function measurePlans({ folder, database, questions }: PlanCatalog): Promise<Figure[]> {
  const ours = await startChild("serve-catalog.ts", [database, "commits"]);
  const port = Number(ours.ready.port);
  const stats = async () => {
    const { misses, cpuMs } = await ours.ask("stats");
    return { misses: Number(misses), cpuMs: Number(cpuMs) };
  };
  try {
    // Each request has a number of its own in these, and none has in those that come again.
    const others = questions.map(toRequest);
    const again = others.map(({ path, body = "" }) => ({ path, body: body.replace(serialPlace, "0".repeat(16)) }));
    const withFacts = questions.map((question, i) => toRequest({ ...question, facts: factsOf(i) }));
    // Each once, one after the other: what a plan costs of which nothing is in memory.
    const started = performance.now();
    const first = [];
    for (const question of again) first.push(await answerTo(port, question));
    const coldMs = (performance.now() - started) / hosts;
    const middle = first.toSorted((a, b) => a.body.byteLength - b.body.byteLength)[hosts / 2];
    if (middle === undefined) throw new Error("there are answers");
    const bare = await startBare(folder, middle);
    const measure = async (requests: readonly LoadRequest[], rounds: number) => {
      const before = await stats();
      const measured = await alternate(Number(bare.ready.port), port, requests, { rounds, seconds: 3 });
      const after = await stats();
      const each = (total: number) => total / measured.oursRequests;
      return {
        ...measured,
        cpuUs: each(after.cpuMs - before.cpuMs) * 1_000,
        found: `${((1 - each(after.misses - before.misses)) * 100).toFixed(2)} %`,
      };
    };
    try {
      const known = await measure(again, 5);
      const other = await measure(others, 3);
      const told = await measure(withFacts, 2);
      const perSecond = ({ requestsPerSecond }: { readonly requestsPerSecond: number }) => requestsPerSecond.toFixed(0);
      return [
        noted("question with its host, bytes", String(medianBytes(again))),
        noted("plan, bytes", String(middle.body.byteLength)),
        noted("plan of which nothing is in memory", `${coldMs.toFixed(2)} ms`),
        noted("bare node:http that reads, requests/s", perSecond(known.bare)),
        noted("plan asked before, requests/s", perSecond(known.ours)),
        noted("plan asked before, CPU", `${known.cpuUs.toFixed(0)} µs`),
        atLeast("plan asked before, rate", known.rate, 0.6, "bare node:http"),
        atMost("plan asked before, p99", known.p99, 1.5, "× bare"),
        noted("each host another, requests/s", perSecond(other.ours)),
        noted("each host another, CPU", `${other.cpuUs.toFixed(0)} µs`),
        noted("each host another, of bare node:http", other.rate.toFixed(2)),
        noted("each host another, p99, × bare", other.p99.toFixed(2)),
        noted("each host another, targets in memory", other.found),
        noted("each another, with facts, CPU", `${told.cpuUs.toFixed(0)} µs`),
        noted("each another, with facts, of bare", told.rate.toFixed(2)),
        noted("errors", String(known.ours.errors + other.ours.errors + told.ours.errors)),
      ];
    } finally {
      await bare.stop();
    }
  } finally {
    await ours.stop();
  }
}

function toRequest(question: object): LoadRequest {
  return { path: "/api/v1/resolve", body: JSON.stringify(question) };
}

function medianBytes(requests: readonly LoadRequest[]): number {
  return quantile(
    requests.map(({ body = "" }) => body.length),
    0.5,
  );
}

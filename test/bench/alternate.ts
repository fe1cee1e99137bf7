// Loads in turns: ours and the raw limit one after the other, so that what else the machine does falls on both.
import { median } from "./figure.ts";
import { type LoadRequest, type LoadResult, load } from "./wrk.ts";

export type Alternated = {
  readonly bare: LoadResult;
  readonly ours: LoadResult;
  /** What ours answered in all, the warming included. */
  readonly oursRequests: number;
  /** The median over the rounds of what ours is of the other in the same round. */
  readonly rate: number;
  readonly p99: number;
};

export type Turns = { readonly rounds: number; readonly seconds: number };

export async function alternate(
  barePort: number,
  port: number,
  requests: readonly LoadRequest[],
  { rounds, seconds }: Turns,
): Promise<Alternated> {
  const bare: LoadResult[] = [];
  const ours: LoadResult[] = [];
  await load(barePort, requests, 2);
  const warm = await load(port, requests, 3);
  for (let round = 0; round < rounds; round++) {
    bare.push(await load(barePort, requests, seconds));
    ours.push(await load(port, requests, seconds));
  }
  const ratios = (of: (result: LoadResult) => number) =>
    median(ours.map((result, round) => of(result) / of(bare[round] ?? result)));
  return {
    bare: middle(bare),
    ours: middle(ours),
    rate: ratios(({ requestsPerSecond }) => requestsPerSecond),
    p99: ratios(({ p99Ms }) => p99Ms),
    oursRequests: [warm, ...ours].reduce((sum, { requests }) => sum + requests, 0),
  };
}

function middle(results: readonly LoadResult[]): LoadResult {
  return {
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    requestsPerSecond: median(results.map((result) => result.requestsPerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
    errors: Math.max(...results.map((result) => result.errors)),
  };
}

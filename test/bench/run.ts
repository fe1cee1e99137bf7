// Runs the benchmarks that are named (all without a name) and prints for each figure its goal, its value and what came of it.
import { parseArgs } from "node:util";
import { benchBatch } from "./batch.ts";
import { type Figure, printFigures } from "./figure.ts";
import { benchIndexing } from "./indexing.ts";
import { benchPlan } from "./plan.ts";
import { benchResolve } from "./resolve.ts";
import { benchSearch } from "./search.ts";
import { benchStart } from "./start.ts";
import { benchVerify } from "./verify.ts";
import { wrkIsInstalled } from "./wrk.ts";

type Bench = { readonly title: string; readonly needsWrk?: boolean; run(): Promise<Figure[]> };

const benches: Readonly<Record<string, Bench>> = {
  resolve: {
    title: "Resolve: 10,000 references, Zipf, two architectures, 50 connections, a commit every second",
    needsWrk: true,
    run: benchResolve,
  },
  plan: {
    title:
      "Plan for a host: 10,000 references, POST of some 6 kB, 2,000 hosts again and again, then none twice, 50 connections, a commit every second",
    needsWrk: true,
    run: benchPlan,
  },
  batch: { title: "Batch of 1,000 hosts, no two alike, of 2,000 references", run: benchBatch },
  search: { title: "Search with facets: one connection, every question another", run: benchSearch },
  start: { title: "Start with 100,000 repositories", run: benchStart },
  indexing: {
    title: "Indexing 1,000 repositories of two platforms from a docker-registry on loopback",
    run: benchIndexing,
  },
  verify: { title: "Verify: signatures from stored bytes, and 10,000 images judged again", run: benchVerify },
};

const { positionals } = parseArgs({ allowPositionals: true });
const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
let missed = 0;
for (const name of wanted) {
  const bench = benches[name];
  if (bench === undefined) {
    process.stderr.write(`there is no benchmark ${name}; there are ${Object.keys(benches).join(", ")}\n`);
    process.exit(2);
  }
  if (bench.needsWrk === true && !wrkIsInstalled()) {
    process.stdout.write(`\n${bench.title}\n  not measured: wrk is not installed (Debian's package wrk)\n`);
    continue;
  }
  const figures = await bench.run();
  printFigures(bench.title, figures);
  missed += figures.filter(({ met }) => met === false).length;
}
process.stdout.write(missed === 0 ? "\nevery goal is met\n" : `\n${missed} goals are missed\n`);
process.exitCode = missed === 0 ? 0 : 1;

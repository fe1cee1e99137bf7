// How fast a registry is indexed, beside bare requests for the same bytes and beside skopeo, on a real docker-registry.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { buildMultiArch } from "../kit/registries/build-image.ts";
import { type DockerRegistry, startDockerRegistry } from "../kit/registries/docker-registry.ts";
import { pushImage } from "../kit/registries/push.ts";
import { startChild } from "./child.ts";
import { type Figure, median, noted } from "./figure.ts";

const repositories = 1_000;
const namespace = "bench";
const tag = "44";
const skopeoSample = 15;
const rounds = 3;

type Round = {
  readonly ms: number;
  readonly requests: number;
  readonly manifests: number;
  readonly bytes: number;
  readonly failures: number;
  readonly done: number;
};

export async function benchIndexing(): Promise<Figure[]> {
  const registry = await startDockerRegistry({
    skip: () => {
      throw new Error("docker-registry is not installed");
    },
  });
  try {
    // The registry waits for its disk at each of the 20,000 requests: many at once are quicker.
    const limit = pLimit(32);
    const push = (i: number) => pushImage({ url: registry.url }, `${namespace}/r${i}`, buildMultiArch(`r${i}`), [tag]);
    await Promise.all(Array.from({ length: repositories }, (_, i) => limit(() => push(i))));
    return await measure(registry);
  } finally {
    await registry.stop();
  }
}

async function measure(registry: DockerRegistry): Promise<Figure[]> {
  const ours: (readonly Round[])[] = [];
  const bare: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round++) {
    const indexed = await indexOnce(registry);
    ours.push(indexed.rounds);
    bare.push(await fetchBare(registry, indexed.concurrency));
  }
  const of = (at: number) => median(ours.map((each) => each[at]?.ms ?? Number.NaN));
  const bareOf = (at: number) => median(bare.map((each) => each[at] ?? Number.NaN));
  const [first, second] = ours[0] ?? [];
  const skopeoMs = skopeoMsFor(registry);
  return [
    noted("repositories looked at, failed items", `${first?.done}, ${first?.failures}`),
    noted("first index", `${of(0).toFixed(0)} ms, ${first?.requests} req`),
    noted("bare undici, same bytes", `${bareOf(0).toFixed(0)} ms`),
    ratio("first index", of(0) / bareOf(0), 1.3),
    noted(`skopeo inspect + list-tags (${skopeoSample}, scaled)`, `${(skopeoMs / 1000).toFixed(0)} s`),
    {
      name: "first index beside skopeo",
      goal: "≥ 30 × faster",
      value: `${(skopeoMs / of(0)).toFixed(0)} ×`,
      met: skopeoMs / of(0) >= 30,
    },
    noted("sync, nothing changed", `${of(1).toFixed(0)} ms, ${second?.requests} req`),
    noted("bare conditional requests", `${bareOf(1).toFixed(0)} ms`),
    ratio("sync, nothing changed", of(1) / bareOf(1), 1.3),
    {
      name: "sync, manifest requests per followed tag",
      goal: "≤ 1",
      value: ((second?.manifests ?? Number.NaN) / repositories).toFixed(2),
      met: (second?.manifests ?? Number.NaN) <= repositories,
    },
  ];
}

function ratio(name: string, value: number, goal: number): Figure {
  return { name, goal: `≤ ${goal} × bare undici`, value: `${value.toFixed(2)} ×`, met: value <= goal };
}

async function indexOnce(registry: DockerRegistry): Promise<{ rounds: readonly Round[]; concurrency: number }> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  try {
    const child = await startChild("index-registry.ts", [
      `file:${join(folder, "catalog.db")}`,
      registry.host,
      namespace,
      tag,
    ]);
    await child.stop();
    return child.ready as unknown as { rounds: readonly Round[]; concurrency: number };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchBare(registry: DockerRegistry, concurrency: number): Promise<readonly number[]> {
  const child = await startChild("bare-fetch.ts", [
    registry.url,
    namespace,
    tag,
    String(repositories),
    String(concurrency),
  ]);
  await child.stop();
  return child.ready.times as readonly number[];
}

function skopeoMsFor(registry: DockerRegistry): number {
  const started = performance.now();
  for (let i = 0; i < skopeoSample; i++) {
    const reference = `docker://${registry.host}/${namespace}/r${i}`;
    execFileSync("skopeo", ["inspect", "--tls-verify=false", `${reference}:${tag}`], { stdio: "ignore" });
    execFileSync("skopeo", ["list-tags", "--tls-verify=false", reference], { stdio: "ignore" });
  }
  return ((performance.now() - started) / skopeoSample) * repositories;
}
